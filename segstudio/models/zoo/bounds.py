"""Bounds of a configuration: beyond them a file's numbers are taken for damage, not for a network."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, Final

LARGEST_CHANNELS: Final = 1024
LARGEST_CLASSES: Final = 4096


def check(name: str, value: object, largest: int) -> None:
    """Raise ``TypeError`` for what is no whole number, and ``ValueError`` for one outside 1..``largest``."""
    if type(value) is not int:
        raise TypeError(f"the {name}, {value!r}, is not a whole number")
    if not 1 <= value <= largest:
        raise ValueError(f"the {name} lies within 1..{largest}, and not at {value}")


def check_kinds(build: Callable[..., Any], options: Mapping[str, object]) -> None:
    """Raise ``TypeError`` for an option whose value is not of the kind that ``build`` declares: "no" is no switch."""
    for name, parameter in signature(build).parameters.items():
        kind = parameter.annotation
        if name in options and kind in _KINDS and type(options[name]) is not kind:
            raise TypeError(f"the option '{name}' is {_KINDS[kind]}, not {options[name]!r}")


_KINDS: Final[Mapping[type, str]] = {bool: "true or false", int: "a whole number", str: "a name"}
