"""Which kind of model file a path is, told by its first bytes and headers; suffixes are not believed."""

import json
import zipfile
from pathlib import Path
from typing import Any

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.sniff_folders import folder_format

LARGEST_HEADER = 100_000_000
"""Bytes of JSON that a safetensors file may begin with: the format's own limit."""

_LEGACY_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
_HEAD = 512
_OTHERS = {
    b"\xff\xd8\xff": "a JPEG picture", b"\x89PNG\r\n": "a PNG picture", b"GIF8": "a GIF picture",
    b"II*\0": "a TIFF picture", b"MM\0*": "a TIFF picture", b"BM": "a BMP picture", b"RIFF": "a WebP picture or a film",
    b"%PDF": "a PDF document", b"\x1f\x8b": "packed by gzip", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a RAR archive",
    b"BZh": "packed by bzip2", b"\xfd7zXZ": "packed by xz", b"\x89HDF": "an HDF5 file, as Keras saves",
}  # fmt: skip
"""What is often taken for a model, by its first bytes."""
_NOT_A_MODEL = "Choose a model file, such as one that segstudio trained."
_NO_MODEL_IN_IT = (
    "it is a folder that is no model: it has no config.json, as those of Hugging Face and smp have beside weights, no "
    "plans.json with dataset.json, or fold of such a training, of nnU-Net, and no configs/metadata.json with models, "
    "as a MONAI bundle"
)
_INCOMPLETE = "Copy or download it again."


def sniff(path: Path) -> str:
    """Return the name in ``LOADERS`` of what ``path`` is; raises ``UnreadableFile`` where it is none of them."""
    if path.is_dir():
        if (format := folder_format(path)) is not None:
            return format
        raise UnreadableFile(path, _NO_MODEL_IN_IT, "Choose the folder of a model, or a model file.")
    if not path.is_file():  # a pipe is none either: reading it would wait for ever
        raise UnreadableFile(path, "there is no such file", _NOT_A_MODEL)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise UnreadableFile(path, (error.strerror or str(error)).lower(), _NOT_A_MODEL) from error
    if not size:
        raise UnreadableFile(path, "it is empty (0 bytes)", _INCOMPLETE)
    return _sniff_content(path, head, size)


def _sniff_content(path: Path, head: bytes, size: int) -> str:
    if head.startswith(b"version https://git-lfs"):
        raise UnreadableFile(
            path, "it is only a Git LFS pointer to the model", "Run 'git lfs pull' where it came from."
        )
    if head.lstrip()[:5].lower() in (b"<!doc", b"<html"):
        raise UnreadableFile(path, "it is a web page and not the file that was asked for", "Download it again.")
    if not any(head):
        raise UnreadableFile(path, "it begins with zeros, as a download that was not finished does", _INCOMPLETE)
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(path)
    if head.startswith(_LEGACY_TORCH):
        return "state_dict"
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "pickle"
    if head[8:9] == b"{":
        metadata = read_header(path, size).get("__metadata__")
        return "segstudio" if isinstance(metadata, dict) and "segstudio" in metadata else "safetensors"
    # A ModelProto: field 1, ir_version, is a small number, and one of its other fields follows.
    if head[:1] == b"\x08" and head[1:2] < b" " and head[2:3] in (b"\x12", b"\x1a", b"\x22", b"\x28", b"\x3a", b"\x42"):
        return "onnx"
    if head[257:262] == b"ustar":
        raise UnreadableFile(
            path,
            "it is a tar archive, as torch wrote before 2017, or a folder packed into one",
            "Unpack it, or save the weights anew with a later torch.",
        )
    what = next((f"it is {what}" for begin, what in _OTHERS.items() if head.startswith(begin)), "")
    raise UnreadableFile(path, what or "it is no model file that is known here", _NOT_A_MODEL)


def is_legacy(path: Path) -> bool:
    """Tell whether a state dict was saved by a torch older than 1.6, which had no archives."""
    with path.open("rb") as file:
        return file.read(len(_LEGACY_TORCH)) == _LEGACY_TORCH


def read_header(path: Path, size: int) -> dict[str, Any]:
    """Return the JSON that a safetensors file of ``size`` bytes begins with; raises ``UnreadableFile``."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > LARGEST_HEADER:
            raise UnreadableFile(path, f"its header claims {length:,} bytes", _NOT_A_MODEL)
        if length > size - 8:
            raise UnreadableFile(path, "the file ends within its header", _INCOMPLETE)
        text = file.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path, "its header is damaged", _INCOMPLETE) from error
    if not isinstance(header, dict):
        raise UnreadableFile(path, "its header is damaged", _INCOMPLETE)
    return header


def _sniff_zip(path: Path) -> str:
    """Tell the archives of torch apart. Those that it writes are not compressed, so that they can be mapped."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableFile(path, "the archive is damaged or cut short", _INCOMPLETE) from error
    inner = {entry.filename.partition("/")[2] for entry in entries}
    if any(entry.filename.endswith("configs/metadata.json") for entry in entries):
        return "monai"
    if "constants.pkl" in inner:
        return "torchscript"
    if any(name.startswith("data/aotinductor/") for name in inner):
        return "aot"
    old = any(entry.filename == "serialized_exported_program.json" for entry in entries)
    if old or "archive_format" in inner or any(name.startswith("models/") for name in inner):
        return "torch_export"
    if "data.pkl" not in inner:
        raise UnreadableFile(path, "it is an archive without a model", _NOT_A_MODEL)
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise UnreadableFile(path, "its records are compressed, which torch never does", _NOT_A_MODEL)
    return "state_dict"


def pickled(path: Path, what: str = "") -> UnreadableFile:
    """Return the error for a file that holds objects of a program, and could run anything when opened."""
    named = f" ({what})" if what else ""
    return UnreadableFile(
        path,
        f"it holds pickled objects{named} and not weights alone, so opening it could run any program",
        "It was not opened. Ask whoever made it to save model.state_dict().",
    )
