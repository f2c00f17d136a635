"""Models that are folders: their JSON, their weights in one file or in several, and nothing outside of the folder."""

import json
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.description import Description
from segstudio.models.loaders import refusal
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.safetensors_file import read_safetensors
from segstudio.models.loaders.sniff import pickled, sniff
from segstudio.models.loaders.sniff_folders import INDEX, WEIGHTS
from segstudio.models.loaders.state_dict import executed, read_header_of
from segstudio.models.loaders.stored import ITEM_SIZES, Stored, StoredTensor
from segstudio.models.loaders.torch_files import read_plain_pickle

if TYPE_CHECKING:
    from torch import Tensor

    from segstudio.models.segmenter import LoadStep

LARGEST_JSON: Final = 1 << 24
"""Bytes; the lists of tensors of the largest models have a tenth of it."""
_DEEPEST: Final = 16
_SHARED: Final = 2
"""How often the same bytes of a file may be weights: those of two layers can be one."""
_STATISTICS: Final = ("running_mean", "running_var", "num_batches_tracked", "relative_position_index", "position_ids")
_COPY: Final = "Copy or download the whole folder again."


@dataclass(frozen=True, slots=True)
class Part:
    """A file of weights, and what it holds."""

    file: Path
    weights: Stored


def inside(folder: Path, name: object) -> Path:
    """Return the file that a folder has by a name; raises ``UnreadableFile`` for one that lies somewhere else.

    A link may lead to another file of the folder, or to where the cache of the Hugging Face hub keeps what a snapshot
    links to: ``blobs``, two folders above.
    """
    if not isinstance(name, str) or Path(name).name != name:
        raise UnreadableFile(folder, f"it names the file {name!r}, which lies outside of it", "It was not loaded.")
    path, root = folder / name, folder.resolve()
    allowed = [root] if root.parent.name != "snapshots" else [root, root.parent.parent / "blobs"]
    if not any(path.resolve().is_relative_to(place) for place in allowed):
        raise UnreadableFile(path, "it is a link that leads out of its folder", "Put the file itself there.")
    if not path.is_file():
        raise UnreadableFile(folder, f"{name} is missing", _COPY)
    return path


def check_inner(folder: Path, inner: Path) -> Path:
    """Return a folder within the one that was chosen; raises ``UnreadableFile`` for a link that leads out of it."""
    if not inner.resolve().is_relative_to(folder.resolve()):
        raise UnreadableFile(inner, "it is a link that leads out of the chosen folder", "Put the folder itself there.")
    return inner


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """Read an object of JSON; raises ``UnreadableFile`` for anything else."""
    path = inside(folder, name)
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise UnreadableFile(path, f"it has more than {LARGEST_JSON:,} bytes", "It was not loaded.")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFile(path, f"it is no JSON ({error})", _COPY) from error
    if _is_deep(found):
        raise UnreadableFile(path, "it is nested too deeply", "It was not loaded.")
    if not isinstance(found, dict):
        raise UnreadableFile(path, f"it is a {type(found).__name__} and no object of JSON", _COPY)
    return found


def parts_of(folder: Path) -> list[Part]:
    """Return the files of a folder's weights and what they hold, by their headers; safetensors are preferred.

    Raises ``UnreadableFile`` where there are none, a part is missing or outside, or where one wants to run something.
    """
    return [_part(path) for path in _files(folder)]


def executed_by(folder: Path) -> tuple[str, ...]:
    """Return what opening the weights with another program could run; raises ``UnreadableFile`` as ``parts_of``."""
    found: list[str] = []
    for path in _files(folder):
        format = sniff(path)
        if format == "pickle":
            found += read_plain_pickle(path).imports
        elif format == "state_dict":
            found += executed(read_header_of(path))
    return tuple(dict.fromkeys(found))


def _files(folder: Path) -> list[Path]:
    for name in WEIGHTS:
        if (folder / name).is_file():
            return [inside(folder, name)]
        if (folder / f"{name}{INDEX}").is_file():
            return [inside(folder, part) for part in _named_parts(folder, f"{name}{INDEX}")]
    raise UnreadableFile(folder, f"it has no weights, which are called {' or '.join(WEIGHTS)}", _COPY)


def read_parts(parts: list[Part]) -> "Generator[LoadStep, None, dict[str, Tensor]]":
    """Read all weights, reals as float32, each into memory of its own; raises ``UnreadableFile``."""
    from segstudio.models.loaders.loaded import TensorReader
    from segstudio.models.segmenter import LoadStep

    found, done, total = {}, 0, sum(count_of(part.weights) for part in parts)
    for part in parts:
        try:
            with part.file.open("rb") as file:
                reader = TensorReader(file)
                for name, stored in sorted(part.weights.items(), key=lambda entry: entry[1].position):
                    found[name] = reader.read(stored)
                    done += stored.count
                    yield LoadStep("Reading weights", done, total)
        except (OSError, EOFError) as error:
            raise UnreadableFile(part.file, "it ends within its weights", _COPY) from error
    return found


def count_of(weights: Mapping[str, StoredTensor]) -> int:
    """Return how many numbers weights have."""
    return sum(stored.count for stored in weights.values())


def check_pictures(folder: Path, description: Description | None) -> None:
    """Raise ``UnreadableFile`` for a network that pictures cannot be given to."""
    from segstudio.models.loaders.loaded import check_runnable

    try:
        if description is not None:
            check_runnable(description)
    except ValueError as error:
        raise UnreadableFile(folder, f"it is understood, but not run here: {error}", "Choose another model.") from error


def counted(found: Inspection, parts: list[Part]) -> Inspection:
    """Add how many tensors and learnt numbers there are."""
    learnt = [{k: v for k, v in part.weights.items() if not k.endswith(_STATISTICS)} for part in parts]
    return replace(found, tensors=sum(len(p.weights) for p in parts), parameters=sum(map(count_of, learnt)))


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _within(each)]
    return bool(level)


def _within(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _named_parts(folder: Path, index: str) -> list[str]:
    named = read_json(folder, index).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise UnreadableFile(folder / index, "it has no list 'weight_map' of the parts", _COPY)
    return sorted({str(part) for part in named.values()})


def _part(path: Path) -> Part:
    format = sniff(path)
    if format in ("safetensors", "segstudio"):
        content = read_safetensors(path).content
    elif format == "state_dict":
        header = read_header_of(path)
        if blocked := executed(header):
            raise pickled(path, listed(blocked))
        content = header.content
    else:
        raise refusal(path, format)
    if not isinstance(content, dict) or not all(isinstance(value, StoredTensor) for value in content.values()):
        raise UnreadableFile(path, "it holds other things than weights", "Save the model as safetensors.")
    claimed = sum(stored.count * ITEM_SIZES[stored.dtype] for stored in content.values())
    if claimed > _SHARED * path.stat().st_size:
        raise UnreadableFile(path, f"its weights claim {claimed:,} bytes", "It was not loaded.")
    return Part(path, {str(name): value for name, value in content.items()})
