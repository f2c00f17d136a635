"""Taking a prediction over: the pixels asked for, as predicted, in one step, and nothing that is locked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segstudio.core.raster import LabelMap, LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.core.tally import tally
from segstudio.editing.accepting import class_area, taken
from segstudio.editing.document import Document
from segstudio.editing.regions import on_rect, placed_rect
from segstudio.editing.rules import PaintRule
from segstudio.editing.shapes import Placed

VOID, UNKNOWN = 255, 9
SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cell", (1, 0, 0)),
        LabelClass(2, "nucleus", (2, 0, 0)),
        LabelClass(VOID, "void", (3, 0, 0), ignore=True),
    )
)
UNLABELLED = LabelSchema((LabelClass(1, "cell", (1, 0, 0)), LabelClass(VOID, "void", (3, 0, 0), ignore=True)))
VALUES = st.sampled_from((0, 1, 2, VOID, UNKNOWN))
CASES = st.tuples(*[hnp.arrays(np.uint8, (9, 11), elements=VALUES)] * 2)
MASKS = hnp.arrays(np.bool_, (5, 4))


def area(mask: LabelPlane) -> Placed:
    return mask.astype(np.bool_), (2, 3)


@given(CASES, MASKS, st.sets(st.sampled_from((0, 1, 2))))
def test_what_is_asked_for_becomes_the_prediction(
    case: tuple[LabelPlane, LabelPlane], mask: LabelPlane, locked: set[int]
) -> None:
    truth, prediction = case
    document = Document(truth)
    document.rule = PaintRule.of(None, locked)
    edit = taken(document, "Take prediction", area(mask), prediction, SCHEMA)
    if edit is not None:
        document.apply(edit)
    inside = on_rect(area(mask), placed_rect((np.ones(truth.shape, np.bool_), (0, 0))))
    open_ = inside & (prediction != UNKNOWN) & ~np.isin(truth, list(locked)) & ~np.isin(prediction, list(locked))
    np.testing.assert_array_equal(document.labels, np.where(open_, prediction, truth))
    document.undo()
    np.testing.assert_array_equal(document.labels, truth)


def test_nothing_to_do_and_nothing_allowed_are_told_apart() -> None:
    truth, prediction = np.zeros((9, 11), np.uint8), np.ones((9, 11), np.uint8)
    whole = np.ones((5, 4), np.uint8)
    document = Document(truth)
    assert taken(document, "Take prediction", area(whole), truth, SCHEMA) is None
    document.rule = PaintRule.of(None, {1})
    forbidden = taken(document, "Take prediction", area(whole), prediction, SCHEMA)
    assert forbidden is not None
    assert not forbidden.patches


def test_a_value_that_the_labels_cannot_hold_stays_out() -> None:
    prediction = np.full((9, 11), 300, np.uint16)
    schema = LabelSchema((*SCHEMA.classes, LabelClass(300, "far", (0, 0, 9))))
    assert (
        taken(Document(np.zeros((9, 11), np.uint8)), "Take", area(np.ones((5, 4), np.uint8)), prediction, schema)
        is None
    )


def test_what_touches_an_object_joins_it_and_the_rest_is_new() -> None:
    truth = np.array([[1, 0, 0, 0, 0, 1, 1]], np.uint8)
    numbers = np.array([[7, 0, 0, 0, 0, 4, 4]], np.uint32)
    document = Document(truth, numbers)
    prediction = np.array([[0, 1, 0, 1, 0, 2, 1]], np.uint8)
    edit = taken(document, "Take prediction", (np.ones((1, 7), np.bool_), (0, 0)), prediction, SCHEMA)
    assert edit is not None
    document.apply(edit)
    assert document.labels.tolist() == prediction.tolist()
    assert document.instances is not None
    assert document.instances.tolist() == [[0, 7, 0, 8, 0, 9, 4]]


@given(CASES, hnp.arrays(np.uint32, (9, 11), elements=st.integers(1, 3)), MASKS)
def test_objects_stay_of_one_class_of_things(
    case: tuple[LabelPlane, LabelPlane], numbers: LabelPlane, mask: LabelPlane
) -> None:
    truth, prediction = case
    fitting = np.where(np.isin(truth, (1, 2)), numbers + np.uint32(10) * truth, 0).astype(np.uint32)
    document = Document(truth, fitting)
    edit = taken(document, "Take prediction", area(mask), prediction, SCHEMA)
    if edit is not None:
        document.apply(edit)
    pieces = tally(LabelMap(document.labels, document.instances))
    assert len(pieces) == len({piece.number for piece in pieces})
    assert document.instances is not None
    np.testing.assert_array_equal(document.instances > 0, np.isin(document.labels, (1, 2)))


@given(CASES, st.sampled_from((0, 1, 2)))
def test_a_class_taken_over_is_as_predicted(case: tuple[LabelPlane, LabelPlane], class_id: int) -> None:
    truth, prediction = case[0], np.where(case[1] == UNKNOWN, 0, case[1]).astype(np.uint8)
    document = Document(truth)
    found = class_area(truth, prediction, class_id, SCHEMA)
    if found is not None and (edit := taken(document, "Take cell", found, prediction, SCHEMA)) is not None:
        document.apply(edit)
    open_ = truth != VOID
    np.testing.assert_array_equal(document.labels[open_] == class_id, prediction[open_] == class_id)
    np.testing.assert_array_equal(document.labels[~open_], VOID)


@pytest.mark.parametrize(("schema", "expected"), [(SCHEMA, [VOID, VOID]), (UNLABELLED, [1, VOID])])
def test_what_nobody_has_labelled_yet_is_open(schema: LabelSchema, expected: list[int]) -> None:
    truth, prediction = np.array([[VOID, VOID]], np.uint8), np.array([[1, VOID]], np.uint8)
    document = Document(truth)
    found = class_area(truth, prediction, 1, schema)
    if found is not None and (edit := taken(document, "Take cell", found, prediction, schema)) is not None:
        document.apply(edit)
    assert document.labels.tolist() == [expected]
