"""Outlines of all classes at once, against each class by itself over the whole picture."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import LabelPlane, Rect
from segstudio.metrics.boundary import bands, boundary_f1
from segstudio.metrics.boxes import class_boxes
from segstudio.metrics.outlines import Outlines, OutlineSettings, measure_outlines, over_images, summary
from segstudio.metrics.surface import Convention, assd, hausdorff, surface_dice, surfaces

LABELS = (0, 3, 300, 9)
IGNORED = 7
EVERYTHING = OutlineSettings(boundary=True, surface="edges", spacing=(0.5, 2.0), tolerance=1.5)


def planes(seed: int) -> tuple[LabelPlane, LabelPlane]:
    """Return two maps of blocks; classes are often missing, 9 always is, and one may be narrower than the other."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 30)), int(rng.integers(1, 30)))
    made: list[LabelPlane] = []
    for _ in range(2):
        values = rng.choice([0, 3, 300, IGNORED, 11], size=3)
        size = int(rng.integers(1, 9))
        small = rng.choice(values, size=(shape[0] // size + 1, shape[1] // size + 1))
        plane = np.kron(small, np.ones((size, size), np.int64))[: shape[0], : shape[1]]
        made.append(plane.astype(np.uint16 if plane.max() > 255 or rng.random() < 0.5 else np.uint8))
    return made[0], made[1]


@given(st.integers(0, 2**31), st.sampled_from(["edges", "lattice"]))
@settings(max_examples=80)
def test_a_class_scores_as_it_would_alone(seed: int, convention: Convention) -> None:
    truth, prediction = planes(seed)
    asked = OutlineSettings(True, convention, (0.5, 2.0), 1.5)
    found = measure_outlines(truth, prediction, LABELS, [IGNORED], asked)
    scored = truth != IGNORED
    for index, label in enumerate(LABELS):
        first, second = truth == label, (prediction == label) & scored
        assert tuple(found.bands[index]) == bands(first, second)
        far = surfaces(first, second, asked.spacing, convention)
        wanted = [boundary_f1(first, second), hausdorff(far), hausdorff(far, 95), assd(far), surface_dice(far, 1.5)]
        np.testing.assert_allclose(found.values[index], wanted, rtol=1e-12)


@given(st.integers(0, 2**31))
def test_boxes_are_where_the_values_are(seed: int) -> None:
    plane, _ = planes(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("segstudio.core.raster.BLOCK", 40)  # so that boxes are put together from blocks of rows
        found = class_boxes(plane)
    assert sorted(found) == np.unique(plane).tolist()
    for value, box in found.items():
        rows, columns = np.nonzero(plane == value)
        assert box == Rect(rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)


def test_nothing_at_all_has_no_outlines() -> None:
    ignored = np.full((4, 5), IGNORED, np.uint8)
    found = measure_outlines(ignored, np.zeros((4, 5), np.uint8), LABELS, [IGNORED], EVERYTHING)
    assert not found.bands.any()
    assert np.isnan(found.values).all()


def test_what_was_not_asked_for_is_not_measured() -> None:
    plane = np.zeros((4, 5), np.uint8)
    only_boundary = measure_outlines(plane, plane, [0], [], OutlineSettings(boundary=True))
    assert (only_boundary.get("boundary_iou")[0], only_boundary.get("boundary_f1")[0]) == (
        1.0,
        pytest.approx(math.nan, nan_ok=True),
    )
    assert np.isnan(only_boundary.get("hd")[0])
    only_surface = measure_outlines(plane, plane, [0], [], OutlineSettings(surface="edges"))
    assert (only_surface.get("hd")[0], only_surface.get("nsd")[0]) == (0.0, 1.0)
    assert np.isnan(only_surface.get("boundary_iou")[0])


def test_one_pixel_and_two_that_touch_at_a_corner() -> None:
    truth, prediction = np.zeros((6, 6), np.uint8), np.zeros((6, 6), np.uint8)
    truth[2, 2] = prediction[3, 3] = 3
    found = measure_outlines(truth, prediction, [3], [], OutlineSettings(True, "edges"))
    assert found.bands.tolist() == [[0, 2]]
    # Three of four pixels of each outline are next to one of the other's; the fourth is at a corner of one.
    assert found.values[0].tolist() == [0.75, math.sqrt(2), math.sqrt(2), math.sqrt(2), 0.0]


def test_a_mean_says_what_it_leaves_out() -> None:
    assert summary([1.0, 3.0, math.inf, math.nan]) == (2.0, 1, 1)
    assert summary([math.inf, math.nan]) == (math.inf, 1, 1)
    value, infinite, undefined = summary([math.nan])
    assert (math.isnan(value), infinite, undefined) == (True, 0, 1)


def test_over_images_bands_are_added_and_the_rest_is_averaged() -> None:
    def of(both: int, union: int, f1: float) -> Outlines:
        return Outlines(np.array([[both, union]]), np.array([[f1, math.inf, 1.0, 1.0, 1.0]]))

    images = [of(1, 10, 0.5), of(9, 10, 1.0), of(0, 80, math.nan)]
    assert over_images(images, "boundary_iou", 1)[0].value == 0.1
    assert over_images(images, "boundary_f1", 1)[0] == (0.75, 0, 1)
    assert over_images(images, "hd", 1)[0] == (math.inf, 3, 0)
    assert math.isnan(over_images([], "hd", 1)[0].value)
