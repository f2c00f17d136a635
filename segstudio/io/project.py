"""The file that makes a folder a project: ``segstudio.toml``. What it holds beside our own keys stays as it is."""

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import tomlkit

from segstudio.core.records import LabelSource, Project, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.io.class_tables import parse_entries
from segstudio.io.files import plain_reason, read_text, write_atomically
from segstudio.io.toml_edits import set_entries, set_key
from segstudio.io.toml_files import checked, entries, toml_document, toml_error, toml_values

CONFIG_NAME = "segstudio.toml"
VERSION = 1
"""The newest version of the file that this program reads, and the one it writes."""

TASKS = ("semantic", "instances")
ORIGINS = ("person", "run", "import")
HOLDINGS = ("classes", "instances", "panoptic")


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """What ``segstudio.toml`` says, folders as whole paths.

    The first of ``labels`` is where edits are written, the others are read-only; ``runs`` are predictions that lie
    somewhere else than in ``predictions``. The files of neither are listed here.
    ``schema`` is None where no class is declared.
    """

    image_root: Path
    labels: tuple[LabelSource, ...]
    schema: LabelSchema | None
    task: Literal["semantic", "instances"] = "semantic"
    spacing: Spacing | None = None
    unit: str = ""
    runs: tuple[LabelSource, ...] = ()


def config_of(project: Project) -> ProjectConfig:
    """Return what the file of a project has to say."""
    root = project.image_root or project.root
    return ProjectConfig(
        root, project.sources, project.schema, project.task, project.spacing, project.unit, project.linked
    )


def read_config(path: Path) -> ProjectConfig:
    """Read a project file; raises ``UnreadableFile`` with the line or entry of the fault, or for a newer version."""
    document = toml_values(path, read_text(path))
    version = checked(path, document, "version", int, VERSION)
    if version > VERSION:
        raise toml_error(path, f"it is of version {version}, and this program reads up to {VERSION}: update it")
    classes = entries(path, document, "class")
    sources = [_label_source(path, e, n) for n, e in enumerate(entries(path, document, "labels"))]
    if sources and sources[0].holds == "panoptic":
        raise toml_error(path, 'the first [[labels]] is where edits are written, and "panoptic" files are only read')
    return ProjectConfig(
        image_root=_folder(path, checked(path, document, "images", str, _usual_images(path.parent))),
        labels=tuple(source for source in sources if not _is_run(source)),
        runs=tuple(source for source in sources if _is_run(source)),
        schema=parse_entries(path, classes, entries(path, document, "deleted_class")) if classes else None,
        task=_one_of(path, document, "task", TASKS),
        spacing=_spacing(path, document),
        unit=checked(path, document, "unit", str, ""),
    )


def _spacing(path: Path, document: Mapping[str, Any]) -> Spacing | None:
    """Return the size of a pixel, None where the file does not say."""
    found = document.get("spacing")
    if found is None:
        return None
    numbers = isinstance(found, list) and all(type(v) in (int, float) and 0 < v < math.inf for v in found)
    if not numbers or len(found) != 2:
        raise toml_error(path, '"spacing" is two numbers above 0: the height and the width of a pixel')
    return float(found[0]), float(found[1])


def _usual_images(root: Path) -> str:
    return "images" if (root / "images").is_dir() else "."


def config_stamp(path: Path) -> str:
    """Return what tells one content of a project file from another; "" where there is none at all."""
    if not os.path.lexists(path):
        return ""
    try:
        return _stamp(path.read_bytes())
    except OSError as error:
        return plain_reason(error)


def _stamp(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_config(path: Path, config: ProjectConfig) -> str:
    """Write a project file whole or not at all; keys, comments and order of one that is there are kept.

    Returns the ``config_stamp`` of what was written. Raises ``UnwritableFile``, and ``UnreadableFile`` where the file
    that is there cannot be understood.
    """
    document = toml_document(path, read_text(path)) if path.exists() else tomlkit.document()
    set_key(document, "version", VERSION)
    set_key(document, "task", config.task)
    set_key(document, "images", _written(path, config.image_root))
    if config.spacing is not None:
        set_key(document, "spacing", list(config.spacing))
        set_key(document, "unit", config.unit)
    set_entries(document, "labels", "name", [_label_entry(path, source) for source in (*config.labels, *config.runs)])
    schema = config.schema or LabelSchema(())
    set_entries(document, "class", "id", [c.entry() for c in schema.classes])
    set_entries(document, "deleted_class", "id", [c.entry() for c in schema.deleted])
    data = tomlkit.dumps(document).encode()
    write_atomically(path, data)
    return _stamp(data)


def _is_run(source: LabelSource) -> bool:
    """Tell whether a source holds predictions; edits may go to a mask that began as one."""
    return source.origin == "run" and source.read_only


def _label_source(path: Path, entry: Mapping[str, Any], number: int) -> LabelSource:
    where = f"[[labels]] number {number + 1}"
    folder = _folder(path, checked(path, entry, "folder", str, None, where))
    return LabelSource(
        name=checked(path, entry, "name", str, folder.name, where),
        folder=folder,
        origin=_one_of(path, entry, "origin", ORIGINS, where),
        read_only=number > 0,
        images=checked(path, entry, "images", str, "", where).strip("/"),
        holds=_one_of(path, entry, "holds", HOLDINGS, where),
    )


def _one_of(path: Path, table: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str = "") -> Any:
    found = checked(path, table, key, str, allowed[0], where)
    if found not in allowed:
        raise toml_error(path, f'{where + ": " if where else ""}"{key}" is one of {", ".join(allowed)}, not "{found}"')
    return found


def _folder(path: Path, text: str) -> Path:
    """Return the whole path of a folder named in the file. One outside the project has to be named from the root."""
    root = path.parent
    folder = Path(os.path.normpath(root / text))
    if not Path(text).is_absolute() and folder != root and root not in folder.parents:
        raise toml_error(path, f'the folder "{text}" leads out of the project; write its whole path if that is meant')
    return folder


def _written(path: Path, folder: Path) -> str:
    """Return a folder as it is written: relative to the project where it lies in it, else whole."""
    inside = folder == path.parent or path.parent in folder.parents
    return str(PurePosixPath(folder.relative_to(path.parent))) if inside else str(folder)


def _label_entry(path: Path, source: LabelSource) -> dict[str, Any]:
    optional = {"images": source.images, "holds": "" if source.holds == "classes" else source.holds}
    entry = {"name": source.name, "folder": _written(path, source.folder), "origin": source.origin}
    return entry | {key: value for key, value in optional.items() if value}
