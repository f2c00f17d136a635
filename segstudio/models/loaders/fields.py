"""Fields of JSON that somebody else wrote: each is of the kind that is asked for, or the file is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from segstudio.core.errors import UnreadableFile


def check_sizes(path: Path, value: Any, largest: int) -> None:
    """Raise ``UnreadableFile`` for JSON with a number beyond ``largest``, for memory and loops are made of them."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            check_sizes(path, inner, largest)
    elif isinstance(value, int | float) and not (isfinite(value) and abs(value) <= largest):
        raise UnreadableFile(path, f"it says {str(value)[:24]}, which no network has of anything", "It was not loaded.")


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of JSON and its ``file``. What is missing or null has the default; all raise ``UnreadableFile``."""

    file: Path
    data: Mapping[str, Any]

    def flag(self, name: str, default: bool) -> bool:
        return bool(self._of(name, default, (bool,), "true or false"))

    def whole(self, name: str, default: int, largest: int = 1 << 20) -> int:
        value = int(self._of(name, default, (int,), "a whole number"))
        if not 0 <= value <= largest:
            raise self.refused(name, value, f"0 to {largest:,}")
        return value

    def number(self, name: str, default: float) -> float:
        value = float(self._of(name, default, (int, float), "a number"))
        if not isfinite(value):
            raise self.refused(name, value, "a number")
        return value

    def text(self, name: str, default: str) -> str:
        return str(self._of(name, default, (str,), "a text"))

    def inner(self, name: str) -> "Fields":
        return Fields(self.file, self._of(name, {}, (dict,), "an object"))

    def numbers(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """Return as many numbers as the default has; a single one stands for all of them."""
        value = self.data.get(name)
        if not isinstance(value, list):
            return default if value is None else (self.number(name, 0.0),) * len(default)
        if len(value) != len(default):
            raise self.refused(name, value, f"{len(default)} numbers")
        return tuple(Fields(self.file, {name: each}).number(name, 0.0) for each in value)

    def refused(self, name: str, value: object, wanted: str) -> UnreadableFile:
        return UnreadableFile(self.file, f"'{name}' is {str(value)[:40]} and not {wanted}", "Mend or replace it.")

    def _of(self, name: str, default: Any, kinds: tuple[type, ...], wanted: str) -> Any:
        value = self.data.get(name)
        if value is None:
            return default
        if type(value) not in kinds:
            raise self.refused(name, value, wanted)
        return value
