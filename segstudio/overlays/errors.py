"""Where prediction and truth agree and where they do not: by colour and by hatch, never by hue alone."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from segstudio.core.schema import Color
from segstudio.overlays.base import (
    OverlayInput,
    Pixels,
    Style,
    Table,
    colored,
    hatch,
    looked_up,
    premultiplied,
    wide_edges,
)

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


# Indexed by what the truth is (not scored, empty, object) plus three times whether the prediction is an object.
_JUDGED = np.zeros(256, np.uint8)
_JUDGED[:6] = (Verdict.NONE, Verdict.NONE, Verdict.MISSED, Verdict.NONE, Verdict.EXTRA, Verdict.HIT)


def verdict(source: OverlayInput) -> NDArray[np.uint8]:
    """Return the ``Verdict`` of each pixel, for the class in focus or for all."""
    if source.prediction is None:
        return np.zeros(source.truth.shape, np.uint8)
    is_object = _objects(source.style)
    truth_kind = np.where(source.style.scored, 1 + is_object, 0).astype(np.uint8)
    judged = looked_up(_JUDGED, looked_up(truth_kind, source.truth) + looked_up(3 * is_object, source.prediction))
    swapped = (judged == Verdict.HIT) & (source.truth != source.prediction)
    judged[swapped] = Verdict.SWAPPED
    return judged


def _objects(style: Style) -> Table:
    """Return 1 for the class in focus, or for every scored class but the background."""
    if style.focus is None:
        return style.scored & (1 - style.background)
    found = np.zeros_like(style.scored)
    found[style.focus] = style.scored[style.focus]
    return found


def errors(source: OverlayInput) -> Pixels:
    """True positives light, false positives orange, false negatives blue and hatched, swapped classes pink."""
    strength = source.style.opacity
    colors = np.zeros(256, np.uint32)
    # Of all classes most of the picture is right: as light as one class it would veil the picture.
    colors[Verdict.HIT] = premultiplied(TRUE_POSITIVE, (0.2 if source.style.focus is None else 0.6) * strength)
    colors[Verdict.EXTRA] = premultiplied(FALSE_POSITIVE, strength)
    colors[Verdict.MISSED] = premultiplied(FALSE_NEGATIVE, strength)
    colors[Verdict.SWAPPED] = premultiplied(SWAPPED, strength)
    judged = verdict(source)
    pixels = colored(colors, judged)
    missed = judged == Verdict.MISSED
    if missed.any():
        pixels[missed & hatch(pixels.shape, source.origin)] = premultiplied(FALSE_NEGATIVE_STRIPE, strength)
    return pixels


def outlines(source: OverlayInput) -> Pixels:
    """The borders of both: the truth light, the prediction orange, where they coincide the truth."""
    focus = source.style.focus
    truth = source.truth if focus is None else source.truth == focus
    pixels = np.zeros(source.truth.shape, np.uint32)
    if source.prediction is not None:
        prediction = source.prediction if focus is None else source.prediction == focus
        pixels[wide_edges(prediction)] = premultiplied(FALSE_POSITIVE, 1.0)
    pixels[wide_edges(truth)] = premultiplied(TRUE_POSITIVE, 1.0)
    return pixels
