"""Where prediction and truth agree and where they do not: by colour and by hatch, never by hue alone."""

from typing import NamedTuple

import numpy as np

from segstudio.core.raster import Mask
from segstudio.core.schema import Color
from segstudio.overlays.base import OverlayInput, Pixels, hatch, premultiplied, wide_edges

TRUE_POSITIVE: Color = (0xE8, 0xEC, 0xEF)
FALSE_POSITIVE: Color = (0xFF, 0x9F, 0x1C)
FALSE_NEGATIVE: Color = (0x3D, 0x8B, 0xFF)
FALSE_NEGATIVE_STRIPE: Color = (0xBF, 0xDB, 0xFF)
SWAPPED: Color = (0xD6, 0x4F, 0x9A)


class Verdict(NamedTuple):
    """Each pixel is in one of these at the most; ignored truth and true negatives are in none."""

    hit: Mask
    extra: Mask
    missed: Mask
    swapped: Mask


def verdict(source: OverlayInput) -> Verdict:
    """Judge each pixel, for the class in focus or for all.

    For one class: hit, extra and missed are its true positives, false positives and false negatives. For all
    classes: extra is something predicted where the truth is background, missed the reverse, and swapped one
    object class taken for another.
    """
    truth, prediction, style = source.truth, source.prediction, source.style
    if prediction is None:
        nothing = np.zeros(truth.shape, np.bool_)
        return Verdict(nothing, nothing, nothing, nothing)
    scored = ~style.ignored[truth]
    if style.focus is not None:
        is_truth, is_predicted = (truth == style.focus) & scored, (prediction == style.focus) & scored
        return Verdict(
            is_truth & is_predicted, is_predicted & ~is_truth, is_truth & ~is_predicted, np.zeros(truth.shape, np.bool_)
        )
    right = truth == prediction
    truth_empty, predicted_empty = style.background[truth], style.background[prediction] | style.ignored[prediction]
    wrong = ~right & scored
    return Verdict(
        right & scored & ~truth_empty,
        wrong & truth_empty,
        wrong & predicted_empty & ~truth_empty,
        wrong & ~truth_empty & ~predicted_empty,
    )


def errors(source: OverlayInput) -> Pixels:
    """True positives light, false positives orange, false negatives blue and hatched, swapped classes pink."""
    judged = verdict(source)
    strength = source.style.opacity
    pixels = np.zeros(source.truth.shape, np.uint32)
    pixels[judged.hit] = premultiplied(TRUE_POSITIVE, 0.6 * strength)
    pixels[judged.extra] = premultiplied(FALSE_POSITIVE, strength)
    pixels[judged.swapped] = premultiplied(SWAPPED, strength)
    pixels[judged.missed] = premultiplied(FALSE_NEGATIVE, strength)
    pixels[judged.missed & hatch(pixels.shape, source.origin)] = premultiplied(FALSE_NEGATIVE_STRIPE, strength)
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
