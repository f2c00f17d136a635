"""What is done to regions as a whole: every pixel where it belongs, nothing forbidden, one step."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap, LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing import moving
from segstudio.editing.cutting import cut
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.regions import pieces, tight, touching
from segstudio.editing.rules import PaintRule
from segstudio.editing.shapes import Placed, line

CLASSES = LabelSchema(tuple(LabelClass(i, str(i), (i, 0, 0), thing=i == 1) for i in range(4)))
seeds = st.integers(0, 2**32 - 1)
offsets = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


def some(seed: int, numbered: bool = False) -> tuple[Document, Placed]:
    """Return a document of classes 0 to 3, of which 1 has objects, and an area of it."""
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(3, 12)), int(rng.integers(3, 12))
    labels = rng.integers(0, 4, shape, np.uint8)
    numbers = np.where(labels == 1, rng.integers(1, 4, shape), 0).astype(np.uint32)
    area = tight((rng.random(shape) < 0.4) & (labels > 0), (0, 0))
    return Document(labels, numbers if numbered else None), area or (np.ones((1, 1), np.bool_), (0, 0))


def apply(document: Document, edit: Edit | None) -> LabelPlane:
    if edit is not None:
        document.apply(edit)
    return document.labels.copy()


@given(seeds, offsets, st.booleans(), st.sets(st.integers(1, 3)))
def test_a_move_carries_what_may_be_taken_to_where_it_may_go(
    seed: int, by: tuple[int, int], numbered: bool, locked: set[int]
) -> None:
    document, (mask, at) = some(seed, numbered)
    document.rule = PaintRule.of(None, locked)
    before = document.labels.copy(), None if document.instances is None else document.instances.copy()
    expected = [plane if plane is None else plane.copy() for plane in before]
    taken = [(r + at[0], c + at[1]) for r, c in np.argwhere(mask) if before[0][r + at[0], c + at[1]] not in locked]
    for plane, was in zip(expected, before, strict=True):
        if plane is None or was is None:
            continue
        for pixel in taken:
            plane[pixel] = 0
        for y, x in taken:
            goal = y + by[0], x + by[1]
            inside = 0 <= goal[0] < before[0].shape[0] and 0 <= goal[1] < before[0].shape[1]
            if inside and before[0][goal] not in locked:
                plane[goal] = was[y, x]
    labels = apply(document, moving.moved(document, (mask, at), by, 0))
    if by == (0, 0):
        np.testing.assert_array_equal(labels, before[0])
        return
    np.testing.assert_array_equal(labels, expected[0])
    if document.instances is not None:
        np.testing.assert_array_equal(document.instances, expected[1])
    document.undo()
    np.testing.assert_array_equal(document.labels, before[0])


@given(seeds, st.booleans())
def test_what_is_deleted_is_background(seed: int, numbered: bool) -> None:
    document, (mask, at) = some(seed, numbered)
    before = document.labels.copy()
    labels = apply(document, moving.emptied(document, (mask, at), 0))
    before[at[0] : at[0] + mask.shape[0], at[1] : at[1] + mask.shape[1]][mask] = 0
    np.testing.assert_array_equal(labels, before)
    assert document.instances is None or not document.instances[labels == 0].any()


def test_objects_stay_apart_when_their_class_changes() -> None:
    labels = np.array([[1, 1, 2, 2, 0, 2]], np.uint8)
    numbers = np.array([[5, 6, 0, 0, 0, 0]], np.uint32)
    area = np.array([[1, 1, 1, 1, 0, 1]], np.bool_), (0, 0)
    document = Document(labels, numbers)
    apply(document, moving.reclassed(document, area, 3, thing=True))
    assert document.labels.tolist() == [[3, 3, 3, 3, 0, 3]]
    assert document.instances is not None
    assert document.instances.tolist() == [[5, 6, 7, 7, 0, 8]]
    apply(document, moving.reclassed(document, area, 2, thing=False))
    assert not document.instances.any()


def test_a_part_that_may_change_class_is_an_object_of_its_own() -> None:
    labels, numbers = np.array([[1, 1, 1, 2, 2, 1]], np.uint8), np.array([[5, 5, 6, 0, 0, 0]], np.uint32)
    document = Document(labels, numbers)
    document.rule = PaintRule(picture=np.array([[0, 9, 9, 9, 0, 9]], np.uint8), low=5, high=9)
    apply(document, moving.reclassed(document, (np.ones((1, 6), np.bool_), (0, 0)), 3, thing=True))
    assert document.labels.tolist() == [[1, 3, 3, 3, 2, 3]]
    assert document.instances is not None
    assert document.instances.tolist() == [[5, 9, 6, 7, 0, 8]]


def test_merged_regions_have_the_class_and_number_of_the_first() -> None:
    document = Document(np.array([[1, 0, 2]], np.uint8), np.array([[5, 0, 9]], np.uint32))
    apply(document, moving.merged(document, (np.array([[1, 0, 1]], np.bool_), (0, 0)), (2, 9)))
    assert document.labels.tolist() == [[2, 0, 2]]
    assert document.instances is not None
    assert document.instances.tolist() == [[9, 0, 9]]


@given(seeds, seeds, st.booleans())
def test_a_pasted_piece_is_a_copy_with_objects_of_its_own(source: int, goal: int, numbered: bool) -> None:
    document, area = some(source, numbered)
    other, _ = some(goal, numbered)
    before = other.labels.copy(), 0 if other.instances is None else int(other.instances.max())
    piece = moving.lifted(document, area)
    labels = apply(other, moving.pasted(other, piece, CLASSES))
    for (row, column), there in np.ndenumerate(piece.mask):
        y, x = row + piece.at[0], column + piece.at[1]
        if not (0 <= y < labels.shape[0] and 0 <= x < labels.shape[1]):
            continue
        assert labels[y, x] == (piece.classes[row, column] if there else before[0][y, x])
        if there and other.instances is not None and piece.instances is not None:
            assert (other.instances[y, x] > before[1]) == (piece.instances[row, column] > 0)


def test_things_pasted_without_numbers_become_objects() -> None:
    source = Document(np.array([[1, 2, 1, 1, 0, 1]], np.uint8))
    piece = moving.lifted(source, (np.array([[1, 1, 1, 1, 0, 1]], np.bool_), (0, 0)))
    goal = Document(np.zeros((1, 6), np.uint8), np.array([[0, 0, 0, 0, 4, 0]], np.uint32))
    apply(goal, moving.pasted(goal, piece, CLASSES))
    assert goal.instances is not None
    assert goal.instances.tolist() == [[5, 0, 6, 6, 4, 7]]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_a_schema_lacks_is_not_pasted(dtype: type[np.unsignedinteger[Any]]) -> None:
    source = Document(np.array([[300, 2, 9]], np.uint16))
    piece = moving.lifted(source, (np.ones((1, 3), np.bool_), (0, 0)))
    goal = Document(np.full((1, 3), 1, dtype))
    apply(goal, moving.pasted(goal, piece, CLASSES))
    assert goal.labels.tolist() == [[1, 2, 1]]


@pytest.mark.parametrize("numbered", [False, True])
def test_a_line_cuts_a_region_in_two(numbered: bool) -> None:
    labels = np.zeros((12, 20), np.uint8)
    labels[2:10, 2:18] = 1
    document = Document(labels, (labels * 4).astype(np.uint32) if numbered else None)
    across = line([(7.5, 0.5), (9.5, 11.5)], labels.shape)
    apply(document, cut(document, across, None, 0))
    if document.instances is None:
        assert pieces(document.labels == 1)[0] == 2
        assert np.count_nonzero(labels) - np.count_nonzero(document.labels) <= 12
    else:
        np.testing.assert_array_equal(document.labels, labels)
        assert np.unique(document.instances).tolist() == [0, 4, 5]
        assert (document.instances[2:10, 14:18] == 4).all()  # the larger part stays what it was
        assert (document.instances[2:10, 2:5] == 5).all()
        assert (document.instances[labels == 1] > 0).all()


def test_a_line_that_ends_inside_cuts_nothing() -> None:
    labels = np.ones((10, 10), np.uint8)
    assert cut(Document(labels), line([(0.5, 5.5), (7.5, 5.5)], labels.shape), None, 0) is None
    assert cut(Document(np.zeros_like(labels)), line([(0.5, 5.5), (9.5, 5.5)], labels.shape), None, 0) is None


def test_only_what_is_selected_is_cut_and_the_rest_stays_whole() -> None:
    labels = np.zeros((10, 30), np.uint8)
    labels[:, 2:10], labels[:, 12:20], labels[4, 22:28] = 1, 1, 1
    document = Document(labels)
    selected = touching(LabelMap(labels), (np.ones((1, 1), np.bool_), (0, 3)), lambda c: c == 1)
    apply(document, cut(document, line([(-1, 5.5), (31, 5.5)], labels.shape), selected, 0))
    assert not document.labels[5, 2:10].any()
    np.testing.assert_array_equal(document.labels[:, 10:], labels[:, 10:])


@given(seeds, st.lists(st.tuples(st.floats(-2, 14), st.floats(-2, 14)), min_size=2, max_size=4), st.booleans())
def test_a_cut_never_joins_and_obeys_locks(seed: int, way: list[tuple[float, float]], numbered: bool) -> None:
    document, _ = some(seed, numbered)
    before, numbers = document.labels.copy(), None if document.instances is None else document.instances.copy()
    document.rule = PaintRule.of(None, locked=(2,))
    labels = apply(document, cut(document, line(way, before.shape), None, 0))
    assert ((labels == before) | (labels == 0)).all()
    np.testing.assert_array_equal(labels == 2, before == 2)
    if numbers is not None and document.instances is not None:
        np.testing.assert_array_equal(document.instances > 0, numbers > 0)
        for number in np.unique(document.instances):
            assert len(np.unique(numbers[document.instances == number])) == 1
    assert len(document.history) <= 1
    document.undo()
    np.testing.assert_array_equal(document.labels, before)
