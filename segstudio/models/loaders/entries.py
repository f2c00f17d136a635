"""Entries of archives of strangers, unpacked no further than they say."""

import zipfile
import zlib
from collections.abc import Iterable
from typing import Final

_KNOWN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways to store an entry that can be unpacked a piece at a time; the others inflate without bound."""


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return what an entry holds, not a byte more than the ``file_size`` that the caller has found bearable.

    ``ZipFile.read`` inflates the whole of it before it looks at that size. Raises ``zipfile.BadZipFile``.
    """
    if entry.compress_type not in _KNOWN:
        raise zipfile.BadZipFile(f"{entry.filename[:64]} is compressed in another way")
    try:
        with archive.open(entry) as file:
            return file.read(entry.file_size)
    except zlib.error as error:
        raise zipfile.BadZipFile(f"{entry.filename[:64]} is damaged") from error


def are_stored(entries: Iterable[zipfile.ZipInfo]) -> bool:
    """Tell whether none is compressed: torch never does that with what it maps into memory."""
    return all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
