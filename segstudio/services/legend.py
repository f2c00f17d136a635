"""What a legend is made of: plain data, for whoever draws it."""

from dataclasses import dataclass
from enum import Enum

from segstudio.core.schema import Color


class Mark(Enum):
    """How an entry is drawn on the picture."""

    AREA = "area"
    LINE = "line"
    DASHES = "dashes"


@dataclass(frozen=True, slots=True)
class Entry:
    """``stripe`` is the colour of the hatch over ``color``, or None. ``pixels`` is None where nothing is counted."""

    text: str
    color: Color
    pixels: int | None
    stripe: Color | None = None
    mark: Mark = Mark.AREA


@dataclass(frozen=True, slots=True)
class Ramp:
    """A bar of colours, from ``low`` to ``high``; ``colors`` from left to right."""

    colors: tuple[Color, ...]
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Legend:
    """``score`` stands beside the head: a ratio of 0..1, nan where it is not defined, or None where there is none."""

    head: str
    entries: tuple[Entry, ...] = ()
    score: float | None = None
    ramp: Ramp | None = None
    note: str = ""
