"""Changes merged until they are read: what was, what is, and no pixel twice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap, LabelPlane, Rect
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of
from segstudio.services import unread
from segstudio.services.unread import UnreadChanges

SHAPE = (40, 50)


UNCUT = st.sampled_from((0, 1, 2, 3, unread._UNCUT))
"""How many changes may wait as they came."""


@pytest.mark.parametrize("limit", [1 << 24, 300, 1])
@given(seed=st.integers(0, 2**32 - 1), uncut=UNCUT)
def test_what_is_told_joins_what_was_to_what_is(limit: int, seed: int, uncut: int) -> None:
    """In blocks smaller than the picture, and with few pixels that may wait, nothing is lost or told twice."""
    rng = np.random.default_rng(seed)
    document = Document(rng.integers(0, 4, SHAPE, np.uint8), rng.integers(0, 3, SHAPE, np.uint32))
    assert document.instances is not None
    known, numbers = document.labels.copy(), document.instances.copy()

    def learn(rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        assert before is not None
        assert before.instances is not None
        assert now.instances is not None
        np.testing.assert_array_equal(known[rect.slices], before.classes)
        np.testing.assert_array_equal(numbers[rect.slices], before.instances)
        known[rect.slices] = now.classes
        numbers[rect.slices] = now.instances

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unread, "_BLOCK", 16)
        patch.setattr(unread, "_LIMIT", limit)
        patch.setattr(unread, "_UNCUT", uncut)
        changes = UnreadChanges(document, learn, numbered=True)
        for _ in range(6):
            stroke = document.begin("x")
            at = int(rng.integers(-9, SHAPE[0])), int(rng.integers(-9, SHAPE[1]))
            mask = rng.random(rng.integers(1, 30, 2)) < 0.5
            stroke.paint(mask, at, int(rng.integers(0, 4)), int(rng.integers(0, 3)))
            rng.choice(np.array([stroke.commit, stroke.cancel, document.undo, changes.read]))()
            assert len(changes._latest) <= uncut
        document.settle()
        changes.read()
    assert_nothing_waits(changes)
    np.testing.assert_array_equal(known, document.labels)
    np.testing.assert_array_equal(numbers, document.instances)


def assert_nothing_waits(changes: UnreadChanges) -> None:
    assert not changes.waiting
    assert not changes.read_block()
    assert changes._pixels == 0, "what waits is reckoned right, else more and more is counted too early or too late"


@pytest.mark.parametrize("limit", [1 << 24, 300])
@given(seed=st.integers(0, 2**32 - 1), uncut=UNCUT)
def test_after_a_step_over_most_of_the_picture_all_is_told_again(limit: int, seed: int, uncut: int) -> None:
    """However strokes, reading and such steps follow each other, what was told adds up to what is there."""
    rng = np.random.default_rng(seed)
    document = Document(rng.integers(0, 4, SHAPE, np.uint8))
    known: LabelPlane = document.labels.copy()
    told = np.ones(SHAPE, np.bool_)

    def forget() -> None:
        told[...] = False

    def learn(rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        if before is None:
            assert not told[rect.slices].any()
        else:
            assert told[rect.slices].all()
            np.testing.assert_array_equal(known[rect.slices], before.classes)
        told[rect.slices] = True
        known[rect.slices] = now.classes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unread, "_BLOCK", 16)
        patch.setattr(unread, "_LIMIT", limit)
        patch.setattr(unread, "_UNCUT", uncut)
        changes = UnreadChanges(document, learn, anew=forget)
        for action in rng.choice(["stroke", "sweep", "undo", "read", "read some"], 8):
            mask = rng.random((9, 12)) < 0.5
            if action == "stroke":
                document.apply(edit_of(document, "x", mask, (int(rng.integers(30)), int(rng.integers(40))), 2))
            elif action == "sweep":
                document.apply(edit_of(document, "x", np.ones(SHAPE, np.bool_), (0, 0), int(rng.integers(4))))
            elif action == "undo":
                document.undo()
            elif action == "read":
                changes.read()
            else:
                changes.read_block()
            assert len(changes._latest) <= uncut
        changes.read()
    assert_nothing_waits(changes)
    assert told.all()
    np.testing.assert_array_equal(known, document.labels)


def test_what_waits_uncut_is_told_once_where_all_is_told_again() -> None:
    """A stroke that nobody has read is in the squares that a step over all of the picture has told anew."""
    document = Document(np.zeros(SHAPE, np.uint8))
    told: list[tuple[Rect, bool]] = []
    begun: list[int] = []
    changes = UnreadChanges(
        document,
        lambda rect, before, now: told.append((rect, before is None)),
        anew=lambda: begun.append(len(told)),
    )
    document.apply(edit_of(document, "x", np.ones((3, 4), np.bool_), (1, 1), 2))
    assert changes.waiting
    document.apply(edit_of(document, "x", np.ones(SHAPE, np.bool_), (0, 0), 1))
    changes.read()
    assert begun == [0]
    assert told == [(Rect(0, 0, *SHAPE), True)]
    assert_nothing_waits(changes)


def test_of_a_document_with_objects_only_the_classes_are_told_where_nobody_asks_for_more() -> None:
    document = Document(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
    told: list[LabelMap | None] = []
    changes = UnreadChanges(document, lambda rect, before, now: told.extend((before, now)))
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 3), np.bool_), (1, 1), 1, 5)
    changes.read()
    assert [planes.instances for planes in told if planes is not None] == [None, None]


def test_closed_it_tells_nothing_more() -> None:
    document = Document(np.zeros(SHAPE, np.uint8))
    told: list[Rect] = []
    changes = UnreadChanges(document, lambda rect, before, now: told.append(rect))
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 3), np.bool_), (1, 1), 1)
    assert not told
    changes.close()
    stroke.paint(np.ones((2, 3), np.bool_), (7, 7), 1)
    changes.read()
    assert not told
    assert document.labels[1, 1] == 1


def test_where_nothing_was_told_yet_all_that_is_there_is_told_a_part_at_a_time() -> None:
    document = Document(np.arange(SHAPE[0] * SHAPE[1], dtype=np.uint16).reshape(SHAPE))
    known = np.zeros(SHAPE, np.uint16)

    def learn(rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        assert before is None
        known[rect.slices] = now.classes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unread, "_BLOCK", 16)
        changes = UnreadChanges(document, learn, nothing_yet=True)
        assert not known.any()
        assert changes.read_block()
        assert changes.waiting
        stroke = document.begin("x")
        stroke.paint(np.ones((2, 3), np.bool_), (29, 29), 1)
        while changes.read_block():
            pass
    np.testing.assert_array_equal(known, document.labels)
