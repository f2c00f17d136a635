"""What a person corrects of a model: written into its sidecar, and the model with it."""

from collections.abc import Callable, Generator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import tomlkit
from tomlkit import TOMLDocument

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.files import plain_reason, read_text, write_atomically
from segstudio.io.toml_edits import set_entries, set_key
from segstudio.io.toml_files import toml_document
from segstudio.models.description import VERSION, Preprocess, names_of, preprocess_to_json
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.references import Option
from segstudio.models.segmenter import LoadStep, ModelInfo, Segmenter

ALWAYS = ("order", "scale", "mean", "std")
"""Of preprocessing: what is written even where it is as it was assumed, for what is assumed may change."""

Loader: TypeAlias = Callable[[], Generator[LoadStep | Segmenter, None, None]]
"""Begins to load the model's file anew."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be said of a model from now on; None, and no options, leave it as it is."""

    preprocess: Preprocess | None = None
    classes: LabelSchema | None = None
    options: Mapping[str, Option] = field(default_factory=lambda: MappingProxyType({}))


def corrected(model: Segmenter, correction: Correction, load: Loader) -> Generator[LoadStep | Segmenter, None, None]:
    """Write a correction into the sidecar of a model, and yield the corrected model at last.

    Options build another network, so that its file is loaded anew; for all else the network stays. Where that fails
    or is given up, the sidecar is again what it was. Raises ``SegstudioError``.
    """
    info = model.info
    before = sidecar_content(info.file)
    write_correction(info, correction)
    try:
        if correction.options:
            yield from load()
        else:
            yield model.redescribed(correction.preprocess or info.preprocess, correction.classes or info.classes,
                                    corrected_names(info, correction))  # fmt: skip
    except (SegstudioError, GeneratorExit):
        put_back(info.file, before)
        raise


def forgotten(model: Segmenter, load: Loader) -> Generator[LoadStep | Segmenter, None, None]:
    """Take all corrections of a model back, and yield it as its file alone describes it. Raises ``SegstudioError``."""
    file = model.info.file
    yield from _loaded_with(file, without_corrections(file), load)


def restored(file: Path, content: bytes | None, load: Loader) -> Generator[LoadStep | Segmenter, None, None]:
    """Give a model the sidecar that it had, None for none, and yield it with that. Raises ``SegstudioError``."""
    yield from _loaded_with(file, content, load)


def sidecar_content(file: Path) -> bytes | None:
    """Return what stands in the sidecar of a model file, None where there is none; raises ``UnreadableFile``."""
    sidecar = sidecar_of(file)
    return read_text(sidecar).encode() if sidecar.exists() else None


def put_back(file: Path, content: bytes | None) -> None:
    """Let the sidecar of a model file be what it was; raises ``UnwritableFile``."""
    sidecar = sidecar_of(file)
    if content is not None:
        write_atomically(sidecar, content)
        return
    try:
        sidecar.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFile(sidecar, plain_reason(error)) from error


def write_correction(info: ModelInfo, correction: Correction) -> None:
    """Write a correction into the sidecar, whole or not at all; comments and what else stands there are kept.

    Raises ``UnwritableFile``, and ``UnreadableFile`` where the sidecar that is there cannot be understood.
    """
    sidecar = sidecar_of(info.file)
    document = toml_document(sidecar, read_text(sidecar)) if sidecar.exists() else tomlkit.document()
    set_key(document, "version", VERSION)
    if correction.options:
        _set_table(document, "options", correction.options)
    if correction.preprocess is not None:
        _set_table(document, "preprocess", said_of(info.preprocess, correction.preprocess))
    if correction.classes is not None:
        set_entries(document, "class", "id", [c.entry() for c in correction.classes.classes])
    write_atomically(sidecar, tomlkit.dumps(document).encode())


def said_of(before: Preprocess, after: Preprocess) -> dict[str, Any]:
    """Return what a sidecar says of preprocessing so that ``before`` becomes ``after``, what becomes usual as well.

    Any size is an empty one, since TOML has no null.
    """
    values = asdict(after) | preprocess_to_json(after)  # the second leaves out what is as usual
    return {key: value or [] if key == "size" else value for key, value in values.items()
            if key in ALWAYS or getattr(before, key) != getattr(after, key)}  # fmt: skip


def without_corrections(file: Path) -> bytes | None:
    """Return the sidecar of a model file without what corrects the model, None where nothing but that is in it."""
    sidecar = sidecar_of(file)
    if not sidecar.exists():
        return None
    document = toml_document(sidecar, read_text(sidecar))
    for key in ("options", "preprocess", "class"):
        document.pop(key, None)
    content = tomlkit.dumps(document)
    rest = [line for line in content.splitlines() if line.strip() and not line.startswith("version")]
    return content.encode() if rest else None


def with_classes_of(info: ModelInfo, project: LabelSchema) -> LabelSchema:
    """Return the classes of a model with the names, colours and ids of a project's, in order.

    Where the project scores fewer, the model's others stay, with ids that are free; where more, the last are left out.
    """
    mine, theirs = info.classes.scored, project.scored
    chosen = theirs[: len(mine)]
    return LabelSchema((*chosen, *_distinct(mine[len(theirs) :], {c.id for c in chosen})))


def corrected_names(info: ModelInfo, correction: Correction) -> tuple[str, ...]:
    """Return the names of all fields that are corrected once this is, see ``Description.corrected``."""
    pictures = names_of(said_of(info.preprocess, correction.preprocess)) if correction.preprocess is not None else ()
    classes = ("classes",) if correction.classes is not None else ()
    return tuple(dict.fromkeys((*info.corrected, *pictures, *classes, *correction.options)))


def _loaded_with(file: Path, content: bytes | None, load: Loader) -> Generator[LoadStep | Segmenter, None, None]:
    before = sidecar_content(file)
    put_back(file, content)
    try:
        yield from load()
    except (SegstudioError, GeneratorExit):
        with suppress(UnwritableFile):
            put_back(file, before)
        raise


def _distinct(classes: Sequence[LabelClass], taken: set[int]) -> list[LabelClass]:
    """Return the classes with ids that neither others nor ``taken`` have."""
    found: list[LabelClass] = []
    free = (i for i in range(len(taken) + len(classes) + 1) if i not in taken and all(c.id != i for c in classes))
    for c in classes:
        found.append(replace(c, id=next(free)) if c.id in taken else c)
    return found


def _set_table(document: TOMLDocument, key: str, values: Mapping[str, Any]) -> None:
    table = document.get(key)
    if not isinstance(table, MutableMapping):
        document[key] = table = tomlkit.table()
    for name, value in values.items():
        set_key(table, name, value)
