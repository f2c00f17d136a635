"""Where prediction and truth agree and where they do not: by colour and by hatch, never by hue alone."""

from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import Color
from segstudio.overlays.base import FAINT, STRIPE, OverlayInput, Pixels, colored, looked_up, premultiplied, striped

TRUE_POSITIVE: Color = (0xE8, 0xEC, 0xEF)
FALSE_POSITIVE: Color = (0xFF, 0x9F, 0x1C)
FALSE_NEGATIVE: Color = (0x3D, 0x8B, 0xFF)
FALSE_NEGATIVE_STRIPE: Color = (0xBF, 0xDB, 0xFF)
SWAPPED: Color = (0xD6, 0x4F, 0x9A)


class Verdict(IntEnum):
    """What one pixel is: for a class in focus its true positive, false positive or false negative.

    For all classes, ``EXTRA`` is something predicted where the truth is background, ``MISSED`` the reverse, and
    ``SWAPPED`` one object class taken for another. ``NONE``: a true negative, or a truth that is not scored.
    """

    NONE = 0
    HIT = 1
    EXTRA = 2
    MISSED = 3
    SWAPPED = 4


# Indexed by the kind of the truth (not scored, empty, object) plus that of the prediction, three more for an object.
_JUDGED = np.zeros(256, np.uint8)
_JUDGED[:6] = (Verdict.NONE, Verdict.NONE, Verdict.MISSED, Verdict.NONE, Verdict.EXTRA, Verdict.HIT)


def verdict(source: OverlayInput) -> NDArray[np.uint8]:
    """Return the ``Verdict`` of each pixel, for the class in focus or for all."""
    truth, prediction, style = source.truth, source.prediction, source.style
    if prediction is None:
        return np.zeros(truth.shape, np.uint8)
    return judged(looked_up(style.truth_kinds, truth), truth, looked_up(style.prediction_kinds, prediction), prediction)


def judged(
    truth_kinds: NDArray[np.uint8], truth: LabelPlane, prediction_kinds: NDArray[np.uint8], prediction: LabelPlane
) -> NDArray[np.uint8]:
    """Return each pixel's ``Verdict`` from the kinds of both, as ``Style`` has them; those of the truth are lost."""
    truth_kinds += prediction_kinds
    found = looked_up(_JUDGED, truth_kinds)
    swapped = truth != prediction
    swapped &= found == Verdict.HIT
    found += swapped.view(np.uint8) * np.uint8(Verdict.SWAPPED - Verdict.HIT)
    return found


def errors(source: OverlayInput) -> Pixels:
    """True positives light, false positives orange, false negatives blue and hatched, swapped classes pink."""
    colors = _colors(source.style.opacity, source.style.focus is None)
    return colored(colors, striped(verdict(source), source.origin))


@lru_cache(maxsize=4)
def _colors(opacity: float, all_classes: bool) -> Pixels:
    """Return the colour of each verdict, and of each where a stripe runs."""
    colors = np.zeros(256, np.uint32)
    colors[Verdict.HIT] = premultiplied(TRUE_POSITIVE, (FAINT if all_classes else 0.6) * opacity)
    colors[Verdict.EXTRA] = premultiplied(FALSE_POSITIVE, opacity)
    colors[Verdict.MISSED] = premultiplied(FALSE_NEGATIVE, opacity)
    colors[Verdict.SWAPPED] = premultiplied(SWAPPED, opacity)
    colors[STRIPE:] = colors[:-STRIPE]
    colors[STRIPE + Verdict.MISSED] = premultiplied(FALSE_NEGATIVE_STRIPE, opacity)
    return colors
