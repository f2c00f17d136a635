"""The contours of a prediction, coloured by how far they lie from the truth's: short of it, or beyond it."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.schema import Color
from segstudio.overlays.base import OverlayInput, Pixels, colored, line_opacity, looked_up, nothing, palette
from segstudio.overlays.distances import DEEPEST
from segstudio.overlays.errors import FALSE_NEGATIVE, FALSE_POSITIVE

ON_TARGET: Color = (0xF4, 0xF4, 0xF4)
_SQUARE = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))
"""A contour is as wide as this reaches from its middle: two screen pixels, within the predicted object."""


def ramp() -> tuple[Color, ...]:
    """Return the colours from as far short of the truth as is told apart, over none, to as far beyond it.

    Blue and orange, as what is missed and what is extra, which all eyes tell apart.
    """
    part = np.linspace(0, 1, DEEPEST + 1)[:, None]
    pale = np.array(ON_TARGET) * (1 - part)
    short, beyond = (pale + np.array(end) * part for end in (FALSE_NEGATIVE, FALSE_POSITIVE))
    both = np.rint(np.concatenate([short[:0:-1], beyond])).astype(int).tolist()
    return tuple((r, g, b) for r, g, b in both)


def signed_contours(source: OverlayInput) -> Pixels:
    """Contours of the predicted objects: blue where they fall short of the truth, orange where they go beyond it.

    Pale where a contour of the truth is near. A contour lies beyond the truth where the pixel inside it is wrong.
    """
    if source.prediction is None or source.depth is None:
        return nothing(source)
    prediction, focus = source.prediction, source.style.focus
    labels = prediction if focus is None else (prediction == focus).view(np.uint8)
    contour = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, _SQUARE) > 0
    contour &= looked_up(source.style.objects, prediction) > 0
    contour &= looked_up(source.style.scored, source.truth) > 0
    beyond = prediction != source.truth
    codes = np.where(beyond, DEEPEST + source.depth, DEEPEST - source.depth).astype(np.uint8)
    codes += np.uint8(1)
    codes[~contour] = 0
    return colored(_colors(source.style.opacity), codes)


@lru_cache(maxsize=4)
def _colors(opacity: float) -> Pixels:
    """Return the colour of each code: 0 for no contour, then those of the ramp."""
    colors: NDArray[np.uint32] = np.zeros(256, np.uint32)
    steps = palette(np.array(ramp(), np.uint8), line_opacity(opacity))
    colors[1 : 1 + len(steps)] = steps
    return colors
