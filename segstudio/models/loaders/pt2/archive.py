"""What lies in a ``.pt2`` archive, told by its table of contents: nothing is unpickled, and no library is opened.

torch's own loader unpickles weights that say ``use_pickle``, objects beside the constants, and example inputs, and
opens compiled code. Here weights are numbers at a place in the file; whatever else there is refuses the archive.
"""

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.entries import unpacked
from segstudio.models.loaders.pickles import LARGEST, DamagedPickle
from segstudio.models.loaders.program_description import METADATA
from segstudio.models.loaders.pt2.arguments import DTYPES, UnreadableGraph
from segstudio.models.loaders.pt2.graph import Graph, read_graph
from segstudio.models.loaders.section import Section
from segstudio.models.loaders.sniff import pickled
from segstudio.models.loaders.state_dict import executed
from segstudio.models.loaders.stored import Header, Stored, StoredTensor, placed
from segstudio.models.loaders.torch_files import read_archive, within

_CUT: Final = "Copy or download it again."
_ASK: Final = "It was not opened. Ask whoever made it for model.state_dict(), or for ONNX."
_STRIDED: Final = 7
_FOLDERS: Final = ("data/weights/", "data/constants/")
_OLD: Final = {"weights": "serialized_state_dict.pt", "constants": "serialized_constants.pt"}
"""Where weights lie in archives of torch 2.7 and before."""


@dataclass(frozen=True, slots=True)
class Export:
    """``weights`` and ``constants`` are by their names in the program; ``metadata`` is the text of ours, or empty.

    ``unused`` are entries beside weights and constants that no table names: they are never opened.
    """

    graph: Graph
    weights: Stored
    constants: Stored
    metadata: str = ""
    unused: tuple[str, ...] = ()


class Blocked(UnreadableFile):
    """A file that holds what could run; ``executes`` names it."""

    def __init__(self, path: Path, reason: str, executes: tuple[str, ...]) -> None:
        super().__init__(path, reason, _ASK)
        self.executes = executes


@dataclass(frozen=True, slots=True)
class _Entries:
    """The entries of an archive by name, without the folder that torch puts them into."""

    path: Path
    archive: zipfile.ZipFile
    file: BinaryIO
    entries: Mapping[str, zipfile.ZipInfo]

    def json(self, name: str) -> Any:
        return json.loads(self.text(name))

    def text(self, name: str) -> str:
        entry = self.entries[name]
        if entry.file_size > LARGEST:
            raise UnreadableFile(self.path, f"its {name} claims {entry.file_size:,} bytes")
        return unpacked(self.archive, entry).decode()

    def place(self, name: str) -> tuple[int, int]:
        """Return the first byte of an entry in the file, and its count of bytes; raises ``KeyError``."""
        return within(self.file, self.entries[name])

    def inner(self, name: str) -> Header:
        """Read the header of an archive that lies within; raises ``UnreadableFile`` where it would unpack to more."""
        begin, length = self.place(name)
        with io.BufferedReader(Section(self.path, begin, length)) as file, zipfile.ZipFile(file) as archive:
            _believed(self.path, archive, length)
        return read_archive(self.path, begin, length)


def read_export(path: Path) -> Export:
    """Read what torch.export has saved, but for the weights; raises ``UnreadableFile``, and ``Blocked`` for what could
    run.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = _Entries(path, archive, file, _named(path, archive))
            _check_examples(entries)
            graph = read_graph(entries.json(_program(entries)))
            weights, constants = _tensors(entries, "weights"), _tensors(entries, "constants")
            metadata = next(
                (f"{at}{METADATA}" for at in ("extra/", "extra_files/") if f"{at}{METADATA}" in entries.entries), ""
            )
            return Export(
                graph,
                _called(graph.weights, {**constants, **weights}),
                _called(graph.constants, {**weights, **constants}),
                entries.text(metadata) if metadata else "",
                _unused(entries),
            )
    except UnreadableGraph as error:
        raise _refused(path, error) from error
    except (zipfile.BadZipFile, OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, struct.error,
            RuntimeError, RecursionError, NotImplementedError, MemoryError) as error:  # fmt: skip
        raise UnreadableFile(path, f"it is damaged or cut short ({error})", _CUT) from error


def _refused(path: Path, error: UnreadableGraph) -> UnreadableFile:
    if error.blocked:
        return Blocked(path, f"{error}: {listed(error.blocked)}", error.blocked)
    return UnreadableFile(path, str(error), "It was not loaded.")


def _named(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name; raises ``UnreadableFile`` where their sizes cannot be believed."""
    entries = _believed(path, archive, path.stat().st_size)
    root = entries[0].filename.partition("/")[0] + "/" if entries else ""
    if not all(entry.filename.startswith(root) for entry in entries):
        root = ""
    return {entry.filename.removeprefix(root): entry for entry in entries}


def _believed(path: Path, archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    """Return the entries of an archive of ``size`` bytes, also one within another; none of them is compressed."""
    entries = archive.infolist()
    for entry in entries:
        if entry.flag_bits & 1:
            raise UnreadableFile(path, "it is encrypted", "Unpack it with its password first.")
        if entry.compress_type != zipfile.ZIP_STORED:
            raise UnreadableFile(path, "its records are compressed, which torch never does", "It was not loaded.")
        if entry.compress_size != entry.file_size or entry.header_offset + entry.file_size > size:
            raise UnreadableFile(path, f"its {entry.filename} claims to be larger than the file", _CUT)
    if sum(entry.file_size for entry in entries) > size:
        raise UnreadableFile(path, "its records overlap", "It was not loaded.")
    return entries


def _program(entries: _Entries) -> str:
    """Return where the program lies; of several that is the one which torch calls model."""
    if "byteorder" in entries.entries and entries.text("byteorder") != "little":
        raise UnreadableFile(
            entries.path, "its numbers are stored in another order of bytes", "Save it on this machine."
        )
    old = "serialized_exported_program.json"
    found = [name for name in entries.entries if name.startswith("models/") and name.endswith(".json")]
    chosen = "models/model.json" if "models/model.json" in found else old if old in entries.entries else ""
    if not chosen and len(found) != 1:
        raise UnreadableFile(entries.path, f"it holds {len(found)} programs, and none that is called model", _CUT)
    return chosen or found[0]


def _check_examples(entries: _Entries) -> None:
    """Refuse example inputs that want to import something. They are not needed, but torch's own loader opens them."""
    for name in entries.entries:
        if name.startswith("data/sample_inputs/") or name == "serialized_example_inputs.pt":
            header = entries.inner(name)
            if blocked := tuple(executed(header)):
                raise Blocked(entries.path, f"its example inputs are pickled objects ({listed(blocked)})", blocked)


def _tensors(entries: _Entries, folder: str) -> dict[str, StoredTensor]:
    """Return the weights, or the constants, by the names that the program has for them."""
    old = _OLD[folder]
    if old in entries.entries:
        return _saved(entries, old)
    model = Path(_program(entries)).stem
    if f"data/{folder}/{model}.pt" in entries.entries:
        return _saved(entries, f"data/{folder}/{model}.pt")
    config = entries.json(f"data/{folder}/{model}_{folder}_config.json")["config"]
    return {str(name): _stored(entries, folder, str(name), meta) for name, meta in config.items()}


def _unused(entries: _Entries) -> tuple[str, ...]:
    """Return what lies in the folders of weights and constants, and is in none of the tables of what these are."""
    known: set[str] = set()
    for name in entries.entries:
        if name.startswith(_FOLDERS) and name.endswith("_config.json"):
            folder = name.rpartition("/")[0]
            known |= {name, *(f"{folder}/{meta['path_name']}" for meta in entries.json(name)["config"].values())}
    return tuple(
        name
        for name in entries.entries
        if name.startswith(_FOLDERS) and name not in known and not name.endswith((".pt", "/"))
    )


def _stored(entries: _Entries, folder: str, name: str, meta: Mapping[str, Any]) -> StoredTensor:
    inside = f"data/{folder}/{meta['path_name']}"
    if meta["use_pickle"]:
        raise _pickled(entries, name, inside)
    if not str(meta["path_name"]).startswith(("weight_", "tensor_")):
        raise Blocked(entries.path, f"it holds {name}, an object of a program", (str(meta["path_name"]),))
    about = meta["tensor_meta"]
    if about["layout"] != _STRIDED:
        raise UnreadableFile(entries.path, f"{name} is stored in another layout", "It was not loaded.")
    sizes, strides = ([_whole(side) for side in about[key]] for key in ("sizes", "strides"))
    return placed(DTYPES[about["dtype"]], sizes, strides, _whole(about["storage_offset"]), entries.place(inside))


def _pickled(entries: _Entries, name: str, inside: str) -> UnreadableFile:
    """Return the error for a weight that only an unpickler could read, with what that would import."""
    try:
        imports = tuple(executed(entries.inner(inside)))
    except (UnreadableFile, DamagedPickle, LookupError, zipfile.BadZipFile):
        imports = ()
    what = listed(imports) or "an object"
    return Blocked(entries.path, f"{name} is pickled ({what}) and not stored as numbers", imports or (inside,))


def _saved(entries: _Entries, name: str) -> dict[str, StoredTensor]:
    """Return the tensors of a state dict within the archive, read as any other is."""
    header = entries.inner(name)
    if blocked := tuple(executed(header)):
        raise Blocked(entries.path, f"its weights are pickled objects ({listed(blocked)})", blocked)
    if not isinstance(header.content, dict):
        raise pickled(entries.path, name)
    return {key: value for key, value in header.content.items() if isinstance(value, StoredTensor)}


def _called(names: Mapping[str, str], tensors: Mapping[str, StoredTensor]) -> Stored:
    """Return tensors by what the program calls them; raises ``KeyError`` for one that is missing."""
    return {name: tensors[stored] for name, stored in names.items()}


def _whole(union: Mapping[str, Any]) -> Any:
    return union["as_int"]
