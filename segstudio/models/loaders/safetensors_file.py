"""The header of a safetensors file: JSON of names, kinds, shapes and places."""

import json
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.sniff import read_header
from segstudio.models.loaders.stored import Header, StoredTensor, packed, placed

KEY: Final = "segstudio"
"""The metadata of our own files that has their description."""
_KINDS: Final = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


def read_safetensors(path: Path) -> Header:
    """Raise ``UnreadableFile`` where the header does not fit the file."""
    size = path.stat().st_size
    header = read_header(path, size)
    metadata = header.pop("__metadata__", {})
    begin = 8 + _length(path)
    try:
        content = {name: _tensor(entry, begin, size) for name, entry in header.items()}
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise UnreadableFile(path, f"its weights are damaged or cut short ({error})", "Copy it again.") from error
    return Header(content, metadata={str(k): v for k, v in metadata.items() if isinstance(v, str)})


def description_of(path: Path, header: Header) -> Description:
    """Return the description that our own files have; raises ``UnreadableFile``."""
    try:
        return Description.from_json(json.loads(header.metadata[KEY]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableFile(path, f"its description is damaged: {error}", "Copy it again.") from error


def _length(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(file.read(8), "little")


def _tensor(entry: Any, begin: int, size: int) -> StoredTensor:
    first, last = entry["data_offsets"]
    shape = tuple(entry["shape"])
    if not all(type(side) is int for side in (*shape, first, last)) or not 0 <= first <= last <= size - begin:
        raise ValueError("a tensor lies outside of the file")
    dtype = _KINDS.get(entry["dtype"], str(entry["dtype"]))
    return placed(dtype, shape, packed(shape), 0, (begin + first, last - first))
