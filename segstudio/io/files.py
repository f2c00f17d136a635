"""Files are written whole or not at all, and what the system refuses is said in plain words."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from segstudio.core.errors import UnreadableFile, UnwritableFile

REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "permission is missing",
    errno.EPERM: "permission is missing",
    errno.EROFS: "the disk or folder is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead in a circle",
}


def plain_reason(error: OSError) -> str:
    """Return why the system refused, as the end of a sentence."""
    return REASONS.get(error.errno or 0) or error.strerror or str(error)


def check_readable(path: Path) -> None:
    """Raise ``UnreadableFile`` unless ``path`` is a file with something in it.

    Anything that is no regular file is refused: opening a pipe would wait for ever.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = plain_reason(error) if isinstance(error, OSError) else "its name holds a character no file can have"
        raise UnreadableFile(path, reason, "Check the name and whether the disk is attached.") from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile(path, "it is a folder", "Choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile(path, "it is not a regular file", "")
    if status.st_size == 0:
        raise UnreadableFile(path, "it is empty (0 bytes)", "Copy it anew from where it came from.")


def read_text(path: Path) -> str:
    """Return a text file in UTF-8, with or without a byte order mark; raises ``UnreadableFile``."""
    check_readable(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(path, "it is not UTF-8 text", "Save it as UTF-8 in a text editor.") from error
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that at any moment either the old one or the new one is there, whole.

    Folders are made as needed. The permissions of a file that is replaced are kept; a link is replaced, not what
    it leads to. Raises ``UnwritableFile``; then nothing has changed and nothing is left behind.
    """
    draft = path.with_name(f".{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_unwritable(path)
        _write_synced(draft, data)
        _take_its_place(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise UnwritableFile(path, plain_reason(error)) from error


def put_in_place(draft: Path, path: Path) -> None:
    """Give a file that was written on the same disk its name, as ``write_atomically`` does; raises ``UnwritableFile``.

    Then ``draft`` is where it was.
    """
    try:
        _refuse_unwritable(path)
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        _take_its_place(draft, path)
    except OSError as error:
        raise UnwritableFile(path, plain_reason(error)) from error


def _refuse_unwritable(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "permission is missing")


def _take_its_place(draft: Path, path: Path) -> None:
    if path.exists():
        draft.chmod(stat.S_IMODE(path.stat().st_mode))
    os.replace(draft, path)  # noqa: PTH105 - Path.replace hides which of the two names failed
    _sync_folder(path.parent)


def _write_synced(draft: Path, data: bytes) -> None:
    with draft.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name itself lasting; Windows and some network disks cannot, and need not."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
