"""``run.json``: how the masks of a run were made, by which model, how fast, and what failed."""

import json
import platform
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from segstudio import __version__
from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import Keep, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.files import plain_reason, read_text, write_atomically
from segstudio.models.description import classes_from_json, preprocess_to_json
from segstudio.models.segmenter import ModelInfo

VERSION = 1
FILE: Final = "run.json"
STAGES: Final = ("read", "decode", "preprocess", "forward", "postprocess", "write")
State = Literal["running", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class ClassMap:
    """``written`` maps the model's ids to those in the masks; ``schema`` names and colours all that can be written.

    ``outputs`` are the model's classes in the order of its outputs, with the ids in the masks.
    """

    written: Mapping[int, int]
    schema: LabelSchema
    outputs: tuple[LabelClass, ...]


def map_classes(info: ModelInfo, schema: LabelSchema) -> ClassMap:
    """Give the model's classes the project's ids where names match, upper and lower case alike.

    Others keep the model's own id. Where that id is another class of the project, a name that was matched would
    become ambiguous, so the lowest free one is taken; but where no name matches, or the file tells none, ids are
    all there is to go by, and they are taken to mean the same.
    """
    by_name = {c.name.casefold(): c.id for c in schema.classes}
    matched = {} if "classes" in info.assumed else _matches(info.classes, by_name)
    written, added = dict(matched), []
    taken = {c.id for c in schema.classes} | set(matched.values()) if matched else set()
    for c in info.classes.scored:
        if c.id in matched:
            continue
        written[c.id] = c.id if c.id not in taken else next(i for i in range(len(taken) + 1) if i not in taken)
        taken.add(written[c.id])
        if schema.get(written[c.id]) is None:
            added.append(LabelClass(written[c.id], c.name, c.color, thing=c.thing, group=c.group))
    outputs = tuple(replace(c, id=written[c.id]) for c in info.classes.scored)
    return ClassMap(written, LabelSchema((*schema.classes, *added)), outputs)


def _matches(classes: LabelSchema, by_name: Mapping[str, int]) -> dict[int, int]:
    return {c.id: by_name[c.name.casefold()] for c in classes.scored if c.name.casefold() in by_name}


class RunRecord:
    """Gathers what a run has to tell. Written at the start too: a folder that cannot be written is found at once."""

    def __init__(self, folder: Path, info: ModelInfo, classes: ClassMap, total: int, keep: Keep) -> None:
        self._folder = folder
        self._began = time.perf_counter()
        self._seconds: Counter[str] = Counter()
        self._failed: list[dict[str, str]] = []
        self._done = 0
        self._head = {
            "version": VERSION,
            "started": datetime.now().astimezone().isoformat(timespec="seconds"),
            "model": _model(info, classes),
            "preprocess": preprocess_to_json(info.preprocess),
            "device": info.device,
            "precision": info.precision,
            "versions": _versions(),
            "kept": [name for name, kept in asdict(keep).items() if kept],
            "images": total,
        }

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._began

    @property
    def finished(self) -> int:
        """How many images are done or failed."""
        return self._done + len(self._failed)

    def add_done(self, seconds: Mapping[str, float]) -> None:
        self._done += 1
        self._seconds.update(seconds)

    def add_failed(self, sample: Sample, error: SegstudioError) -> None:
        self._failed.append({"id": sample.id, "error": error.sentence()})

    def write(self, state: State) -> None:
        """Write the file as things stand; raises ``UnwritableFile``."""
        elapsed = self.elapsed
        tail = {
            "state": state,
            "done": self._done,
            "failed": self._failed,
            "skipped": [],
            "seconds": {stage: self._stage(stage) for stage in STAGES},
            "elapsed": round(elapsed, 3),
            "images_per_second": round(self._done / elapsed, 3),
        }
        write_run(self._folder, self._head | tail)

    def _stage(self, stage: str) -> dict[str, float | None]:
        """Sum a stage; null for one that was not timed, as for ``read``, which the decoder does itself."""
        if stage not in self._seconds:
            return {"total": None, "per_image": None}
        total = self._seconds[stage]
        return {"total": round(total, 6), "per_image": round(total / self._done, 6)}


def read_run(folder: Path) -> dict[str, Any]:
    """Return the ``run.json`` of a run's folder; raises ``UnreadableFile``."""
    path = folder / FILE
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path, "it is no JSON", "Predict again, or remove it.") from error
    if not isinstance(data, dict):
        raise UnreadableFile(path, "it describes no run", "Predict again, or remove it.")
    return data


def write_run(folder: Path, record: Mapping[str, Any]) -> None:
    """Write the record of a run whole or not at all. Raises ``UnwritableFile``."""
    write_atomically(folder / FILE, json.dumps(record, indent=1, ensure_ascii=False).encode())


def written_classes(folder: Path) -> tuple[LabelClass, ...]:
    """Return the classes of a run's masks, by the ids they were written with, which are distinct.

    Of two classes written as one the first is taken; none where the record tells none, or what no run would tell.
    """
    try:
        table = read_run(folder)["model"]["classes"]
        classes = classes_from_json(entry | {"id": entry["written_as"]} for entry in table)
    except (UnreadableFile, KeyError, TypeError, ValueError):
        return ()
    found: dict[int, LabelClass] = {}
    for c in classes:
        found.setdefault(c.id, c)
    return tuple(found.values())


def _model(info: ModelInfo, classes: ClassMap) -> dict[str, Any]:
    try:
        digest = digest_of(info.file)
    except OSError as error:
        raise UnreadableFile(info.file, plain_reason(error), "Load the model again.") from error
    return {
        "file": str(info.file),
        "sha256": digest,
        "format": info.format,
        "architecture": info.architecture,
        "parameters": info.parameters,
        "classes": [c.entry() | {"written_as": classes.written[c.id]} for c in info.classes.scored],
        "assumed": list(info.assumed),
        "training": dict(info.training),
    }


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version  # it brings a parser of mails: not at the start

    found = {"segstudio": __version__, "python": platform.python_version()}
    for name in ("torch", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # as in a bundle without package metadata
            found[name] = "unknown"
    return found
