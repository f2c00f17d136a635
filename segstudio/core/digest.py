"""What a file or folder is known by, whatever its name is and wherever it lies."""

import hashlib
from pathlib import Path


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal, read piece by piece; raises ``OSError``.

    That of a folder is over the names within it, sorted, and the digests of their content. Links lead to files, as in a
    cache of downloads, and not to other folders.
    """
    if not path.is_dir():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    whole = hashlib.sha256()
    for inner in sorted(path.rglob("*")):
        if inner.is_file():
            whole.update(f"{digest_of(inner)} {inner.relative_to(path).as_posix()}\n".encode())
    return whole.hexdigest()
