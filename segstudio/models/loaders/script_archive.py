"""What a TorchScript archive holds, told by its table of contents: nothing in it is run. Without torch."""

import re
import zipfile
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.entries import are_stored, unpacked
from segstudio.models.loaders.pickles import LARGEST, Call, DamagedPickle, Reader
from segstudio.models.loaders.program_description import METADATA
from segstudio.models.loaders.sniff import pickled
from segstudio.models.loaders.state_dict import is_harmless
from segstudio.models.loaders.stored import LARGEST_SIDE, sizes_of

_CUT: Final = "Copy or download it again."
_PICKLES: Final = ("data.pkl", "constants.pkl")
_OWN: Final = ("__torch__.", "torch.jit._pickle.", "torch._utils._rebuild_", "torch.device", "torch.nn.")
"""Beginnings of names that TorchScript itself has in its pickles: classes of the program, and lists of one kind."""
_REACHING: Final = re.compile(r"\b(torch\.(?:save|from_file)|ops\.(?!aten\.|prim\.)\w+\.\w+)\s*\(")
"""Calls by which TorchScript gets at more than its arguments: files, and operators of libraries that are loaded."""
_SHOWN: Final = 8


@dataclass(slots=True)
class Script:
    """``title`` is the class of the network, ``code`` the files of its program, ``calls`` what reaches beyond it."""

    title: str = ""
    tensors: int = 0
    parameters: int = 0
    metadata: str = ""
    code: list[str] = field(default_factory=list)
    calls: dict[str, None] = field(default_factory=dict)

    @property
    def executes(self) -> tuple[str, ...]:
        """What would run: calls that reach out of the network first, then the files of code."""
        own = [name for name in self.code if not name.startswith("code/__torch__/torch/")]
        more = len(self.code) - len(own[:_SHOWN])
        rest = (f"{more} more files of code",) if more else ()
        return (*self.calls, *own[:_SHOWN], *rest)


def read_script(path: Path, name: Path | None = None) -> Script:
    """Read the table of contents of a TorchScript archive; raises ``UnreadableFile`` of ``name``, which is ``path``
    unless it is a copy.

    Its pickles are followed and not unpickled: the names in them are those that TorchScript writes, or it is refused.
    """
    name = name or path
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(name, archive, path.stat().st_size)
    except DamagedPickle as error:
        raise UnreadableFile(name, f"it is damaged or cut short ({error})", _CUT) from error
    except (zipfile.BadZipFile, OSError, EOFError, LookupError, ValueError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(name, f"it is damaged or cut short ({error})", _CUT) from error


def _read(name: Path, archive: zipfile.ZipFile, size: int) -> Script:
    found, entries = Script(), {}
    for entry in archive.infolist():
        if entry.flag_bits & 1:
            raise UnreadableFile(name, "it is encrypted", "Unpack it with its password first.")
        inside = entry.filename.partition("/")[2]
        if entry.header_offset + entry.compress_size > size or inside in entries:
            raise UnreadableFile(name, "its records are larger than the file, or there twice", _CUT)
        entries[inside] = entry
    weighed = sum(
        entry.file_size for inside, entry in entries.items() if not inside.startswith(("data/", "constants/"))
    )
    if weighed > LARGEST:  # its code is compressed
        raise UnreadableFile(name, f"its program claims {weighed:,} bytes", "It was not loaded.")
    for inside, entry in entries.items():
        if inside.startswith("code/") and inside.endswith(".py"):
            found.code.append(inside)
            found.calls |= dict.fromkeys(_REACHING.findall(unpacked(archive, entry).decode(errors="replace")))
    if not are_stored(entries[inside] for inside in _PICKLES):
        raise UnreadableFile(name, "its pickles are compressed, which torch never does", _CUT)
    for inside in _PICKLES:
        _follow(name, archive.open(entries[inside]), found)
    if (extra := f"extra/{METADATA}") in entries:
        found.metadata = unpacked(archive, entries[extra]).decode()
    return found


def _follow(name: Path, file: Any, found: Script) -> None:
    """Follow one of its pickles, counting tensors; those that ask for a gradient are what was learnt."""

    def counted(call: Call) -> object:
        if str(call.function).startswith("torch._utils._rebuild_tensor") and len(call.arguments) > 4:
            found.tensors += 1
            count = prod(sizes_of(call.arguments[2]))
            if count > LARGEST_SIDE:
                raise DamagedPickle("a tensor is larger than any")
            found.parameters += count if call.arguments[4] is True else 0
        return call

    reader = Reader(counted)
    with file:
        reader.read(file)
    names = [str(each) for each in reader.globals]
    if foreign := [each for each in names if not each.startswith(_OWN) and not is_harmless(each)]:
        raise pickled(name, listed(foreign))
    classes = [each.rpartition(".")[2] for each in names if each.startswith("__torch__.")]
    found.title = found.title or (classes[0] if classes else "")
