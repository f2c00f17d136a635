"""The model files that a person has said to trust: programs, known by what they hold, whatever they are called."""

import json
from itertools import count
from pathlib import Path

import platformdirs

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnwritableFile
from segstudio.io.files import plain_reason, write_atomically

FILE = "trusted.json"


def trusted() -> frozenset[str]:
    """Return the SHA-256 of files that may run; none where the list is missing or damaged."""
    try:
        return _listed()
    except (OSError, ValueError, RecursionError):
        return frozenset()


def trusted_once(path: Path) -> frozenset[str]:
    """Return the trusted files and this one, as it is now, which is not remembered."""
    return trusted() | {digest_of(path)} if path.exists() else trusted()


def trust(digest: str) -> None:
    """Remember that a file may run; raises ``UnwritableFile``.

    A list that is damaged is kept beside the new one, under a name of its own: what it held can be told from it.
    """
    write_atomically(_file(), json.dumps(sorted({*_kept(), digest}), indent=1).encode())


def forget() -> int:
    """Trust no file any more; return how many there were. Raises ``UnwritableFile``."""
    before = len(trusted())
    try:
        _file().unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFile(_file(), plain_reason(error)) from error
    return before


def _listed() -> frozenset[str]:
    """Raise ``OSError`` for a list that cannot be read, ``ValueError`` or ``RecursionError`` for what is none."""
    found = json.loads(_file().read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(isinstance(digest, str) for digest in found):
        raise ValueError("it is no list of texts")
    return frozenset(found)


def _kept() -> frozenset[str]:
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
