"""Short values by key in one file: for what can be made anew, so that a damaged file is an empty one."""

import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path

from segstudio.io.files import write_atomically

KEY = 32
"""Bytes of a key."""

_MAGIC = b"segstudio keyed 1\n"
_DIGEST = 32
_LENGTH = struct.Struct("<I")


def read_keyed(path: Path, most: int) -> dict[bytes, bytes]:
    """Return the values of a file by their keys of 32 bytes, in the order written.

    Nothing where there is no file, it is damaged or of another kind, or holds more than ``most`` bytes.
    """
    try:
        if not path.is_file() or path.stat().st_size > most:
            return {}
        data = path.read_bytes()
    except OSError:
        return {}
    begin = len(_MAGIC) + _DIGEST
    if not data.startswith(_MAGIC) or hashlib.sha256(data[begin:]).digest() != data[len(_MAGIC) : begin]:
        return {}
    return _entries(data, begin)


def write_keyed(path: Path, entries: Mapping[bytes, bytes], most: int) -> None:
    """Write values by their keys whole or not at all. Raises ``UnwritableFile``.

    The first ones are left out where all would be more than ``most`` bytes.
    """
    room = most - len(_MAGIC) - _DIGEST
    kept: list[bytes] = []
    for key, value in reversed(list(entries.items())):
        room -= KEY + _LENGTH.size + len(value)
        if room < 0:
            break
        kept += (value, _LENGTH.pack(len(value)), key)
    body = b"".join(reversed(kept))
    write_atomically(path, _MAGIC + hashlib.sha256(body).digest() + body)


def _entries(data: bytes, at: int) -> dict[bytes, bytes]:
    entries = {}
    while at + KEY + _LENGTH.size <= len(data):
        key, (length,) = data[at : at + KEY], _LENGTH.unpack_from(data, at + KEY)
        at += KEY + _LENGTH.size
        entries[key] = data[at : at + length]
        at += length
    return entries
