"""A part of a file, as a file of its own: what lies in an archive that is not compressed."""

import io
from pathlib import Path


class Section(io.RawIOBase):
    """``length`` bytes of a file from ``begin`` on, to be read and to be moved in; raises ``OSError``."""

    def __init__(self, path: Path, begin: int, length: int) -> None:
        super().__init__()
        self._file = io.FileIO(path)
        self._begin, self._length, self._at = begin, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if base + offset < 0:
            raise OSError("a place before the begin")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: object, /) -> int:
        room = memoryview(buffer)[: max(self._length - self._at, 0)]  # type: ignore[arg-type]
        self._file.seek(self._begin + self._at)
        read = self._file.readinto(room) or 0
        self._at += read
        return read

    def close(self) -> None:
        self._file.close()
        super().close()
