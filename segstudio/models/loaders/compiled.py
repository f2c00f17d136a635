"""AOTInductor (``.pt2``): code for one machine. It is opened only where it is trusted, and made for this machine."""

import json
import logging
import os
import platform
import re
import sys
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from segstudio.core.errors import UnreadableFile, first_line
from segstudio.models.loaders.entries import unpacked
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.pickles import LARGEST
from segstudio.models.loaders.program_description import METADATA, program_description
from segstudio.models.loaders.torchscript import found_out
from segstudio.models.segmenter import LoadStep

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded

FORMAT: Final = "aot"
_NAME: Final = "AOTInductor"
_CODE: Final = (".so", ".cpp", ".cubin", ".pyd", ".dll", ".dylib", ".hsaco", ".ptx", ".o")
_CHECK: Final = "AOTI_RUNTIME_CHECK_INPUTS"
"""The variable by which compiled code looks at what it is given, instead of reading beyond it."""
_FIXED: Final = re.compile(r'input_handles\[0\]: unmatched dim value at (\d), "\s*<< "expected: (\d{1,9}),')
_LEAST: Final = re.compile(
    r'input_handles\[0\]: dim value is too small at (\d), "\s*<< "expected it to be >= (\d{1,9}),'
)
"""What compiled code says where an image does not suit it: it stands in the source that lies beside it."""
_MACHINE: Final = "_metadata.json"
_OURS: Final = f"/extra/{METADATA}"
_LARGEST_TABLES: Final = 1 << 20
"""Bytes of all tables of texts: each is some lines of what machine it is for, and one has names of classes."""
_ANEW: Final = "Compile it anew on this machine, or export it with torch.export.save."
_CUT: Final = "Copy or download it again."


def load(path: Path, copy: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Load the ``copy`` of a trusted file; raises ``UnreadableFile`` of ``path`` for code of another machine or device,
    and for what runs on no image.
    """
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.programs import Program

    found = _read(path, copy)
    yield LoadStep("Opening the compiled code", 0, 0)
    _check_instructions(path, found.instructions)
    run = _opened(path, copy, found.device)
    yield LoadStep("Finding out what it takes", 0, 0)
    sides = found.sides
    size = (sides[2], sides[3]) if 2 in sides and 3 in sides else None
    told, channels = found_out(path, _repeated(run, found.batch), size, sides.get(1))
    said = program_description(
        path, "compiled program", _NAME, (told.classes, channels), told.sides,
        metadata=found.metadata, labels=told.output == "labels", note=told.note,
    )  # fmt: skip
    program = Program.of(run, told._replace(batch=found.batch), said.classes)
    yield Loaded(FORMAT, program, said, parameters=0)


def inspect(found: Inspection) -> Inspection:
    """Add which compiled code there is, and whether it is for this machine; nothing of it is opened."""
    with _archive(found.file, found.file) as archive:
        code = tuple(name.partition("/")[2] for name in archive.namelist() if name.endswith(_CODE))
    found = replace(found, executes=code)
    try:
        _read(found.file, found.file)
    except UnreadableFile as error:
        return replace(found, reason=error.sentence())
    return found


def _archive(path: Path, copy: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(copy)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise UnreadableFile(path, "the archive is damaged or cut short", _CUT) from error


class _Compiled(NamedTuple):
    """``sides`` are those of the input that it was compiled for, by their place; ``metadata`` is the text of ours."""

    sides: dict[int, int]
    batch: int
    metadata: str
    device: str
    instructions: set[str]


def _read(path: Path, copy: Path) -> _Compiled:
    """Read what stands beside the code; raises ``UnreadableFile`` for another machine's."""
    try:
        with _archive(path, copy) as archive:
            texts = _texts(path, archive)
        machines = [json.loads(text) for name, text in texts.items() if name.endswith(_MACHINE)]
        if not all(isinstance(each, dict) for each in machines):
            raise ValueError("what it says of the machine is no table")
        device = next((str(each["AOTI_DEVICE_KEY"]) for each in machines if "AOTI_DEVICE_KEY" in each), "cpu")
        _check_machine(path, machines)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, TypeError, RuntimeError) as error:
        raise UnreadableFile(path, f"it is damaged or cut short ({error})", _CUT) from error
    metadata = next((text for name, text in texts.items() if name.endswith(_OURS)), "")
    words = {word for each in machines for word in str(each.get("AOTI_CPU_ISA", "")).split()}
    source = "\n".join(texts.values())
    sides = {int(axis): int(side) for axis, side in _FIXED.findall(source)}
    least = {int(axis): int(side) for axis, side in _LEAST.findall(source)}
    return _Compiled(sides, sides.get(0, least.get(0, 1)), metadata, device, words)


def _texts(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the source and what is said of it, by name; raises ``UnreadableFile`` where they are too large."""
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise UnreadableFile(path, "it is encrypted", "Unpack it with its password first.")
    found: dict[str, str] = {}
    for kinds, most in ((".cpp", LARGEST), ((_MACHINE, _OURS), _LARGEST_TABLES)):
        chosen = [entry for entry in archive.infolist() if entry.filename.endswith(kinds)]
        if (claimed := sum(entry.file_size for entry in chosen)) > most:
            raise UnreadableFile(path, f"the texts beside its code claim {claimed:,} bytes", "It was not loaded.")
        found |= {entry.filename: unpacked(archive, entry).decode(errors="replace") for entry in chosen}
    return found


def _check_machine(path: Path, machines: list[dict[str, Any]]) -> None:
    """Raise ``UnreadableFile`` for code of another system or kind of processor: that ends the program, or worse."""
    for machine in machines:
        made, here = machine.get("AOTI_PLATFORM", sys.platform), sys.platform
        kind = machine.get("AOTI_MACHINE", platform.machine())
        if made != here or kind != platform.machine():
            reason = f"it is compiled for {made} on {kind}, and this is {here} on {platform.machine()}"
            raise UnreadableFile(path, reason, _ANEW)


def _check_instructions(path: Path, needed: set[str]) -> None:
    """Raise ``UnreadableFile`` for code that uses instructions of the processor that this one has not."""
    from torch._inductor.codecache import get_device_information

    has = set(str(get_device_information("cpu").get("AOTI_CPU_ISA", "")).split())
    if "AVX512" in has:
        has.add("AVX2")
    if missing := needed - has:
        raise UnreadableFile(path, f"it is compiled for a processor with {', '.join(sorted(missing))}", _ANEW)


def _opened(path: Path, copy: Path, device: str) -> Callable[[Any], Any]:
    """Return what runs the code, on the device that it was compiled for."""
    import torch

    if device != "cpu" and not (device == "cuda" and torch.cuda.is_available()):
        raise UnreadableFile(path, f"it is compiled for {device}, which this machine has not", _ANEW)
    os.environ[_CHECK] = "1"
    try:
        from torch._inductor import aoti_load_package

        with _without_words():
            model = aoti_load_package(str(copy))
    except (RuntimeError, ValueError, TypeError, AttributeError, LookupError, ImportError, OSError) as error:
        said = first_line(error, "it says nothing")
        raise UnreadableFile(path, f"it cannot be opened here: {said}", _ANEW) from error

    def run(pixels: torch.Tensor) -> Any:
        return model(pixels.to(device).contiguous())

    return run


@contextmanager
def _without_words() -> Iterator[None]:
    """Keep torch from writing what it makes of a damaged archive: that it were an old one."""
    logger = logging.getLogger("torch._inductor.package.package")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _repeated(run: Callable[[Any], Any], batch: int) -> Callable[[Any], Any]:
    """Return what gives as many images as there must be, all alike."""
    return lambda pixels: run(pixels[:1].expand(batch, -1, -1, -1))
