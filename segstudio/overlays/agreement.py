"""Two predictions against each other: which of them is right, or, without a truth, where they agree."""

from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from segstudio.core.schema import Color
from segstudio.overlays.base import (
    COLOR_A,
    COLOR_B,
    FAINT,
    STRIPE,
    OverlayInput,
    Pixels,
    colored,
    looked_up,
    premultiplied,
    striped,
)
from segstudio.overlays.errors import SWAPPED, TRUE_POSITIVE, Verdict, judged

BOTH_RIGHT: Color = TRUE_POSITIVE
ONLY_A: Color = COLOR_A
ONLY_B: Color = COLOR_B
ONLY_B_STRIPE: Color = (0xFF, 0xF1, 0xB0)
BOTH_WRONG: Color = SWAPPED
BOTH_WRONG_STRIPE: Color = (0x7A, 0x10, 0x50)


class Difference(IntEnum):
    """Who is right about one pixel. ``NONE``: a truth that is not scored, or nothing there and both say so."""

    NONE = 0
    BOTH_RIGHT = 1
    ONLY_A = 2
    ONLY_B = 3
    BOTH_WRONG = 4


_A, _B, _A_SAME, _B_SAME = 3, 6, 12, 24
"""What is added to the kind of the truth (not scored, empty, object): A an object, B one, of the truth's class each."""


def _right(truth: int, said: int, same: int) -> bool:
    """Return whether what is said of a pixel is right: an object of the same class, or nothing where there is none."""
    return bool(said and same) if truth == 2 else not said


def _table() -> NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for code in range(2 * _B_SAME):
        truth, a, b, same_a, same_b = code % 3, code // _A % 2, code // _B % 2, code // _A_SAME % 2, code // _B_SAME
        if truth and (truth == 2 or a or b):
            right = _right(truth, a, same_a), _right(truth, b, same_b)
            table[code] = {
                (True, True): Difference.BOTH_RIGHT,
                (True, False): Difference.ONLY_A,
                (False, True): Difference.ONLY_B,
                (False, False): Difference.BOTH_WRONG,
            }[right]
    return table


_DIFFERENCES = _table()


def differences(source: OverlayInput) -> NDArray[np.uint8]:
    """Return the ``Difference`` of each pixel, for the class in focus or for all; right is as ``errors`` has it."""
    truth, a, b, style = source.truth, source.prediction, source.other, source.style
    if a is None or b is None:
        return np.zeros(truth.shape, np.uint8)
    codes = looked_up(style.truth_kinds, truth)
    said = looked_up(style.prediction_kinds, b)
    said += said
    said += looked_up(style.prediction_kinds, a)
    codes += said
    codes += (truth == a).view(np.uint8) * np.uint8(_A_SAME)
    codes += (truth == b).view(np.uint8) * np.uint8(_B_SAME)
    return looked_up(_DIFFERENCES, codes)


def agreements(source: OverlayInput) -> NDArray[np.uint8]:
    """Return for each pixel the ``Verdict`` of A against B, as if B were a truth of which every pixel counts."""
    a, b, style = source.prediction, source.other, source.style
    if a is None or b is None:
        return np.zeros(source.truth.shape, np.uint8)
    return judged(looked_up(style.objects, b) + np.uint8(1), b, looked_up(style.prediction_kinds, a), a)


def difference(source: OverlayInput) -> Pixels:
    """Where only A is right its colour, only B its own and hatched, neither pink and hatched, both a veil."""
    colors = _difference_colors(source.style.opacity, source.style.focus is None)
    return colored(colors, striped(differences(source), source.origin))


def agreement(source: OverlayInput) -> Pixels:
    """Where only A sees something its colour, only B its own and hatched, both something else pink, the same light."""
    colors = _agreement_colors(source.style.opacity, source.style.focus is None)
    return colored(colors, striped(agreements(source), source.origin))


@lru_cache(maxsize=4)
def _difference_colors(opacity: float, all_classes: bool) -> Pixels:
    colors = _colors(opacity, all_classes, Difference.BOTH_RIGHT, Difference.ONLY_A, Difference.ONLY_B)
    colors[Difference.BOTH_WRONG] = premultiplied(BOTH_WRONG, opacity)
    colors[STRIPE + Difference.BOTH_WRONG] = premultiplied(BOTH_WRONG_STRIPE, opacity)
    return colors


@lru_cache(maxsize=4)
def _agreement_colors(opacity: float, all_classes: bool) -> Pixels:
    colors = _colors(opacity, all_classes, Verdict.HIT, Verdict.EXTRA, Verdict.MISSED)
    colors[[Verdict.SWAPPED, STRIPE + Verdict.SWAPPED]] = premultiplied(SWAPPED, opacity)
    return colors


def _colors(opacity: float, all_classes: bool, both: int, only_a: int, only_b: int) -> Pixels:
    """Return the colours of three small numbers, and of each where a stripe runs."""
    colors = np.zeros(256, np.uint32)
    colors[[both, STRIPE + both]] = premultiplied(BOTH_RIGHT, (FAINT if all_classes else 0.6) * opacity)
    colors[[only_a, STRIPE + only_a]] = premultiplied(ONLY_A, opacity)
    colors[only_b] = premultiplied(ONLY_B, opacity)
    colors[STRIPE + only_b] = premultiplied(ONLY_B_STRIPE, opacity)
    return colors
