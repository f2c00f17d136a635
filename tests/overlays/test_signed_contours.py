"""Contours coloured by which side of the truth they lie on, and how far."""

import numpy as np

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.overlays.base import OverlayInput, Pixels, Style
from segstudio.overlays.distances import DEEPEST, depth
from segstudio.overlays.errors import FALSE_NEGATIVE, FALSE_POSITIVE
from segstudio.overlays.signed_contours import ON_TARGET, ramp, signed_contours

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(2, "rod", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
REACH = 16


def square(inset: int, value: int = 1) -> LabelPlane:
    plane = np.zeros((80, 80), np.uint8)
    plane[inset : 80 - inset, inset : 80 - inset] = value
    return plane


def drawn(truth: LabelPlane, prediction: LabelPlane | None, focus: int | None = None) -> Pixels:
    style = Style.of(SCHEMA, 1.0, focus=focus)
    away = depth(truth, focus, REACH)
    return signed_contours(OverlayInput(truth, prediction, style, (0, 0), depth=away))


def color_at(pixels: Pixels, y: int, x: int) -> tuple[int, int, int]:
    value = int(pixels[y, x])
    return value >> 16 & 255, value >> 8 & 255, value & 255


def test_a_contour_on_the_truth_is_pale_and_alone_is_drawn() -> None:
    pixels = drawn(square(20), square(20))
    assert color_at(pixels, 20, 40) == ON_TARGET
    assert not pixels[40, 40]
    assert not pixels[10, 40]
    assert np.count_nonzero(pixels) == 40**2 - 36**2


def test_a_prediction_that_is_too_large_is_orange_and_one_too_small_is_blue() -> None:
    assert color_at(drawn(square(30), square(10)), 11, 40) == FALSE_POSITIVE
    assert color_at(drawn(square(10), square(30)), 31, 40) == FALSE_NEGATIVE
    near = color_at(drawn(square(20), square(16)), 16, 40)
    assert ON_TARGET != near != FALSE_POSITIVE
    assert near[0] > near[2], "it is on the way to orange"


def test_a_phantom_is_as_far_as_can_be() -> None:
    assert color_at(drawn(np.zeros((80, 80), np.uint8), square(30)), 30, 40) == FALSE_POSITIVE


def test_of_a_class_in_focus_only_its_contours_are_drawn() -> None:
    prediction = square(20)
    prediction[:, 40:][prediction[:, 40:] == 1] = 2
    pixels = drawn(square(20), prediction, focus=1)
    assert pixels[20, 25]
    assert not pixels[20, 55]
    assert drawn(square(20), prediction)[20, 55]


def test_where_the_truth_is_not_scored_nothing_is_said() -> None:
    truth = square(20)
    truth[:40] = 255
    pixels = drawn(truth, square(20))
    assert not pixels[:40].any()
    assert pixels[40:].any()
    assert not drawn(truth, None).any()


def test_the_ramp_runs_from_blue_over_pale_to_orange() -> None:
    colors = ramp()
    assert len(colors) == 2 * DEEPEST + 1
    assert (colors[0], colors[DEEPEST], colors[-1]) == (FALSE_NEGATIVE, ON_TARGET, FALSE_POSITIVE)
