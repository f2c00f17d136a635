"""Regions against a search pixel by pixel."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import LabelMap, Mask, Rect
from segstudio.editing import regions
from segstudio.editing.regions import MARGIN
from segstudio.editing.shapes import Placed

Pixels = set[tuple[int, int]]


def pixels(area: Placed | None) -> Pixels:
    """Return the pixels of an area, which must be no larger than it need be."""
    if area is None:
        return set()
    mask, (y, x) = area
    assert mask[0].any() and mask[-1].any() and mask[:, 0].any() and mask[:, -1].any()  # noqa: PT018
    return {(int(r) + y, int(c) + x) for r, c in zip(*np.nonzero(mask), strict=True)}


def connected(same: Mask, start: tuple[int, int]) -> Pixels:
    seen, queue = {start}, deque([start])
    while queue:
        row, column = queue.popleft()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= near[0] < same.shape[0] and 0 <= near[1] < same.shape[1]
            if inside and near not in seen and same[near]:
                seen.add(near)
                queue.append(near)
    return seen


def planes_of(seed: int, numbered: bool) -> LabelMap:
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(3, 14)), int(rng.integers(3, 14))
    classes: NDArray[np.uint8] = rng.integers(0, 3, shape, np.uint8)
    numbers = np.where(classes == 2, rng.integers(0, 4, shape), 0).astype(np.uint32)
    return LabelMap(classes, numbers if numbered else None)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_touching_finds_connected_areas_and_all_of_an_object(seed: int, numbered: bool) -> None:
    planes, rng = planes_of(seed, numbered), np.random.default_rng(seed)
    box = np.sort(rng.integers(-2, 14, 2)), np.sort(rng.integers(-2, 14, 2))
    mask = rng.random((int(np.ptp(box[0])) + 1, int(np.ptp(box[1])) + 1)) < 0.5
    where = mask, (int(box[0][0]), int(box[1][0]))
    expected: Pixels = set()
    for row, column in np.argwhere(regions.on_rect(where, Rect(0, 0, *planes.classes.shape))).tolist():
        class_id = planes.classes[row, column]
        number = 0 if planes.instances is None else planes.instances[row, column]
        if class_id == 0:
            continue
        if number and planes.instances is not None:
            expected |= {(int(r), int(c)) for r, c in np.argwhere(planes.instances == number)}
        else:
            same = planes.classes == class_id
            expected |= connected(same if planes.instances is None else same & (planes.instances == 0), (row, column))
    assert pixels(regions.touching(planes, where, lambda class_id: class_id != 0)) == expected


def test_a_region_larger_than_the_window_is_found_whole() -> None:
    """A snake through the picture, which the first windows cut."""
    classes = np.zeros((5 * MARGIN, 4 * MARGIN), np.uint8)
    classes[10::20] = 1
    classes[10:30, -1] = classes[30:50, 0] = classes[50:, -1] = 1
    found = regions.touching(LabelMap(classes), (np.ones((1, 1), np.bool_), (10, 3)), lambda class_id: class_id == 1)
    assert found is not None
    assert pixels(found) == connected(classes == 1, (10, 3))


@given(st.integers(0, 2**32 - 1))
def test_outside_is_what_a_shape_leaves_of_the_regions_it_touches(seed: int) -> None:
    planes, rng = planes_of(seed, numbered=False), np.random.default_rng(seed)
    shape = rng.random(planes.classes.shape) < 0.2, (0, 0)
    touched = pixels(regions.touching(planes, shape, lambda class_id: class_id == 1))
    inside = {(int(r), int(c)) for r, c in np.argwhere(shape[0])}
    assert pixels(regions.outside(planes, 1, shape)) == touched - inside


areas = st.tuples(st.integers(0, 2**32 - 1), st.integers(-5, 5), st.integers(-5, 5))


def area_of(spec: tuple[int, int, int]) -> Placed | None:
    rng = np.random.default_rng(spec[0])
    return regions.tight(rng.random((int(rng.integers(1, 8)), int(rng.integers(1, 8)))) < 0.4, spec[1:])


@given(areas, areas)
def test_areas_join_and_part_like_sets(one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    a, b = area_of(one), area_of(other)
    assert pixels(regions.joined(a, b)) == pixels(a) | pixels(b)
    if a is not None and b is not None:
        assert pixels(regions.without(a, b)) == pixels(a) - pixels(b)
    if a is not None:
        assert pixels(regions.clipped(a, (4, 6))) == {p for p in pixels(a) if 0 <= p[0] < 4 and 0 <= p[1] < 6}
        assert all(regions.holds(a, (y, x)) == ((y, x) in pixels(a)) for y in range(-6, 14) for x in range(-6, 14))


def test_the_main_region_of_an_area_is_the_one_with_most_pixels() -> None:
    classes = np.array([[1, 1, 1, 2, 2, 2, 2]], np.uint8)
    numbers = np.array([[9, 9, 9, 4, 4, 5, 0]], np.uint32)
    area = np.ones((1, 7), np.bool_), (0, 0)
    assert regions.main_of(LabelMap(classes), area) == (2, 0)
    assert regions.main_of(LabelMap(classes, numbers), area) == (2, 4)


@pytest.mark.parametrize("seed", range(5))
def test_nearest_pixels_are_of_the_mask_and_near(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = rng.random((20, 30)) < 0.05
    mask[3, 4] = True
    rows, columns = regions.nearest_pixels(mask)
    assert mask[rows, columns].all()
    y, x = np.mgrid[:20, :30]
    away = np.hypot(rows - y, columns - x)
    all_away = np.hypot(*(np.argwhere(mask)[:, i][:, None, None] - g for i, g in enumerate((y, x))))
    assert (away <= all_away.min(axis=0) * 1.05 + 1e-9).all()
