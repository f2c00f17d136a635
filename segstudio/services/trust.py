"""The model files that a person has said to trust: programs, known by what they hold, whatever they are called."""

import json
from pathlib import Path

import platformdirs

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnwritableFile
from segstudio.io.files import plain_reason, write_atomically

FILE = "trusted.json"


def trusted() -> frozenset[str]:
    """Return the SHA-256 of files that may run; none where the list is missing or damaged."""
    try:
        return frozenset(str(digest) for digest in json.loads(_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return frozenset()


def trusted_once(path: Path) -> frozenset[str]:
    """Return the trusted files and this one, as it is now, which is not remembered."""
    return trusted() | {digest_of(path)} if path.exists() else trusted()


def trust(digest: str) -> None:
    """Remember that a file may run; raises ``UnwritableFile``."""
    _file().parent.mkdir(parents=True, exist_ok=True)
    write_atomically(_file(), json.dumps(sorted({*trusted(), digest}), indent=1).encode())


def forget() -> int:
    """Trust no file any more; return how many there were. Raises ``UnwritableFile``."""
    count = len(trusted())
    try:
        _file().unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableFile(_file(), plain_reason(error)) from error
    return count


def _file() -> Path:
    return platformdirs.user_config_path("segstudio", appauthor=False) / FILE
