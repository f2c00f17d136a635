"""``run.json``: how the masks of a run were made, by which model, how fast, and what failed."""

import json
import platform
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from segstudio import __version__
from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import Keep, Sample
from segstudio.core.schema import LabelClass
from segstudio.io.files import plain_reason, read_text, write_atomically
from segstudio.models.description import classes_from_json, preprocess_to_json
from segstudio.models.segmenter import LEAST_SCORE, MASK_THRESHOLD, ModelInfo
from segstudio.services.class_mapping import ClassMap

VERSION = 1
FILE: Final = "run.json"
STAGES: Final = ("read", "decode", "preprocess", "forward", "postprocess", "write")
State = Literal["running", "done", "cancelled", "failed"]

_INSTANCES: Final = {"least_score": LEAST_SCORE, "mask_threshold": MASK_THRESHOLD}
"""What decides which objects a run's planes have, and which pixels these have."""


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
            "kept": [name for name, kept in (asdict(keep) | {"instances": info.instances}).items() if kept],
            **({"instances": _INSTANCES} if info.instances else {}),
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
        "options": dict(info.options),
        "parameters": info.parameters,
        "classes": [row.source.entry() | {"written_as": row.target.id} for row in classes.rows],
        "mapping": {"how": "id" if classes.by_number else classes.how}
        | {kind: [row.source.id for row in classes.rows if row.found == kind] for kind in ("new", "nothing")},
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
