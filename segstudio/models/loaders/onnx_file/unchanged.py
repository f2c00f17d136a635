"""Files that were looked at, and are opened again later: they must still be those."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import UnreadableFile


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A model's ``path``, and what the system says of it and of the files beside it: device, inode, size, time."""

    path: Path
    files: Mapping[Path, tuple[int, ...]]

    @classmethod
    def of(cls, path: Path) -> "Unchanged":
        return cls(path, {path: _state(path)})

    def also(self, paths: Iterable[Path]) -> "Unchanged":
        """Return the same with other files."""
        return Unchanged(self.path, {**self.files, **{each: _state(each) for each in paths}})

    def check(self) -> None:
        """Raise ``UnreadableFile`` where a file is no longer the one that was looked at."""
        for file, state in self.files.items():
            if _state(file) != state:
                raise UnreadableFile(file, "it was changed since it was loaded", "Load the model again.")


def _state(path: Path) -> tuple[int, ...]:
    """Return what tells a file from another one of the same name; () where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
