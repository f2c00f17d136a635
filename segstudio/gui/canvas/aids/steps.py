"""Round numbers along a scale."""

import math

_ROUND = (1.0, 2.0, 5.0, 10.0)


def round_step(least: float) -> float:
    """Return the smallest of 1, 2 or 5 times a power of ten that is no less than ``least``, which is above 0."""
    power = 10.0 ** math.floor(math.log10(least))
    return next((n * power for n in _ROUND if n * power >= least * (1 - 1e-9)), 10 * power)


def as_text(value: float) -> str:
    """Return a number with no more digits than it needs."""
    return f"{value:,.6f}".rstrip("0").rstrip(".") if value != int(value) else f"{int(value):,}"
