"""The model files that a person has said to trust: programs, known by what they hold, whatever they are called.

Where each lay is kept as well, to tell that it has changed since; it counts for nothing else.
"""

import json
from itertools import count
from pathlib import Path
from typing import Final

import platformdirs

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnwritableFile
from segstudio.io.files import plain_reason, write_atomically

FILE = "trusted.json"
CHANGED: Final = "It has changed since you trusted it: what would run now is not what you said yes to."
"""What is said of a file that ``changed_since``."""


def trusted() -> frozenset[str]:
    """Return the SHA-256 of files that may run; none where the list is missing or damaged."""
    try:
        return frozenset(digest for digest, _ in _listed())
    except (OSError, ValueError, RecursionError):
        return frozenset()


def changed_since(path: Path, digest: str) -> bool:
    """Tell whether another file was trusted in the place of this one, which now has the SHA-256 ``digest``."""
    try:
        return str(path.absolute()) in {where for other, where in _listed() if other != digest}
    except (OSError, ValueError, RecursionError):
        return False


def trusted_once(path: Path) -> frozenset[str]:
    """Return the trusted files and this one, as it is now, which is not remembered."""
    return trusted() | {digest_of(path)} if path.exists() else trusted()


def trust(digest: str, path: Path) -> None:
    """Remember that a file may run, which lies at ``path`` now, as copies may elsewhere; raises ``UnwritableFile``.

    A list that is damaged is kept beside the new one, under a name of its own: what it held can be told from it.
    """
    rows = _kept() - {(digest, "")} | {(digest, str(path.absolute()))}
    found = [{"sha256": each, "path": where} if where else each for each, where in sorted(rows)]
    write_atomically(_file(), json.dumps(found, indent=1).encode())


def forget() -> int:
    """Trust no file any more; return how many there were. Raises ``UnwritableFile``."""
    before = len(trusted())
    try:
        _file().unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFile(_file(), plain_reason(error)) from error
    return before


def _listed() -> frozenset[tuple[str, str]]:
    """Return SHA-256s, and with each a place where the file lay, "" where none is known: earlier lists had texts alone.

    Raises ``OSError`` for a list that cannot be read, ``ValueError`` or ``RecursionError`` for what is none.
    """
    found = json.loads(_file().read_text(encoding="utf-8"))
    if not isinstance(found, list):
        raise ValueError("it is no list")
    return frozenset(map(_row, found))


def _row(entry: object) -> tuple[str, str]:
    match entry:
        case str():
            return entry, ""
        case {"sha256": str(digest), "path": str(where)}:
            return digest, where
    raise ValueError("it is no list of files")


def _kept() -> frozenset[tuple[str, str]]:
    """Return what the list holds; one that is damaged is set aside. Raises ``UnwritableFile``."""
    try:
        return _listed()
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise UnwritableFile(_file(), plain_reason(error)) from error
    except (ValueError, RecursionError):
        _set_aside(_file())
        return frozenset()


def _set_aside(path: Path) -> None:
    """Give a damaged list the first name that is free; raises ``UnwritableFile``."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in count(1))
    try:
        path.rename(next(name for name in names if not name.exists()))
    except OSError as error:
        raise UnwritableFile(path, plain_reason(error)) from error


def _file() -> Path:
    return platformdirs.user_config_path("segstudio", appauthor=False) / FILE
