"""JSON files in COCO's formats, read with care: what is wrong is said with the file and the entry."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from segstudio.core.errors import UnreadableFile
from segstudio.io.files import check_readable, plain_reason

MOST_BYTES = 1 << 30
"""The largest file that is read: that of all 118,000 images of COCO's train split has less than half of it."""

BEYOND = 1 << 63
"""Numbers from here on are refused: ids are kept in 64 bits, and JSON has whole numbers that no float can hold."""


@dataclass(frozen=True, slots=True)
class CocoFile:
    """A file under ``path``, for messages; ``hint`` says which file is wanted."""

    path: Path
    hint: str

    def parsed(self) -> Any:
        """Return the whole file; raises ``UnreadableFile``."""
        check_readable(self.path)
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise self.fault(f"it is larger than {MOST_BYTES >> 20} MiB")
            return json.loads(self.path.read_bytes())
        except OSError as error:
            raise UnreadableFile(self.path, plain_reason(error)) from error
        except json.JSONDecodeError as error:
            raise self.fault(f"line {error.lineno}: {error.msg}") from error
        except (ValueError, RecursionError) as error:
            raise self.fault("it is no JSON in UTF-8, or nested too deeply") from error

    def document(self) -> Mapping[str, Any]:
        """Return a file that holds an object; raises ``UnreadableFile``."""
        found = self.parsed()
        if not isinstance(found, dict):
            raise self.fault("it is not a JSON object")
        return found

    def objects(self, found: Mapping[str, Any], key: str, needed: bool = True) -> Iterator[Mapping[str, Any]]:
        """Return the objects listed under a key."""
        return self.listed(found.get(key, None if needed else []), f'"{key}"')

    def listed(self, entries: Any, where: str) -> Iterator[Mapping[str, Any]]:
        """Return the objects of a list."""
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.fault(f"{where} has to be a list of objects")
        return iter(entries)

    def whole(self, entry: Mapping[str, Any], key: str, where: str) -> int:
        """Return a whole number, be it written as a float, as some programs do."""
        value = entry.get(key)
        if not is_number(value) or value % 1 != 0:
            raise self.fault(f'{where}: "{key}" has to be a whole number')
        return int(value)

    def number(self, entry: Mapping[str, Any], key: str, where: str) -> float:
        value = entry.get(key)
        if not is_number(value):
            raise self.fault(f'{where}: "{key}" has to be a number')
        return float(value)

    def box(self, entry: Mapping[str, Any], where: str) -> list[float]:
        """Return left, top, width and height in pixels."""
        box = entry.get("bbox")
        if not isinstance(box, list) or len(box) != 4 or not all_numbers(box) or min(box[2:]) < 0:
            raise self.fault(f'{where}: "bbox" has to be left, top, width and height')
        return [float(side) for side in box]

    def fault(self, reason: str) -> UnreadableFile:
        return UnreadableFile(self.path, reason, self.hint)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a number within 64 bits: not infinite or NaN, which Python's reader lets through."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < BEYOND


def all_numbers(values: Iterable[object]) -> bool:
    return all(map(is_number, values))
