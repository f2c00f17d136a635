"""Bounds of a configuration: beyond them a file's numbers are taken for damage, not for a network."""

from typing import Final

LARGEST_CHANNELS: Final = 1024
LARGEST_CLASSES: Final = 4096


def check(name: str, value: object, largest: int) -> None:
    """Raise ``TypeError`` for what is no whole number, and ``ValueError`` for one outside 1..``largest``."""
    if type(value) is not int:
        raise TypeError(f"the {name}, {value!r}, is not a whole number")
    if not 1 <= value <= largest:
        raise ValueError(f"the {name} lies within 1..{largest}, and not at {value}")
