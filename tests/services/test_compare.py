"""The live comparison against a full count after every edit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.services.compare import LiveComparison

UNDECLARED = 9
SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(4, "rod", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
VALUES = (0, 1, 4, 255, UNDECLARED)
HEIGHT, WIDTH = 150, 140  # more than one undo tile each way


def plane(seed: int) -> LabelPlane:
    random = np.random.default_rng(seed)
    coarse = random.choice(np.array(VALUES, np.uint8), (10, 10))
    return np.kron(coarse, np.ones((15, 14), np.uint8))


def assert_exact(live: LiveComparison, document: Document, prediction: LabelPlane) -> None:
    full = Confusion.of(document.labels, prediction, SCHEMA)
    np.testing.assert_array_equal(live.confusion.counts, full.counts)
    assert (live.confusion.ignored, live.confusion.undeclared) == (full.ignored, full.undeclared)


Stamp = tuple[int, int, int, int, int]
"""Row, column, height, width, value."""

sides = st.integers(1, 60)
stamps = st.tuples(st.integers(-20, HEIGHT), st.integers(-20, WIDTH), sides, sides, st.sampled_from(VALUES[:4]))
edits: st.SearchStrategy[tuple[str, list[Stamp]]] = st.one_of(
    st.tuples(st.just("stroke"), st.lists(stamps, min_size=1, max_size=3)),
    st.tuples(st.just("cancelled"), st.lists(stamps, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["undo", "redo"]), st.just([])),
)


@pytest.mark.parametrize("often", [True, False], ids=["read at each change", "read at the end"])
@given(st.integers(0, 1000), st.lists(edits, max_size=8))
def test_any_edits_leave_the_full_count(often: bool, seed: int, steps: list[tuple[str, list[Stamp]]]) -> None:
    document, prediction = Document(plane(seed)), plane(seed + 1)
    live = LiveComparison(document, prediction, SCHEMA)
    for what, painted in steps:
        if what == "undo":
            document.undo()
        elif what == "redo":
            document.redo()
        else:
            stroke = document.begin(what)
            for y, x, height, width, value in painted:
                stroke.paint(np.ones((height, width), np.bool_), (y, x), value)
                if often:
                    assert_exact(live, document, prediction)
            stroke.commit() if what == "stroke" else stroke.cancel()
        if often:
            assert_exact(live, document, prediction)
    assert_exact(live, document, prediction)


def test_listeners_hear_each_change_until_closed() -> None:
    document = Document(np.zeros((8, 8), np.uint8))
    live = LiveComparison(document, np.ones((8, 8), np.uint8), SCHEMA)
    heard: list[int] = []
    live.changed.connect(lambda _: heard.append(int(live.confusion.counts[1, 1])))
    document.begin("paint").paint(np.ones((2, 2), np.bool_), (0, 0), 1)
    assert heard == [4]
    live.close()
    document.begin("paint").paint(np.ones((8, 8), np.bool_), (0, 0), 4)
    assert heard == [4]
    assert live.confusion.counts[1, 1] == 4


def test_undeclared_truth_is_set_apart_until_painted_over() -> None:
    document = Document(np.full((4, 4), UNDECLARED, np.uint8))
    live = LiveComparison(document, np.ones((4, 4), np.uint8), SCHEMA)
    assert (live.confusion.undeclared, live.confusion.pixels) == (16, 0)
    document.begin("paint").paint(np.ones((1, 4), np.bool_), (0, 0), 1)
    assert (live.confusion.undeclared, live.confusion.pixels) == (12, 4)


def test_a_prediction_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        LiveComparison(Document(np.zeros((4, 4), np.uint8)), np.zeros((4, 5), np.uint8), SCHEMA)
