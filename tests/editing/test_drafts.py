"""Steps computed beside the document are those that a stroke would make."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import TILE, InstancePlane, LabelPlane
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of, edit_of_parts, refuses, step_of
from segstudio.editing.rules import PaintRule
from segstudio.editing.shapes import Spans, outlined, rectangle

SIZE = (2 * TILE + 20, 3 * TILE + 7)
corners = st.lists(st.tuples(st.floats(-40, SIZE[1] + 40), st.floats(-40, SIZE[0] + 40)), min_size=3, max_size=6)
rules = st.builds(
    lambda ids, locked: PaintRule.of(ids, locked),
    st.none() | st.sets(st.integers(0, 4)),
    st.sets(st.integers(1, 4), max_size=2),
)


def planes(seed: int, dtype: type) -> tuple[LabelPlane, InstancePlane]:
    """Return planes with tiles of one class, others of several, and objects of class 2."""
    rng = np.random.default_rng(seed)
    labels: LabelPlane = np.kron(rng.integers(0, 4, (3, 4)), np.ones((TILE, TILE)))[: SIZE[0], : SIZE[1]].astype(dtype)
    y, x = rng.integers(0, SIZE[0]), rng.integers(0, SIZE[1])
    labels[y : y + 90, x : x + 90] = 2
    return labels, np.where(labels == 2, 7, 0).astype(np.uint32)


@given(
    st.integers(0, 2**32 - 1), corners, st.sampled_from([np.uint8, np.uint16]), st.booleans(), rules, st.integers(0, 4)
)
def test_an_area_in_parts_is_drawn_as_a_stroke_draws_it(
    seed: int, way: list[tuple[float, float]], dtype: type, numbered: bool, rule: PaintRule, value: int
) -> None:
    labels, numbers = planes(seed, dtype)
    computed, painted = (Document(labels, numbers if numbered else None) for _ in range(2))
    computed.rule = painted.rule = rule
    area, instance = outlined(way, SIZE), 9 if value == 2 else 0
    edit = edit_of_parts(computed, "x", area.bands(), value, instance)
    stroke = painted.begin("x")
    stroke.paint(*area.placed(), value, instance)
    stroke.commit()
    if edit.patches:
        computed.apply(edit)
    np.testing.assert_array_equal(computed.labels, painted.labels)
    if computed.instances is not None and painted.instances is not None:
        np.testing.assert_array_equal(computed.instances, painted.instances)
    rects = [p.rect for p in edit.patches if p.plane == "classes"]
    assert rects == sorted(set(rects))
    if edit.patches:
        computed.undo()
    np.testing.assert_array_equal(computed.labels, labels)


@given(st.integers(0, 2**32 - 1), corners, rules)
def test_values_for_each_pixel_are_written_as_a_stroke_writes_them(
    seed: int, way: list[tuple[float, float]], rule: PaintRule
) -> None:
    labels, _ = planes(seed, np.uint8)
    computed, painted = Document(labels), Document(labels)
    computed.rule = painted.rule = rule
    mask, at = outlined(way, SIZE).placed()
    values = np.random.default_rng(seed).integers(0, 5, mask.shape, np.uint8)
    edit = edit_of(computed, "x", mask, at, values)
    stroke = painted.begin("x")
    stroke.paint(mask, at, values)
    stroke.commit()
    if edit.patches:
        computed.apply(edit)
    np.testing.assert_array_equal(computed.labels, painted.labels)


@pytest.mark.parametrize(
    ("value", "locked", "forbidden"), [(1, (), False), (1, (1,), True), (1, (0,), True), (0, (0,), False)]
)
def test_forbidden_is_only_what_would_change(value: int, locked: tuple[int, ...], forbidden: bool) -> None:
    document = Document(np.zeros(SIZE, np.uint8))
    document.rule = PaintRule.of(None, locked)
    area: Spans = rectangle((3, 3), (200, 200), SIZE)
    assert (
        refuses(document, area.bands(), value) and not edit_of_parts(document, "x", area.bands(), value).patches
    ) == (forbidden)
    step = step_of(document, "x", *area.placed(), value)
    assert (step is not None and not step.patches) == forbidden
    assert (step is None) == (value == 0)


def test_a_stroke_that_is_forbidden_says_so_when_it_ends_and_one_with_nothing_to_do_does_not() -> None:
    document = Document(np.zeros((9, 9), np.uint8))
    refused: list[None] = []
    document.refused.connect(refused.append)
    document.rule = PaintRule.of((), ())
    mask = np.ones((3, 3), np.bool_)
    for value, said in ((1, 1), (0, 1), (2, 2)):
        stroke = document.begin("x")
        stroke.paint(mask, (0, 0), value)
        stroke.commit()
        assert len(refused) == said
    stroke = document.begin("x")
    stroke.paint(mask, (0, 0), 1)
    stroke.cancel()
    assert len(refused) == 2
