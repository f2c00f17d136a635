"""The list of objects is what counting anew gives, whatever was drawn, undone and done again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap, Rect
from segstudio.core.records import Instance
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.rules import PaintRule
from segstudio.services import instances
from segstudio.services.instances import Extents, LiveInstances, deleted, reclassed, rest_numbered

HEIGHT, WIDTH = 40, 150  # of two tiles

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("paint"),
            st.integers(-3, HEIGHT),
            st.integers(-3, WIDTH),
            st.integers(1, 30),
            st.integers(1, 60),
            st.integers(0, 3),
            st.integers(0, 4),
        ),
        st.tuples(st.sampled_from(("undo", "redo", "read"))),
    ),
    max_size=14,
)


def counted(document: Document) -> list[Instance]:
    """Return the objects by looking at every pixel."""
    assert document.instances is not None
    found = []
    for number in np.unique(document.instances):
        if number:
            rows, columns = np.nonzero(document.instances == number)
            ids, counts = np.unique(document.labels[rows, columns], return_counts=True)
            rect = Rect(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)
            found.append(Instance(int(number), int(ids[counts.argmax()]), len(rows), rect))
    return found


def numbered() -> Document:
    labels, instances = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint32)
    labels[5:20, 10:30], instances[5:20, 10:30] = 1, 3
    labels[5:20, 30:60], instances[5:20, 30:60] = 1, 90_000
    labels[22:39, 100:149], instances[22:39, 100:149] = 2, 4
    return Document(labels, instances)


def apply(document: Document, edit: Edit | None) -> None:
    assert edit is not None
    document.apply(edit)


@given(STEPS)
def test_the_live_list_is_the_counted_one(steps: list[tuple[str | int, ...]]) -> None:
    document = numbered()
    live = LiveInstances(document)
    for step in steps:
        match step:
            case ("undo",):
                document.undo()
            case ("redo",):
                document.redo()
            case ("read",):
                assert live.all() == counted(document)
            case (_, int(y), int(x), int(height), int(width), int(value), int(number)):
                stroke = document.begin("x")
                stroke.paint(np.ones((height, width), np.bool_), (y, x), value, number)
                stroke.commit()
    assert live.all() == counted(document)
    assert live.all() == LiveInstances(document).all()


def test_a_class_is_changed_as_a_whole_in_one_step() -> None:
    document = numbered()
    live = LiveInstances(document)
    before = live.get(90_000)
    assert before is not None
    apply(document, reclassed(document, before, 2, "rod", keeps_number=True))
    after = live.get(90_000)
    assert after == Instance(90_000, 2, before.area, before.rect)
    assert live.get(3) == Instance(3, 1, 300, Rect(5, 10, 20, 30)), "its neighbour stays"
    document.undo()
    assert live.get(90_000) == before


def test_made_another_class_as_far_as_it_may_be_that_part_is_an_object_of_its_own() -> None:
    document = numbered()
    live = LiveInstances(document)
    instance = live.get(3)
    assert instance is not None
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    picture[:, :15] = 9
    document.rule = PaintRule(picture=picture, low=5, high=9)
    apply(document, reclassed(document, instance, 2, "rod", keeps_number=True))
    assert live.get(3) == Instance(3, 1, 225, Rect(5, 15, 20, 30))
    assert live.get(90_001) == Instance(90_001, 2, 75, Rect(5, 10, 20, 15))


def test_made_a_stuff_it_is_no_object_any_more() -> None:
    document = numbered()
    live = LiveInstances(document)
    instance = live.get(3)
    assert instance is not None
    apply(document, reclassed(document, instance, 7, "sky", keeps_number=False))
    assert live.get(3) is None
    assert (document.labels[5:20, 10:30] == 7).all()


def test_deleted_it_leaves_background() -> None:
    document = numbered()
    live = LiveInstances(document)
    instance = live.get(4)
    assert instance is not None
    apply(document, deleted(document, instance, 0))
    assert [i.number for i in live.all()] == [3, 90_000]
    assert not document.labels[22:39, 100:149].any()
    assert live.new_number() == 90_001
    document.undo()
    assert live.get(4) == instance


def test_nothing_is_told_of_when_closed() -> None:
    document = numbered()
    live = LiveInstances(document)
    assert len(live.all()) == 3
    live.close()
    stroke = document.begin("x")
    stroke.paint(np.ones((HEIGHT, WIDTH), np.bool_), (0, 0), 0, 0)
    stroke.commit()
    assert len(live.all()) == 3


def test_what_is_drawn_over_belongs_to_the_new_object() -> None:
    document = numbered()
    live = LiveInstances(document)
    stroke = document.begin("x")
    stroke.paint(np.ones((15, 5), np.bool_), (5, 28), 1, live.new_number())
    stroke.commit()
    areas = {i.number: i.area for i in live.all()}
    assert areas == {3: 15 * 18, 90_000: 15 * 27, 4: 17 * 49, 90_001: 15 * 5}


def test_what_has_no_number_is_numbered_in_one_step() -> None:
    document = numbered()
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 4), np.bool_), (0, 0), 1, 0)
    stroke.paint(np.ones((2, 4), np.bool_), (0, 10), 2, 0)
    stroke.commit()
    live = LiveInstances(document)
    apply(document, rest_numbered(document, {1, 2}))
    assert [(i.number, i.class_id, i.area) for i in live.all()[-2:]] == [(90_001, 1, 8), (90_002, 2, 8)]
    assert rest_numbered(document, {1, 2}) is None, "nothing is left to do"
    document.undo()
    assert [i.number for i in live.all()] == [3, 4, 90_000]


def test_what_the_rule_forbids_stays() -> None:
    document = numbered()
    document.rule = PaintRule.of(None, locked=(1,))
    instance = LiveInstances(document).get(3)
    assert instance is not None
    edit = deleted(document, instance, 0)
    assert edit is not None
    assert not edit.patches


def tiled() -> Document:
    """Return a document of nine squares that are counted one at a time, with 25 objects in each."""
    numbers = np.arange(1, 226, dtype=np.uint32).reshape(15, 15).repeat(50, 0).repeat(50, 1)
    return Document(np.ones(numbers.shape, np.uint8), numbers)


def test_after_a_large_change_nobody_waits_for_what_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    document = tiled()
    live = LiveInstances(document, Extents.of(LabelMap(document.labels, document.instances)))
    monkeypatch.setattr(instances, "SOON_S", -1.0)  # time for one square
    stroke = document.begin("x")
    stroke.paint(np.ones((700, 700), np.bool_), (50, 50), 2, 700)
    stroke.commit()
    assert live.so_far(1) == Instance(1, 1, 2500, Rect(0, 0, 50, 50)), "it was not touched"
    assert not live.catch_up(-1.0)
    assert live.new_number() == 701
    assert not live.catch_up(-1.0), "much waits still"
    while not live.catch_up(-1.0):
        assert live.new_number() == 701
    assert live.so_far(700) == Instance(700, 2, 490_000, Rect(50, 50, 750, 750))
    document.undo()
    assert live.new_number() >= 226
    while not live.catch_up(-1.0):
        pass
    assert live.new_number() == 226
    assert live.all() == counted(document)


def test_a_step_over_most_of_the_picture_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    document = tiled()
    live = LiveInstances(document)
    monkeypatch.setattr(instances, "SOON_S", -1.0)
    assert document.instances is not None
    moved = np.roll(document.instances, 7, axis=0)
    apply(document, step_of(document, "x", np.ones(moved.shape, np.bool_), (0, 0), 1, moved))
    while not live.catch_up(-1.0):
        assert live.new_number() == 226, "a number is new though its object is not counted yet"
    assert live.all() == counted(document)
    document.undo()
    assert live.all() == counted(document)
