"""Where the parts of a MONAI bundle lie: a folder, or a zip of one, with ``configs`` and ``models``."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.folders import LARGEST_JSON, check_inner, inside, read_json

CONFIGS: Final = "configs"
MODELS: Final = "models"
METADATA: Final = "metadata.json"
WEIGHTS: Final = "model.pt"
SCRIPT: Final = "model.ts"
_INFERENCE: Final = ("inference.json", "evaluate.json", "train.json")
"""Where the network is described, the file that is preferred first."""
_PIECE: Final = 1 << 20
_DENSEST: Final = 4
"""How many times larger than in the zip weights may become: numbers hardly get smaller."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """``path`` was asked for; ``config`` is the file with the network and ``weights`` the other, where they lie now."""

    path: Path
    metadata: dict[str, Any]
    config: dict[str, Any]
    weights: Path


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Give the parts of a bundle; those of a zip lie in a folder of their own until then.

    Raises ``UnreadableFile`` where one is missing, too large, or lies outside.
    """
    if path.is_dir():
        yield _bundle(path, path)
        return
    with TemporaryDirectory() as name:
        _unpack(path, Path(name))
        yield _bundle(path, Path(name))


def _bundle(path: Path, folder: Path) -> Bundle:
    configs, models = check_inner(folder, folder / CONFIGS), check_inner(folder, folder / MODELS)
    name = next((name for name in _INFERENCE if (configs / name).is_file()), None)
    if name is None:
        raise UnreadableFile(path, f"it has no {_INFERENCE[0]} in its {CONFIGS}", "Bundles in YAML are not read.")
    metadata, config = read_json(configs, METADATA), read_json(configs, name)
    if not (models / WEIGHTS).is_file():
        script = (models / SCRIPT).is_file()
        way_out = f"Open {MODELS}/{SCRIPT} itself, which is a program." if script else "Download the whole bundle."
        raise UnreadableFile(path, f"it has no {MODELS}/{WEIGHTS}", way_out)
    return Bundle(path, metadata, config, inside(models, WEIGHTS))


def _unpack(path: Path, folder: Path) -> None:
    """Copy what is needed of a zip, entry by entry, under names that are known beforehand."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            root = next(name for name in entries if name.endswith(f"{CONFIGS}/{METADATA}"))
            root = root.removesuffix(f"{CONFIGS}/{METADATA}")
            names = [f"{CONFIGS}/{name}" for name in (METADATA, *_INFERENCE)] + [f"{MODELS}/{WEIGHTS}"]
            wanted = {name: entries[root + name] for name in names if root + name in entries}
            _check_sizes(path, list(wanted.values()))
            for name, entry in wanted.items():
                _copy(path, archive, entry, folder / name)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(path, "it is damaged or cut short", "Copy or download it again.") from error


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what becomes too large; together entries have no more of it than the whole zip."""
    size = path.stat().st_size
    for entry in entries:
        largest = _DENSEST * min(entry.compress_size, size) + _PIECE
        if entry.file_size > (min(largest, LARGEST_JSON) if entry.filename.endswith(".json") else largest):
            raise UnreadableFile(path, f"{entry.filename} claims {entry.file_size:,} bytes", "It was not unpacked.")
    if (claimed := sum(entry.file_size for entry in entries)) > _DENSEST * size + _PIECE:
        raise UnreadableFile(path, f"what it holds claims {claimed:,} bytes together", "It was not unpacked.")


def _copy(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    if entry.flag_bits & 1:
        raise UnreadableFile(path, "it is encrypted", "Unpack it with its password first.")
    target.parent.mkdir(exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, target.open("wb") as copy:
        while left > 0 and (piece := source.read(min(_PIECE, left))):
            left -= copy.write(piece)
