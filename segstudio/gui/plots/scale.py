"""From values to places along an axis, and the round numbers that stand beside it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: the values ``low`` and ``high`` lie at the places ``start`` and ``end``, in pixels of the widget."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        return self.start + (value - self.low) * (self.end - self.start) / (self.high - self.low)

    def places(self, values: FloatArray) -> FloatArray:
        return self.start + (values - self.low) * ((self.end - self.start) / (self.high - self.low))

    def value(self, place: float) -> float:
        """Return the value at a place, none beyond the ends of the axis."""
        part = (place - self.start) / (self.end - self.start)
        return self.low + min(max(part, 0.0), 1.0) * (self.high - self.low)


def ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of ``step`` from ``low`` to ``high``."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def tick_step(low: float, high: float, most: int) -> float:
    """Return the step between at most about ``most`` round values: 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * s for s in STEPS if power * s >= rough * (1 - 1e-9))


def number(value: float, step: float) -> str:
    """Return a value with as many decimals as values ``step`` apart need; ``-`` where it is not defined."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    decimals = min(max(0, -math.floor(math.log10(step) + 1e-9)), 9)
    return f"{value + 0.0:,.{decimals}f}"


def span(values: FloatArray, fixed: tuple[float, float] | None, room: float = 0.0) -> tuple[float, float]:
    """Return the least and the greatest of the finite ``values`` with ``room`` of their difference around them.

    ``fixed`` is returned as it is. Of no values the span is 0..1; a single value has one that is not empty.
    """
    if fixed is not None:
        return fixed
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        return (low - (abs(low) * 0.5 or 0.5), high + (abs(high) * 0.5 or 0.5))
    return (low - room * (high - low), high + room * (high - low))
