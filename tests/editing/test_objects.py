"""Numbers from classes, and numbers that fit them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane
from segstudio.core.tally import tally
from segstudio.editing.objects import agreed, told_apart

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))
THINGS = {1, 2}


def pair(draw: st.DrawFn) -> LabelMap:
    shape = draw(SHAPES)
    classes = draw(arrays.arrays(np.uint8, shape, elements=st.sampled_from((0, 1, 2, 7))))
    return LabelMap(classes, draw(arrays.arrays(np.uint32, shape, elements=st.integers(0, 4))))


PAIRS = st.composite(pair)()


def classes_of(classes: LabelPlane, numbers: InstancePlane) -> dict[int, set[int]]:
    return {int(n): set(classes[numbers == n].tolist()) for n in np.unique(numbers) if n}


@given(PAIRS)
def test_every_object_is_of_one_class_of_things(planes: LabelMap) -> None:
    assert planes.instances is not None
    fitted, changed = agreed(planes, THINGS)
    for ids in classes_of(planes.classes, fitted).values():
        assert len(ids) == 1
        assert ids <= THINGS
    assert changed == np.count_nonzero(fitted != planes.instances)
    again, more = agreed(LabelMap(planes.classes, fitted), THINGS)
    assert more == 0
    assert np.array_equal(again, fitted), "what fits stays as it is"


@given(PAIRS)
def test_told_apart_numbers_all_things_and_keeps_numbers(planes: LabelMap) -> None:
    assert planes.instances is not None
    numbers = told_apart(planes, THINGS)
    assert np.array_equal(numbers[planes.instances > 0], planes.instances[planes.instances > 0])
    things = np.isin(planes.classes, list(THINGS))
    assert (numbers[things] > 0).all()
    assert np.array_equal(numbers[~things], planes.instances[~things])
    fresh = np.where(planes.instances > 0, 0, numbers)
    for ids in classes_of(planes.classes, fresh).values():
        assert len(ids) == 1
    assert not set(np.unique(fresh)) & set(np.unique(planes.instances)) - {0}


def test_areas_that_touch_at_a_corner_are_two() -> None:
    classes = np.array([[1, 1, 2], [0, 1, 0], [2, 0, 1]], np.uint8)
    numbers = told_apart(LabelMap(classes), THINGS)
    assert numbers.tolist() == [[1, 1, 3], [0, 1, 0], [4, 0, 2]]


def test_a_number_that_spans_classes_stays_with_the_larger_part() -> None:
    classes = np.array([[1, 1, 2, 0]], np.uint8)
    fitted, changed = agreed(LabelMap(classes, np.array([[5, 5, 5, 5]], np.uint32)), THINGS)
    assert fitted.tolist() == [[5, 5, 6, 0]]
    assert changed == 2


@pytest.mark.parametrize("large", [False, True])
def test_a_tally_has_every_pixel_once(large: bool) -> None:
    shape = (3000, 1500) if large else (7, 9)  # more than one block of rows
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 40, (shape[0] // 7 + 1, shape[1] // 3 + 1)).astype(np.uint32)
    numbers = np.repeat(np.repeat(coarse, 7, 0), 3, 1)[: shape[0], : shape[1]] * 2000
    classes = np.ascontiguousarray(numbers % 3, np.uint8)
    pieces = tally(LabelMap(classes, numbers), (10, 20))
    assert [(p.number, p.class_id) for p in pieces] == sorted((p.number, p.class_id) for p in pieces)
    assert sum(p.area for p in pieces) == np.count_nonzero(numbers)
    for piece in pieces[:5]:
        rows, columns = np.nonzero((numbers == piece.number) & (classes == piece.class_id))
        assert piece.area == len(rows)
        assert piece.rect == (rows.min() + 10, columns.min() + 20, rows.max() + 11, columns.max() + 21)
