"""Weights of an ONNX file that stand in other files: those must lie beside it, and hold what is asked of them."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.onnx_file.header import External


def check_external(path: Path, external: Iterable[External]) -> None:
    """Raise ``UnreadableFile`` where a file that weights are in is missing, too short, or not in the model's folder.

    To be asked before onnxruntime opens the model: what a name leads to is a stranger's choice until then.
    """
    needed: dict[str, int] = {}
    for each in external:
        needed[each.location] = max(needed.get(each.location, 0), each.offset + each.length)
    for location, size in needed.items():
        _check(path, location, size)


def _check(path: Path, location: str, size: int) -> None:
    if _leads_away(location):
        raise _outside(path, location)
    beside = path.parent / location
    try:
        found = beside.resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:  # a RuntimeError where links lead in a circle
        raise UnreadableFile(
            path, f"its weights are in '{location}', which is missing", f"Copy it to {path.parent} too."
        ) from error
    if not found.is_relative_to(path.parent.resolve()):
        raise _outside(path, location)
    if not found.is_file() or (there := found.stat().st_size) < size:
        held = f"holds {there:,} bytes of {size:,}" if found.is_file() else "is no file"
        raise UnreadableFile(path, f"its weights are in '{location}', which {held}", "Copy or download it again.")


def _leads_away(location: str) -> bool:
    """Tell whether a name is anything but that of a file in the folder or below it, on any system.

    With a star in it, it is a place in memory to onnxruntime.
    """
    parts = PureWindowsPath(location).parts
    rooted = PureWindowsPath(location).anchor or PurePosixPath(location).anchor
    return bool(rooted) or not parts or ".." in parts or any(sign < " " or sign in "*:" for sign in location)


def _outside(path: Path, location: str) -> UnreadableFile:
    return UnreadableFile(
        path,
        f"its weights are said to be in '{location}', which is not in its folder",
        "It was not opened. Ask whoever made it for a file that has its weights beside it.",
    )
