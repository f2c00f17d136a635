"""Whatever is done to a document, its pixels are those that a list of whole copies would give back."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import LabelPlane, Mask
from segstudio.editing.document import Change, Document, Stroke
from segstudio.editing.shapes import capsule, ellipse, polygon

SHAPE = (150, 140)
"""More than one tile each way, and not a whole number of them."""


@dataclass
class Model:
    """What a document must hold: whole copies, and which of them is shown."""

    copies: list[LabelPlane]
    at: int = 0
    under_way: LabelPlane | None = None

    @property
    def pixels(self) -> LabelPlane:
        return self.copies[self.at] if self.under_way is None else self.under_way

    def paint(self, mask: Mask, at: tuple[int, int], value: int) -> None:
        assert self.under_way is not None
        for row, column in zip(*np.nonzero(mask), strict=True):
            y, x = row + at[0], column + at[1]
            if 0 <= y < SHAPE[0] and 0 <= x < SHAPE[1]:
                self.under_way[y, x] = value

    def end(self, commit: bool) -> None:
        done, self.under_way = self.under_way, None
        if commit and done is not None and not np.array_equal(done, self.copies[self.at]):
            self.copies[self.at + 1 :] = [done]
            self.at += 1


@dataclass
class Mirror:
    """Keeps a copy of a document by nothing but its changes, and can tell every state that it went through."""

    document: Document
    states: list[LabelPlane] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states.append(self.document.labels.copy())
        self.document.changed.connect(self._on_change)

    def _on_change(self, change: Change) -> None:
        self.changes.append(change)
        self.states.append(self.document.labels.copy())

    def check(self) -> None:
        """Going back by ``before``, one change after the other, every earlier state comes back."""
        pixels = self.states[-1].copy()
        for change, state in zip(reversed(self.changes), reversed(self.states[:-1]), strict=True):
            assert change.before.shape == change.rect.shape
            pixels[change.rect.slices] = change.before
            np.testing.assert_array_equal(pixels, state)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@given(st.data())
@settings(max_examples=40)
def test_any_sequence_leaves_what_whole_copies_would(dtype: type, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    values = [0, 1, 255] if dtype is np.uint8 else [0, 300, 65535]
    start: LabelPlane = rng.choice(values, SHAPE).astype(dtype)
    document, model = Document(start), Model([start.copy()])
    mirror = Mirror(document)
    for action in data.draw(st.lists(st.sampled_from(["stroke", "stroke", "undo", "redo"]), min_size=3, max_size=12)):
        if action == "stroke":
            make_stroke(document, model, rng, values, data.draw(st.sampled_from(["commit", "cancel", "begin"])))
        elif action == "undo":
            document.undo()
            model.at = max(model.at - 1, 0)
        else:
            document.redo()
            model.at = min(model.at + 1, len(model.copies) - 1)
        np.testing.assert_array_equal(document.labels, model.pixels)
        assert document.labels.dtype == dtype
        assert len(document.history) == model.at
    mirror.check()


def make_stroke(document: Document, model: Model, rng: np.random.Generator, values: list[int], ending: str) -> None:
    stroke, value = document.begin("x"), int(rng.choice(values))
    model.under_way = model.copies[model.at].copy()
    for _ in range(rng.integers(0, 4)):
        mask, at = some_shape(document, rng)
        stroke.paint(mask, at, value)
        model.paint(mask, at, value)
        document.undo()  # waits for the stroke
        document.redo()
        np.testing.assert_array_equal(document.labels, model.pixels)
    if ending == "commit":
        stroke.commit()
    elif ending == "cancel":
        stroke.cancel()
    else:  # another stroke begins while this one is under way
        document.begin("y").commit()
    model.end(commit=ending != "cancel")
    assert not document.editing


def some_shape(document: Document, rng: np.random.Generator) -> tuple[Mask, tuple[int, int]]:
    """Return a shape of any kind, partly or wholly beyond the picture."""
    a, b, c = [(float(x), float(y)) for x, y in rng.uniform(-60, 200, (3, 2))]
    match rng.integers(4):
        case 0:
            return capsule(a, b, float(rng.integers(1, 40)), SHAPE)
        case 1:
            return polygon([a, b, c], SHAPE)
        case 2:
            return ellipse(a, b, SHAPE).placed()
        case _:
            mask = rng.random(rng.integers(1, 200, 2)) < 0.4
            return mask, (int(rng.integers(-220, 170)), int(rng.integers(-220, 170)))


def paint(stroke: Stroke, value: int, at: tuple[int, int] = (0, 0), size: tuple[int, int] = (3, 3)) -> None:
    stroke.paint(np.ones(size, np.bool_), at, value)


def test_stroke_that_leaves_everything_as_it_was_is_no_step() -> None:
    document = Document(np.ones(SHAPE, np.uint8))
    changes: list[Change] = []
    document.changed.connect(changes.append)
    stroke = document.begin("x")
    paint(stroke, 1)
    assert changes == []
    paint(stroke, 2)
    paint(stroke, 1)
    stroke.commit()
    assert len(document.history) == 0
    assert not document.history.dirty


def test_only_what_changed_is_announced() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, :70] = 5
    document = Document(labels)
    changes: list[Change] = []
    document.changed.connect(changes.append)
    paint(document.begin("x"), 5, at=(10, 60), size=(4, 20))
    assert [c.rect for c in changes] == [(10, 70, 14, 80)]
    np.testing.assert_array_equal(changes[0].before, 0)


def test_nobody_else_writes() -> None:
    source = np.zeros(SHAPE, np.uint8)
    document = Document(source)
    with pytest.raises(ValueError, match="read-only"):
        document.labels[0, 0] = 1
    source[...] = 9
    assert not document.labels.any()


def test_a_stroke_that_ended_does_nothing() -> None:
    document = Document(np.zeros(SHAPE, np.uint8))
    first = document.begin("first")
    paint(first, 1)
    second = document.begin("second")
    paint(first, 7, at=(20, 20))
    paint(second, 2)
    first.cancel()
    first.commit()
    assert document.editing
    second.commit()
    assert document.labels.max() == 2
    assert len(document.history) == 2
    document.undo()
    assert document.labels.max() == 1


def test_settle_commits_what_is_under_way() -> None:
    document = Document(np.zeros(SHAPE, np.uint8))
    document.settle()
    paint(document.begin("x"), 1)
    document.settle()
    assert not document.editing
    assert document.history.undo_text == "x"


def test_revision_grows_with_every_change_and_only_then() -> None:
    document = Document(np.zeros(SHAPE, np.uint8))
    stroke = document.begin("x")
    paint(stroke, 0)
    assert document.revision == 0
    paint(stroke, 1)
    stroke.commit()
    painted = document.revision
    document.undo()
    assert 0 < painted < document.revision
