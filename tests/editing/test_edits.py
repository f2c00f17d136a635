"""Steps with both planes: whatever is done, the pixels are those of whole copies, and bytes give the same step back."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import InstancePlane, LabelPlane, Rect
from segstudio.editing.document import Change, Document
from segstudio.editing.edit import Edit, Packed, Patch
from segstudio.editing.rules import PaintRule

SHAPE = (150, 300)
State = tuple[LabelPlane, InstancePlane]


def state(document: Document) -> State:
    assert document.instances is not None
    return document.labels.copy(), document.instances.copy()


def same(a: State, b: State) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def painted(document: Document, rng: np.random.Generator) -> None:
    """Paint a few rectangles, of one class and object or of many, as one step."""
    stroke = document.begin("x")
    for _ in range(rng.integers(1, 4)):
        mask = rng.random((int(rng.integers(1, 140)), int(rng.integers(1, 280)))) < rng.choice([0.3, 1.0])
        at = int(rng.integers(-20, 140)), int(rng.integers(-20, 280))
        if rng.random() < 0.5:
            stroke.paint(mask, at, int(rng.integers(3)), int(rng.choice([0, 7, 70_000])))
        else:
            classes = rng.integers(0, 3, mask.shape).astype(np.uint8)
            stroke.paint(mask, at, classes, rng.integers(0, 3, mask.shape).astype(np.uint32))
    stroke.commit()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_both_planes_come_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = Document(rng.integers(0, 3, SHAPE).astype(np.uint8), np.zeros(SHAPE, np.uint32))
    states = [state(document)]
    for _ in range(3):
        painted(document, rng)
        if len(document.history) == len(states):
            states.append(state(document))
    for wanted in reversed(states[:-1]):
        document.undo()
        assert same(state(document), wanted)
    for wanted in states[1:]:
        document.redo()
        assert same(state(document), wanted)
    for _ in document.going_to(1):
        pass
    assert same(state(document), states[min(1, len(states) - 1)])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_changes_tell_what_was_there_before(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = Document(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
    seen = [state(document)]
    changes: list[Change] = []

    def note(change: Change) -> None:
        changes.append(change)
        seen.append(state(document))

    document.changed.connect(note)
    painted(document, rng)
    document.undo()
    classes, numbers = state(document)
    for change, before in zip(reversed(changes), reversed(seen[:-1]), strict=True):
        classes[change.rect.slices] = change.before
        if change.instances_before is not None:
            numbers[change.rect.slices] = change.instances_before
        assert same((classes, numbers), before)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_step_goes_through_bytes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = Document(rng.integers(0, 3, SHAPE).astype(np.uint8), np.zeros(SHAPE, np.uint32))
    before = state(document)
    painted(document, rng)
    if not document.history.steps:
        return
    edit = document.history.steps[0]
    read = Edit.from_bytes(edit.to_bytes())
    assert read.text == edit.text
    assert read.to_bytes() == edit.to_bytes()
    other = Document(*before)
    other.apply(read)
    assert same(state(other), state(document))
    other.undo()
    assert same(state(other), before)


@given(st.binary(max_size=200), st.integers(0, 5), st.integers(0, 255))
def test_bytes_that_are_no_step_are_refused_or_read_as_a_whole_one(tail: bytes, cut: int, noise: int) -> None:
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    good = Edit("x", (Patch.between(Rect(0, 0, 3, 4), plane, plane[::-1].copy()),)).to_bytes()
    for data in (tail, good[:-cut] if cut else good + b"x", bytes([good[0] ^ noise]) + good[1:] + tail):
        try:
            assert Edit.from_bytes(data).to_bytes() == data
        except ValueError:
            continue


def test_bytes_that_would_fill_the_memory_are_refused() -> None:
    damaged = struct.pack("<HI", 0, 1) + struct.pack("<4IBBII", 0, 0, 1 << 20, 1 << 20, 0, 1, 9, 9) + b"x" * 18
    edit = Edit.from_bytes(damaged)
    with pytest.raises(ValueError, match="damaged"):
        edit.patches[0].after.pixels()


def test_pixels_are_packed_when_their_bytes_are_asked_for() -> None:
    noise = np.zeros((64, 64), np.uint8)
    noise[3, 4] = 1
    packed = Packed.of(noise)
    assert packed.nbytes == noise.nbytes
    data = packed.data
    assert packed.nbytes == len(data) < noise.nbytes
    np.testing.assert_array_equal(packed.pixels(), noise)
    assert Packed.of(np.full((64, 64), 300, np.uint16)).nbytes == 2


ORDERS = [">u1", "<u2", ">u2", "<u4", ">u4"]


@pytest.mark.parametrize("order", ORDERS)
def test_a_rectangle_of_one_value_has_it_in_whatever_order_its_bytes_are(order: str) -> None:
    dtype = np.dtype(order)
    value = int(np.iinfo(dtype).max) - 1
    pixels = np.full((3, 4), value, dtype)
    kept = (Packed.full((3, 4), dtype, value), Packed.of(pixels), Packed((3, 4), dtype, pixels[:1, :1].tobytes()))
    for packed in kept:
        assert packed.only == value
        np.testing.assert_array_equal(packed.pixels(), pixels)
    with pytest.raises(OverflowError):
        Packed.full((3, 4), dtype, value + 2)


def test_of_several_values_there_is_no_only_one() -> None:
    packed = Packed.of(np.arange(12, dtype=np.uint8).reshape(3, 4))
    assert packed.only is None
    assert len(packed.data) > 1
    assert packed.only is None


def test_a_plain_area_is_written_as_one_value_and_another_by_its_pixels() -> None:
    before, after = np.zeros((64, 128), np.uint8), np.ones((64, 128), np.uint8)
    tiles = [Rect(0, x, 64, x + 64) for x in (0, 64)]
    for values in (after, after * 7):
        edit = Edit("x", tuple(Patch.between(tile, before[tile.slices], values[tile.slices]) for tile in tiles))
        for same_edit in (edit, Edit.from_bytes(edit.to_bytes())):
            assert list(same_edit.runs()) == [(Rect(0, 0, 64, 128), int(values[0, 0]), None)]
            ((_, undone, _),) = same_edit.inverted().runs()
            assert undone == 0
            assert isinstance(undone, int)
    after[:, 64:] = 2
    edit = Edit("x", tuple(Patch.between(tile, before[tile.slices], after[tile.slices]) for tile in tiles))
    ((_, written, _),) = edit.runs()
    np.testing.assert_array_equal(written, after)
    assert not isinstance(written, int)


def test_a_step_is_applied_a_slice_at_a_time_and_nothing_else_meanwhile() -> None:
    document = Document(np.zeros((600, 9000), np.uint8))
    document.apply(Edit("x", tuple(tile_patches((600, 9000)))))
    slices = document.undoing()
    next(slices)
    assert document.editing
    assert document.labels.any()
    assert (document.labels == 0).any()
    document.undo()  # waits
    document.redo()
    assert len(document.history) == 0
    document.settle()
    assert not document.labels.any()
    assert not document.editing
    document.redo()
    assert document.labels.all()


def tile_patches(shape: tuple[int, int]) -> list[Patch]:
    tiles = Rect(0, 0, *shape).tiles(shape)
    return [Patch.between(t, np.zeros(t.shape, np.uint8), np.ones(t.shape, np.uint8)) for t in tiles]


def test_a_rule_keeps_what_it_does_not_allow() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[:, 10:20] = 1
    labels[:, 20:] = 2
    document = Document(labels)
    document.rule = PaintRule.of({0, 1}, locked={1})
    stroke = document.begin("x")
    stroke.paint(np.ones((20, 30), np.bool_), (0, 0), 3)
    stroke.commit()
    np.testing.assert_array_equal(document.labels[0, [0, 10, 20]], [3, 1, 2])
    document.undo()
    np.testing.assert_array_equal(document.labels, labels)


@pytest.mark.parametrize("colored", [False, True])
def test_a_rule_by_brightness_looks_at_the_picture(colored: bool) -> None:
    picture = np.tile(np.arange(100, dtype=np.uint8), (5, 1))
    document = Document(np.zeros((5, 100), np.uint8))
    shown = np.dstack([picture] * 3) if colored else picture
    document.rule = PaintRule(picture=shown, low=40, high=60)
    stroke = document.begin("x")
    stroke.paint(np.ones((5, 90), np.bool_), (0, 5), 1)
    stroke.commit()
    assert np.flatnonzero(document.labels[0]).tolist() == list(range(40, 61))
