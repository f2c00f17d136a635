"""How sure the model was, as heat: colours whose lightness rises evenly, also for eyes that tell fewer hues apart."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from segstudio.core.schema import Color
from segstudio.overlays.base import OverlayInput, Pixels, colored, nothing, palette

VIRIDIS: tuple[Color, ...] = (
    (68, 1, 84),
    (72, 24, 106),
    (71, 45, 123),
    (66, 64, 134),
    (59, 82, 139),
    (51, 99, 141),
    (44, 114, 142),
    (38, 130, 142),
    (33, 145, 140),
    (31, 160, 136),
    (40, 174, 128),
    (63, 188, 115),
    (94, 201, 98),
    (132, 212, 75),
    (173, 220, 48),
    (216, 226, 25),
    (253, 231, 37),
)
"""matplotlib's map of that name (van der Walt and Smith 2015, CC0) in even steps; between them it is straight."""


def ramp() -> NDArray[np.uint8]:
    """Return the colours of 0 to 255, shape (256, 3), dark to light."""
    steps = np.array(VIRIDIS, np.float64)
    at = np.linspace(0, len(steps) - 1, 256)
    channels = [np.interp(at, np.arange(len(steps)), channel) for channel in steps.T]
    colors: NDArray[np.uint8] = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    return colors


def least_entropy(confidence: float) -> float:
    """Return the least entropy, in bits, that class probabilities can have whose largest is ``confidence``, 0..1.

    It is that of as many classes of that probability as there is room for, and one with the rest: every other
    distribution with that largest one is majorised by it (Marshall, Olkin and Arnold 2011, section 1.A). Of two classes
    it is the entropy itself. Infinite for 0.
    """
    if confidence <= 0:
        return math.inf
    whole = math.floor(1 / confidence + 1e-9)
    rest = max(1 - whole * confidence, 0.0)
    return -sum(count * p * math.log2(p) for count, p in ((whole, confidence), (1, rest)) if p > 1e-9)


def entropy_scale(classes: int) -> float:
    """Return the entropy, in bits, that the light end of the ramp stands for: what so many classes allow, 2 at most."""
    return min(math.log2(max(classes, 2)), 2.0)


def confidence(source: OverlayInput) -> Pixels:
    """The probability of the class that was predicted, from 0 to 1."""
    if source.confidence is None:
        return nothing(source)
    return colored(_confidence_colors(source.style.opacity), source.confidence)


def entropy(source: OverlayInput) -> Pixels:
    """The entropy that a pixel's class probabilities have at the least, as far as the largest of them tells."""
    if source.confidence is None:
        return nothing(source)
    colors = _entropy_colors(source.style.opacity, entropy_scale(int(source.style.scored.sum())))
    return colored(colors, source.confidence)


@lru_cache(maxsize=4)
def _confidence_colors(opacity: float) -> Pixels:
    return palette(ramp(), opacity)


@lru_cache(maxsize=4)
def _entropy_colors(opacity: float, scale: float) -> Pixels:
    levels = [round(255 * min(least_entropy(level / 255) / scale, 1.0)) for level in range(256)]
    return palette(ramp()[levels], opacity)
