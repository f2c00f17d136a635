"""A copy of a program that nobody else can change, so that what was hashed is what is loaded."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnreadableFile, UntrustedFile

_PIECE: Final = 1 << 20


@contextmanager
def trusted_copy(path: Path, kind: str, trusted: Collection[str]) -> Iterator[Path]:
    """Copy a file whose SHA-256 is among the ``trusted`` to where this user alone reads and writes, for as long as the
    context lasts.

    A copy on disk and not in memory, for files have hundreds of megabytes, and compiled ones are opened by their names.
    The digest that counts is that of the bytes that were copied. Raises ``UntrustedFile`` for a program of some
    ``kind`` that is not trusted, and ``UnreadableFile`` where there is no room for the copy.
    """
    if (digest := digest_of(path)) not in trusted:
        raise UntrustedFile(path, kind, digest)
    try:
        with TemporaryDirectory(prefix="segstudio-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / f"model{path.suffix}"
            if (digest := _copied(path, copy)) not in trusted:
                raise UntrustedFile(path, kind, digest)
            yield copy
    except OSError as error:
        reason = f"it could not be copied to where it can be loaded from ({error.strerror or error})"
        raise UnreadableFile(path, reason, "Free some room for temporary files.") from error


def _copied(path: Path, copy: Path) -> str:
    """Copy a file, and return the SHA-256 of what was copied."""
    whole = hashlib.sha256()
    with path.open("rb") as source, copy.open("xb") as target:
        while piece := source.read(_PIECE):
            whole.update(piece)
            target.write(piece)
    return whole.hexdigest()
