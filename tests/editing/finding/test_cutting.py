"""Objects cut out of drawn pictures."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import Mask, Rect, RgbImage
from segstudio.editing.finding.cutting import Hint, cut
from segstudio.editing.finding.reducing import reduced
from segstudio.editing.shapes import Placed


def scene(
    height: int, width: int, ellipse: tuple[int, int, int, int], seed: int = 0, bright: int = 0
) -> tuple[RgbImage, Mask]:
    """Return a speckled red ellipse (x, y and half its axes), brighter by some, on speckled green, and where it is."""
    x, y, half_width, half_height = ellipse
    mask = np.zeros((height, width), np.uint8)
    cv2.ellipse(mask, (x, y), (half_width, half_height), 0, 0, 360, 1, -1)
    image = np.where(
        mask[..., None] != 0, np.array([170, 60, 60], np.uint8) + np.uint8(bright), np.array([60, 130, 60], np.uint8)
    )
    image += np.random.default_rng(seed).integers(0, 40, image.shape, dtype=np.uint8)
    return image, mask != 0


def iou(found: Placed, truth: Mask) -> float:
    whole = np.zeros_like(truth)
    mask, (top, left) = found
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return np.count_nonzero(whole & truth) / np.count_nonzero(whole | truth)


def test_an_object_is_told_from_its_background() -> None:
    image, truth = scene(160, 200, (90, 80, 50, 30))
    assert iou(cut(image, Rect(40, 30, 120, 150)), truth) > 0.97


@pytest.mark.parametrize("scale", [4, 10])
def test_a_large_box_has_a_border_that_follows_every_pixel(scale: int) -> None:
    """At a smaller scale alone the border would be off by a quarter of it, about 0.97."""
    image, truth = scene(160 * scale, 200 * scale, (90 * scale, 80 * scale, 50 * scale, 30 * scale))
    image = np.asarray(cv2.GaussianBlur(image, (5, 5), 0), np.uint8)
    assert iou(cut(image, Rect(40 * scale, 30 * scale, 120 * scale, 150 * scale)), truth) > 0.99


def test_hints_say_what_belongs_to_it_and_what_does_not() -> None:
    image, truth = scene(160, 240, (70, 80, 40, 30))
    other, more = scene(160, 240, (180, 80, 30, 30), seed=1)
    image[more] = other[more]
    box = Rect(40, 10, 120, 230)
    without = cut(
        image, box, [Hint([(180, 80), (170, 90)], 8, inside=False), Hint([(70, 80), (60, 80)], 8, inside=True)]
    )
    inside = [Hint([(180, 80), (170, 90)], 8, inside=True), Hint([(70, 80)], 8, inside=True)]
    whole = np.zeros_like(truth)
    whole[box.slices] = without[0]
    assert not whole[78:83, 178:183].any()
    assert iou(cut(image, box, inside), truth | more) > 0.9


def test_the_same_question_has_the_same_answer() -> None:
    image, _ = scene(160, 200, (90, 80, 50, 30))
    box = Rect(40, 30, 120, 150)
    np.testing.assert_array_equal(cut(image, box)[0], cut(image, box)[0])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 39), st.integers(0, 59), st.integers(1, 40), st.integers(1, 60), st.booleans())
def test_any_box_has_an_answer_of_its_size(y: int, x: int, height: int, width: int, flat: bool) -> None:
    image = np.full((40, 60, 3), 90, np.uint8) if flat else scene(40, 60, (30, 20, 12, 9))[0]
    box = Rect(y, x, min(y + height, 40), min(x + width, 60))
    mask, at = cut(image, box, [Hint([(x + 0.5, y + 0.5)], 1, inside=True)])
    assert mask.shape == box.shape
    assert at == (box.y0, box.x0)


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2, 3, 4, 8, 16]))
def test_what_is_reduced_has_a_pixel_for_each_square(height: int, width: int, scale: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    small = reduced(image, Rect(5, 7, 5 + height, 7 + width), scale)
    assert small.shape == (-(-height // scale), -(-width // scale), 3)
    if scale <= 4 and height >= scale and width >= scale:
        square = image[5 : 5 + scale, 7 : 7 + scale].reshape(-1, 3).mean(axis=0)
        np.testing.assert_allclose(small[0, 0], square, atol=1)
