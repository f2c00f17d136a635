"""What was computed of files, kept between runs by what the files hold: never that of other pixels."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from segstudio.core.errors import UnreadableFile, UnwritableFile
from segstudio.io.journal_places import Place, own_folders, remove_oldest
from segstudio.io.keyed_file import read_keyed, write_keyed
from segstudio.io.panoptic_maps import told_of
from segstudio.io.project import CONFIG_NAME, HOLDINGS
from segstudio.services.scoring import Mask

T = TypeVar("T")

KIND = "index"
MOST_BYTES = 64 << 20
"""What one file of the cache may take; the values used longest ago go first."""

MOST_TOGETHER = 256 << 20

ENDING: Final = ".bin"


class ContentCache:
    """Values by the content of the files they were computed of; may be used by several threads.

    ``name`` begins the file's name, ``what`` is all that values depend on beside the files. The file lies in
    ``.segstudio/index`` of a project, else in the user's state folder; whatever is wrong with it, and where it cannot
    be written, is as if there were none.
    """

    def __init__(self, root: Path, name: str, what: str) -> None:
        self._name = name
        file = f"{name}-{hashlib.sha256(what.encode()).hexdigest()[:16]}{ENDING}"
        folders = own_folders(root, (root / CONFIG_NAME).is_file(), KIND)
        self._places = [Place(f / file, root if f.is_relative_to(root) else None) for f in folders]
        self._known = next(filter(None, (read_keyed(p.path, MOST_BYTES) for p in self._places)), {})
        self._used: dict[bytes, bytes] = {}
        self._digests: dict[Path, bytes] = {}

    def find(self, files: Sequence[Mask], unpack: Callable[[bytes], T | None]) -> T | None:
        """Return the value of files that are as they were; None where none is known, or ``unpack`` makes none of it."""
        key = self._key(files)
        packed = None if key is None else self._known.get(key)
        if key is None or packed is None or (value := unpack(packed)) is None:
            return None
        self._used[key] = packed
        return value

    def keep(self, files: Sequence[Mask], compute: Callable[[], T], pack: Callable[[T], bytes]) -> T:
        """Compute the value of files, and know it from then on."""
        key = self._key(files)
        value = compute()
        # A file that was written to meanwhile is not what was hashed.
        for file in files:
            self._digests.pop(file.path, None)
        if key is not None and self._key(files) == key:
            self._used[key] = pack(value)
        return value

    def save(self) -> None:
        """Write what is new. Where no place can be written to, nothing is kept."""
        if self._used.keys() <= self._known.keys():
            return
        entries = {key: value for key, value in self._known.items() if key not in self._used} | self._used
        for place in self._places:
            with suppress(UnwritableFile):
                place.check()
                write_keyed(place.path, entries, MOST_BYTES)
                shared = place.path.parent if place.project else place.path.parent.parent
                remove_oldest(shared.rglob(f"{self._name}-*{ENDING}"), MOST_TOGETHER)
                return

    def _key(self, files: Iterable[Mask]) -> bytes | None:
        """Return what tells files of other content apart, None where one is missing or cannot be read."""
        found = hashlib.sha256()
        for file in files:
            if (digest := self._digest(file.path)) is None:
                return None
            found.update(b"%b %d %d %d " % (digest, file.page, HOLDINGS.index(file.holds), file.resized))
            if file.holds == "panoptic":
                try:
                    found.update(told_of(file.path))
                except UnreadableFile:
                    return None
        return found.digest()

    def _digest(self, path: Path) -> bytes | None:
        if (known := self._digests.get(path)) is not None:
            return known
        with suppress(OSError), path.open("rb", buffering=0) as stream:
            self._digests[path] = hashlib.file_digest(stream, "sha256").digest()
        return self._digests.get(path)
