"""What lies in a file of ``torch.save``, without torch and without unpickling: see ``pickles``."""

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.entries import are_stored, unpacked
from segstudio.models.loaders.pickles import LARGEST, Call, DamagedPickle, Global, Persistent, Reader
from segstudio.models.loaders.section import Section
from segstudio.models.loaders.stored import ITEM_SIZES, Header, StoredTensor, placed

_CUT: Final = "Copy or download it again."
_KINDS: Final = {
    "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool", "UntypedStorage": "uint8",
}  # fmt: skip
_LOCAL: Final = struct.Struct("<26xHH")
"""Of a zip entry's own header: the lengths of its name and of what follows that."""


class _Bounded(io.BufferedReader):
    """A file of which no more is read at once than a pickle has: a size that it claims is not believed."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(LARGEST if size is None or not 0 <= size <= LARGEST else size)

    def readline(self, size: int | None = -1, /) -> bytes:
        return super().readline(LARGEST)


@dataclass(eq=False, slots=True)
class _Tensor:
    """A tensor by the key of its storage; where that lies is known later."""

    kind: str
    key: str
    offset: object
    shape: tuple[object, ...]
    strides: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Storage:
    kind: str
    key: str
    view: object = None


@dataclass(slots=True)
class _Storages:
    """The storages of one file as its pickle names them: the bytes that a number of each takes, by key."""

    sizes: dict[str, int] = field(default_factory=dict)

    def rebuilt(self, call: Call) -> object:
        """Return the data that a call of torch's would make; raises ``DamagedPickle`` for arguments it never has."""
        if not isinstance(call.function, Global):
            return call
        name, arguments = str(call.function), call.arguments
        if name in ("collections.OrderedDict", "collections.defaultdict"):
            return {}
        if name in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
            return arguments[0]
        if name == "torch._tensor._rebuild_from_type_v2":
            if arguments[0] == call.function:  # torch never has one within another; a stranger may, without end
                raise DamagedPickle("a tensor is described in another way")
            return self.rebuilt(Call(arguments[0], tuple(arguments[2])))
        if name in ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"):
            return self._tensor(arguments)
        if name == "torch._utils._rebuild_tensor_v3":
            return self._tensor(arguments, arguments[6])
        return call

    def _tensor(self, arguments: tuple[Any, ...], dtype: object = None) -> _Tensor:
        storage, offset, shape, strides = arguments[:4]
        if not isinstance(shape, tuple) or not isinstance(strides, tuple) or not isinstance(storage, Persistent):
            raise DamagedPickle("a tensor is described in another way")
        found = self.storage(storage)
        if found.view is not None:
            raise DamagedPickle("a storage is a part of another")
        kind = dtype.name if isinstance(dtype, Global) else found.kind
        return _Tensor(kind, found.key, offset, shape, strides)

    def storage(self, reference: Persistent) -> _Storage:
        """Read ``("storage", type, key, place, count)``, and a view after it in old files."""
        identity = reference.identity
        if not isinstance(identity, tuple) or len(identity) < 5 or identity[0] != "storage":
            raise DamagedPickle("it refers to something that is no storage")
        kind = identity[1].name if isinstance(identity[1], Global) else ""
        found = _Storage(_KINDS.get(kind, kind), _key(identity[2]), *identity[5:6])
        self.sizes[found.key] = ITEM_SIZES.get(found.kind, 1)
        return found


def _key(value: object) -> str:
    if not isinstance(value, str | int):
        raise DamagedPickle("a storage has no name")
    return str(value)


def read_archive(path: Path, begin: int = 0, length: int | None = None) -> Header:
    """Read the header of an archive of torch 1.6 or later; raises ``UnreadableFile``.

    It is the whole file, or ``length`` bytes of it from ``begin`` on, where it lies within another archive.
    """
    try:
        size = path.stat().st_size - begin if length is None else length
        with io.BufferedReader(Section(path, begin, size)) as file, zipfile.ZipFile(file) as archive:
            entries = {entry.filename.partition("/")[2]: entry for entry in archive.infolist()}
            pickled = entries["data.pkl"]
            if pickled.file_size > LARGEST:
                raise UnreadableFile(path, f"its table of contents claims {pickled.file_size:,} bytes")
            if archive.getinfo(pickled.filename).flag_bits & 1:
                raise UnreadableFile(path, "it is encrypted", "Unpack it with its password first.")
            if not are_stored(archive.infolist()):
                raise UnreadableFile(path, "its records are compressed, which torch never does", _CUT)
            if "byteorder" in entries and unpacked(archive, _order(entries["byteorder"])) != b"little":
                raise UnreadableFile(
                    path, "its numbers are stored in another order of bytes", "Save it on this machine."
                )
            storages = _Storages()
            reader = Reader(storages.rebuilt)
            content = reader.read(io.BytesIO(unpacked(archive, pickled)))
            found = {key: within(file, entries[f"data/{key}"]) for key in storages.sizes if f"data/{key}" in entries}
            places = {key: (begin + at, count) for key, (at, count) in found.items()}
    except DamagedPickle as error:
        raise UnreadableFile(path, f"it is damaged or cut short ({error})", _CUT) from error
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, struct.error, RuntimeError) as error:
        raise UnreadableFile(path, "it is damaged or cut short", _CUT) from error
    return _located(path, content, reader, places)


def _order(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    if entry.file_size > len("little"):
        raise zipfile.BadZipFile("its order of bytes is no word")
    return entry


def within(file: BinaryIO, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where the bytes of an entry that is not compressed begin, and how many they are; raises ``struct.error``
    or ``OSError`` where its own header is missing.
    """
    file.seek(entry.header_offset)
    name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    return entry.header_offset + _LOCAL.size + name + extra, entry.file_size


def read_legacy(path: Path) -> Header:
    """Read the header of a file older than torch 1.6: five pickles, then the storages one after the other."""
    size = path.stat().st_size
    storages = _Storages()
    reader = Reader(storages.rebuilt)
    try:
        with _Bounded(io.FileIO(path)) as file:
            for _ in range(3):  # a magic number, the version, and what machine it was
                Reader().read(file)
            content = reader.read(file)
            keys = Reader().read(file)
            if not isinstance(keys, list):
                raise DamagedPickle("its storages are not listed")
            places = _in_a_row(file, [_key(key) for key in keys], storages.sizes)
    except (DamagedPickle, OSError, struct.error) as error:
        raise UnreadableFile(path, f"it is damaged or cut short ({error})", _CUT) from error
    if any(begin + length > size for begin, length in places.values()):
        raise UnreadableFile(path, "it is damaged or cut short", _CUT)
    return _located(path, content, reader, places)


def _in_a_row(file: BinaryIO, keys: list[str], sizes: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Return where each storage begins and its bytes; before each stands how many numbers it has."""
    places = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        if not 0 <= count < 1 << 40 or key not in sizes:
            raise DamagedPickle("a storage has no size")
        places[key] = (file.tell(), count * sizes[key])
        file.seek(count * sizes[key], io.SEEK_CUR)
    return places


def read_plain_pickle(path: Path) -> Header:
    """Read what a pickle that torch did not write wants to import; its content is None where it cannot be followed."""
    reader = Reader()
    content = None
    try:
        with _Bounded(io.FileIO(path)) as file:
            content = reader.read(file)
    except (DamagedPickle, OSError):
        pass  # what it has told so far is all that is asked of it: it is refused in any case
    return Header(content, tuple(map(str, reader.globals)))


def _located(path: Path, content: Any, reader: Reader, places: Mapping[str, tuple[int, int]]) -> Header:
    try:
        located = _Placing(places).placed(content, 0)
    except ValueError as error:
        raise UnreadableFile(path, str(error), "It was not loaded.") from error
    return Header(located, tuple(map(str, reader.globals)))


DEEPEST: Final = 4
"""Levels of dicts within dicts in which weights are looked for."""


@dataclass(slots=True)
class _Placing:
    """Puts tensors where descriptions of them stood; a dict that stands in many places is gone through once."""

    places: Mapping[str, tuple[int, int]]
    done: dict[int, Any] = field(default_factory=dict)

    def placed(self, value: Any, depth: int) -> Any:
        if isinstance(value, _Tensor):
            return self._at(value)
        if not isinstance(value, dict) or depth == DEEPEST:
            return value
        if id(value) not in self.done:
            self.done[id(value)] = None  # a dict within itself ends here
            self.done[id(value)] = {key: self.placed(entry, depth + 1) for key, entry in value.items()}
        return self.done[id(value)]

    def _at(self, tensor: _Tensor) -> StoredTensor:
        if tensor.key not in self.places:
            raise ValueError("it is damaged or cut short: a storage is missing")
        return placed(tensor.kind, tensor.shape, tensor.strides, tensor.offset, self.places[tensor.key])
