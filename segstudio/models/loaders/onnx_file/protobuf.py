"""Messages of Protocol Buffers as they stand in a file: which fields there are, and where. Nothing else is read.

The encoding: https://protobuf.dev/programming-guides/encoding (base 128 varints, wire types 0, 1, 2 and 5).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

MOST_FIELDS: Final = 4_000_000
"""Fields that are looked at in a file; networks have some ten thousand."""
LONGEST_TEXT: Final = 1 << 20
DEEPEST: Final = 32
"""Messages within messages."""

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_WIDTHS: Final = {_FIXED_64: 8, _FIXED_32: 4}


class DamagedMessage(ValueError):
    """What is no message, is cut short, or claims more than there is; the text is the end of a sentence."""


class Span(NamedTuple):
    """The bytes of a field, from ``begin`` up to ``end`` in the file."""

    begin: int
    end: int


class Field(NamedTuple):
    """``number`` is the field's; ``value`` a whole number of a varint, and where they stand of bytes and fixed ones."""

    number: int
    value: int | Span


@dataclass(slots=True)
class Messages:
    """Reads the messages of one file; all of it together is bounded."""

    file: BinaryIO
    left: int = MOST_FIELDS

    def whole(self) -> Span:
        return Span(0, self.file.seek(0, io.SEEK_END))

    def fields(self, span: Span) -> Iterator[Field]:
        """Give the fields of the message in a span, in their order; raises ``DamagedMessage``, ``OSError``.

        Between two of them others may be read.
        """
        place = span.begin
        while place < span.end:
            self.left -= 1
            if self.left < 0:
                raise DamagedMessage(f"it has more than {MOST_FIELDS:,} parts")
            self.file.seek(place)
            field, place = self._field(span.end)
            yield field

    def text(self, value: int | Span) -> str:
        """Return the text of a field; raises ``DamagedMessage`` where it is none, or longer than ``LONGEST_TEXT``."""
        begin, end = span(value)
        if end - begin > LONGEST_TEXT:
            raise DamagedMessage(f"a text in it has {end - begin:,} bytes")
        self.file.seek(begin)
        try:
            return self.file.read(end - begin).decode()
        except UnicodeDecodeError as error:
            raise DamagedMessage("a text in it is not UTF-8") from error

    def content(self, where: Span, most: int) -> bytes:
        """Return the bytes of a span, no more than the first ``most``."""
        self.file.seek(where.begin)
        return self.file.read(min(where.end - where.begin, most))

    def numbers(self, value: int | Span, most: int) -> list[int]:
        """Return the whole numbers of a repeated field, one alone or packed; raises ``DamagedMessage``."""
        found = [value] if isinstance(value, int) else []
        if isinstance(value, Span):
            self.file.seek(value.begin)
            while len(found) <= most and (place := self.file.tell()) < value.end:
                found.append(self._varint(value.end - place))
        if len(found) > most:
            raise DamagedMessage("a list of sizes in it is too long")
        return found

    def _field(self, end: int) -> tuple[Field, int]:
        key = self._varint(end - self.file.tell())
        number, wire = key >> 3, key & 7
        if not 0 < number < 1 << 29:
            raise DamagedMessage("a field in it has no number")
        if wire == _VARINT:
            value = self._varint(end - self.file.tell())
            return Field(number, value), self.file.tell()
        if wire == _BYTES:
            length = self._varint(end - self.file.tell())
        elif wire in _WIDTHS:
            length = _WIDTHS[wire]
        else:
            raise DamagedMessage("a field in it is of no kind that there is")
        begin = self.file.tell()
        if length > end - begin:
            raise DamagedMessage(f"it ends within a part of {length:,} bytes")
        return Field(number, Span(begin, begin + length)), begin + length

    def _varint(self, room: int) -> int:
        """Return the next number, 64 bits and never below 0; two's complement is left to whoever knows the field."""
        found = 0
        for shift in range(0, 70, 7):
            byte = self.file.read(1) if shift // 7 < room else b""
            if not byte:
                raise DamagedMessage("it ends within a number")
            found |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                return found & (1 << 64) - 1
        raise DamagedMessage("a number in it is too long")


def span(value: int | Span) -> Span:
    """Return where a field's bytes stand; raises ``DamagedMessage`` where it is a number."""
    if isinstance(value, int):
        raise DamagedMessage("a number stands where a part should")
    return value


def whole(value: int | Span) -> int:
    """Return a field's number; raises ``DamagedMessage`` where it is none."""
    if not isinstance(value, int):
        raise DamagedMessage("a part stands where a number should")
    return value
