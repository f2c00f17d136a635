"""Any sequence of edits, undos and redos leaves exactly the pixels that whole copies of the planes would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap, Rect
from segstudio.editing.document import Document
from segstudio.editing.replacing import copied, replacing

SHAPE = (140, 150)
ACTIONS = st.tuples(
    st.sampled_from(["paint", "paint", "cancel", "apply", "undo", "redo", "go"]),
    st.integers(-20, 139),
    st.integers(-20, 149),
    st.integers(1, 60),
    st.integers(0, 3),
)


class Copies:
    """The model: a whole copy of both planes after each step."""

    def __init__(self, planes: LabelMap) -> None:
        self.states, self.at = [planes], 0

    def push(self, planes: LabelMap) -> None:
        now = self.states[self.at]
        assert planes.instances is not None
        assert now.instances is not None
        if not (np.array_equal(planes.classes, now.classes) and np.array_equal(planes.instances, now.instances)):
            self.states[self.at + 1 :] = [planes]
            self.at += 1

    def move(self, to: int) -> None:
        self.at = min(max(to, 0), len(self.states) - 1)


def painted(planes: LabelMap, top: int, left: int, size: int, value: int) -> LabelMap:
    after = copied(planes)
    where = Rect(top, left, top + size, left + size).clipped(SHAPE)
    if not where.empty:
        after.classes[where.slices] = value
        assert after.instances is not None
        after.instances[where.slices] = value * 7
    return after


@given(st.lists(ACTIONS, max_size=30))
def test_pixels_are_those_of_whole_copies(actions: list[tuple[str, int, int, int, int]]) -> None:
    document = Document(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
    copies = Copies(copied(LabelMap(document.labels, document.instances)))
    for action, top, left, size, value in actions:
        before = copies.states[copies.at]
        if action in ("paint", "cancel"):
            stroke = document.begin("x")
            stroke.paint(np.ones((size, size), np.bool_), (top, left), value, value * 7)
            stroke.commit() if action == "paint" else stroke.cancel()
        if action == "apply":
            document.apply(replacing("x", before, painted(before, top, left, size, value)))
        if action in ("paint", "apply"):
            copies.push(painted(before, top, left, size, value))
        elif action in ("undo", "redo"):
            getattr(document, action)()
            copies.move(copies.at + (1 if action == "redo" else -1))
        elif action == "go":
            for _ in document.going_to(size % len(copies.states)):
                pass
            copies.move(size % len(copies.states))
        for seen, expected in zip((document.labels, document.instances), copies.states[copies.at], strict=True):
            np.testing.assert_array_equal(seen, expected)
        assert (len(document.history), len(document.history.steps)) == (copies.at, len(copies.states) - 1)
