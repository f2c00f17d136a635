"""What a step is said to have done is what differs before and after it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from segstudio.core.raster import TILE, InstancePlane, LabelPlane
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.written import Written, counting

SHAPE = (40, TILE + 30)


def all_of(edit: Edit) -> Written:
    *_, last = counting(edit)
    return last


planes = arrays.arrays(np.uint8, SHAPE, elements=st.integers(0, 3), fill=st.just(0))


@given(planes, planes, planes, planes)
def test_pixels_and_classes_are_those_that_differ(
    before: LabelPlane, after: LabelPlane, numbers: InstancePlane, renumbered: InstancePlane
) -> None:
    document = Document(before, numbers.astype(np.uint32))
    whole = np.ones(SHAPE, np.bool_)
    edit = step_of(document, "Step", whole, (0, 0), after, renumbered.astype(np.uint32))
    differs = (before != after) | (numbers != renumbered)
    if edit is None or not edit.patches:
        assert not differs.any()
        return
    found = all_of(edit)
    assert found.pixels == np.count_nonzero(differs)
    assert found.classes == set(np.unique(after[before != after]).tolist())
    assert all_of(edit.inverted()).pixels == found.pixels


def test_each_tile_is_a_place_to_stop() -> None:
    document = Document(np.zeros((4 * TILE, 4 * TILE), np.uint8))
    stroke = document.begin("Fill")
    stroke.paint(np.ones(document.labels.shape, np.bool_), (0, 0), 7)
    stroke.commit()
    (edit,) = document.history.steps
    sums = [written.pixels for written in counting(edit)]
    assert sums == [TILE * TILE * n for n in range(1, 17)]
