"""Steps between whole planes, and edits made on other labels than they were made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import TILE, LabelMap, Rect
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit, Patch, Values
from segstudio.editing.replacing import copied, replacing, write_edits

SHAPES = st.tuples(st.integers(1, 200), st.integers(1, 200))


def planes(shape: tuple[int, int], seed: int, instances: bool = True) -> LabelMap:
    """Planes that hold something here and there."""
    rng = np.random.default_rng(seed)
    classes = (rng.random(shape) > 0.999).astype(np.uint8)
    return LabelMap(classes, rng.integers(0, 2, shape).astype(np.uint32) * classes if instances else None)


def equal(one: LabelMap, other: LabelMap) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None)


@given(SHAPES, st.integers(0, 99), st.booleans())
def test_the_step_leads_to_the_other_planes_and_back(shape: tuple[int, int], seed: int, instances: bool) -> None:
    before, after = planes(shape, seed, instances), planes(shape, seed + 1, instances)
    edit = replacing("replace", before, after)
    document = Document(*before)
    document.apply(edit)
    assert equal(LabelMap(document.labels, document.instances), after)
    document.undo()
    assert equal(LabelMap(document.labels, document.instances), before)
    assert all(max(patch.rect.shape) <= TILE for patch in edit.patches)
    written = copied(before)
    write_edits(written, [Edit.from_bytes(edit.to_bytes())])
    assert equal(written, after)


def test_equal_planes_are_no_step() -> None:
    assert not replacing("nothing", planes((150, 150), 1), planes((150, 150), 1)).patches


def test_a_plane_that_one_of_them_lacks_is_left_alone() -> None:
    edit = replacing("x", planes((9, 9), 1), LabelMap(np.ones((9, 9), np.uint8)))
    assert {patch.plane for patch in edit.patches} == {"classes"}


def test_only_the_pixels_that_were_touched_are_put_on_other_labels() -> None:
    document = Document(np.zeros((20, 20), np.uint8))
    for row, value in ((2, 1), (3, 2), (2, 3)):
        stroke = document.begin("x")
        stroke.paint(np.ones((1, 5), np.bool_), (row, 4), value)
        stroke.commit()
    others = LabelMap(np.full((20, 20), 9, np.uint8))
    write_edits(others, document.history.steps, touched=True)
    expected = np.full((20, 20), 9)
    expected[2, 4:9], expected[3, 4:9] = 3, 2
    np.testing.assert_array_equal(others.classes, expected)


@pytest.mark.parametrize(
    ("rect", "dtype"), [(Rect(0, 0, 5, 11), np.uint8), (Rect(8, 0, 11, 5), np.uint8), (Rect(0, 0, 4, 4), np.uint16)]
)
def test_an_edit_that_does_not_fit_is_refused(rect: Rect, dtype: type) -> None:
    pixels: Values = np.zeros(rect.shape, dtype)
    with pytest.raises(ValueError, match="does not fit"):
        write_edits(LabelMap(np.zeros((10, 10), np.uint8)), [Edit("x", (Patch.between(rect, pixels, pixels + 1),))])
