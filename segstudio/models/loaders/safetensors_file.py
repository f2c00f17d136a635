"""The header of a safetensors file: JSON of names, kinds, shapes and places."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.recognition import left_open
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.loaders.sniff import read_header
from segstudio.models.loaders.stored import LONGEST_NAME, Header, StoredTensor, packed, placed, sizes_of
from segstudio.models.zoo import ARCHITECTURES
from segstudio.models.zoo.multiples import divisor_of

KEY: Final = "segstudio"
"""The metadata of our own files that has their description."""
_SHOWN: Final = 40
_KINDS: Final = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip


def read_safetensors(path: Path) -> Header:
    """Raise ``UnreadableFile`` where the header does not fit the file."""
    size = path.stat().st_size
    header = read_header(path, size)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise UnreadableFile(path, "its header is damaged: its metadata is no table of texts", "Copy it again.")
    begin = 8 + _length(path)
    try:
        content = {_name(name): _tensor(entry, begin, size) for name, entry in header.items()}
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise UnreadableFile(path, f"its weights are damaged or cut short ({error})", "Copy it again.") from error
    return Header(content, metadata={str(k): v for k, v in metadata.items() if isinstance(v, str)})


def description_of(path: Path, header: Header) -> Description:
    """Return the description that our own files have, with what a person says of it; raises ``UnreadableFile``.

    The divisor is that of the network, as of any other file of it, and not what the file says. Options that are written
    as assumed are as open as they were in the weights that the file was made from.
    """
    try:
        said = Description.from_json(json.loads(header.metadata[KEY]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableFile(path, f"its description is damaged: {error}", "Copy it again.") from error
    if said.architecture not in ARCHITECTURES:
        return said
    divisor = divisor_of(said.architecture, said.config)
    choices = left_open(said.architecture, said.config, said.assumed)
    return with_sidecar(path, replace(said, preprocess=replace(said.preprocess, divisor=divisor), choices=choices))


def _length(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(file.read(8), "little")


def _name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name {name[:_SHOWN]}... is longer than any")
    return name


def _tensor(entry: Any, begin: int, size: int) -> StoredTensor:
    first, last = entry["data_offsets"]
    shape = sizes_of(entry["shape"])
    if type(first) is not int or type(last) is not int or not 0 <= first <= last <= size - begin:
        raise ValueError("a tensor lies outside of the file")
    dtype = _KINDS.get(entry["dtype"], str(entry["dtype"])[:_SHOWN])
    return placed(dtype, shape, packed(shape), 0, (begin + first, last - first))
