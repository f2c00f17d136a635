"""What a frame shows after changes: the same pixels as one drawn anew, whatever little of it was refreshed."""

from itertools import pairwise
from typing import Literal, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing import shapes
from segstudio.editing.document import Change, Document
from segstudio.gui.canvas import frame as frame_module
from segstudio.gui.canvas.frame import RIM, Frame, Scene
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Orientation, Viewport
from segstudio.overlays import OVERLAYS
from segstudio.overlays.base import Style

P = TypeVar("P", np.uint8, np.uint32)

EDGE, PANE = 90, (140, 120)
SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cell", (230, 25, 75)),
        LabelClass(2, "void", (224, 224, 192), ignore=True),
    )
)
STYLE = Style.of(SCHEMA, 0.5)
VIEWS = st.builds(
    Viewport,
    st.sampled_from((0.3, 1.0, 1.7, 8.0)),
    st.integers(-300, 60),
    st.integers(-300, 60),
    st.builds(Orientation, st.integers(0, 3), st.booleans()),
)
POINTS = st.tuples(st.floats(-20, EDGE + 20), st.floats(-20, EDGE + 20))


@pytest.mark.parametrize("name", OVERLAYS)
@given(
    view=VIEWS,
    way=st.lists(POINTS, min_size=2, max_size=4),
    size=st.integers(1, 70),
    value=st.integers(0, 2),
    numbered=st.booleans(),
    part=st.sampled_from((1, 30, 500, frame_module.PART)),
    end=st.sampled_from(("not yet", "undone", "given up")),
)
def test_a_stroke_shows_as_if_all_were_drawn_anew(
    name: str,
    view: Viewport,
    way: list[tuple[float, float]],
    size: int,
    value: int,
    numbered: bool,
    part: int,
    end: Literal["not yet", "undone", "given up"],
) -> None:
    """However little is drawn at once: where ``part`` is small, what differs is split as in a picture of any size."""
    rng = np.random.default_rng(size)
    document = Document(blocks(rng, np.uint8), blocks(rng, np.uint32) if numbered else None)
    picture = Picture(rng.integers(0, 256, (EDGE, EDGE, 3), np.uint8))
    scene = Scene(picture, document.labels, rng.integers(0, 3, (EDGE, EDGE), np.uint8), document.instances)
    frame = Frame(scene, view, PANE, 0xFF000000)
    frame.shown(name, STYLE)

    def refresh(change: Change) -> None:
        frame.refresh(list(frame.parts(change)), STYLE)

    document.changed.connect(refresh)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_module, "PART", part)
        stroke = document.begin("Stroke")
        for start, stop in pairwise(way):
            stroke.paint(*shapes.capsule(start, stop, size, document.labels.shape), value, 1)
        if end == "undone":
            stroke.commit()
            document.undo()
        elif end == "given up":
            stroke.cancel()
    assert frame.shown(name, STYLE) == Frame(scene, view, PANE, 0xFF000000).shown(name, STYLE)


def blocks(rng: np.random.Generator, kind: type[P]) -> NDArray[P]:
    """Return (EDGE, EDGE) in squares of 10 pixels, each of 0, 1 or 2."""
    return np.repeat(np.repeat(rng.integers(0, 3, (9, 9)).astype(kind), 10, 0), 10, 1)


def test_what_differs_is_split_in_a_small_picture_where_rectangles_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above takes for granted."""
    monkeypatch.setattr(frame_module, "PART", 1)
    labels = np.zeros((EDGE, EDGE), np.uint8)
    frame = Frame(Scene(Picture(np.zeros((EDGE, EDGE, 3), np.uint8)), labels, None), Viewport(1.0), PANE, 0)
    labels[10, 10:80] = labels[10:80, 10] = 1
    parts = list(frame.parts(Change(Rect(0, 0, EDGE, EDGE), np.zeros((EDGE, EDGE), np.uint8))))
    assert len(parts) > 4
    assert sum(part.area for part in parts) < 70 * 70 / 2


def test_what_is_out_of_sight_or_the_same_is_not_refreshed() -> None:
    labels = np.zeros((400, 400), np.uint8)
    frame = Frame(Scene(Picture(np.zeros((400, 400, 3), np.uint8)), labels, None), Viewport(8.0), (1600, 1600), 0)
    far, same = Rect(300, 300, 380, 380), Rect(0, 0, 100, 100)
    assert not list(frame.parts(Change(far, np.ones(far.shape, np.uint8))))
    assert not list(frame.parts(Change(same, np.zeros(same.shape, np.uint8))))
    sickle = np.zeros(same.shape, np.uint8)
    sickle[4, 6:8] = 1
    assert list(frame.parts(Change(same, sickle))) == [Rect(32, 48, 40, 64).grown(RIM)]


def test_of_a_sickle_little_more_than_itself_is_refreshed() -> None:
    """Of a brush that moved a little only a sickle is new; the rectangle around it is as wide as half the brush."""
    labels = np.zeros((400, 400), np.uint8)
    frame = Frame(Scene(Picture(np.zeros((400, 400, 3), np.uint8)), labels, None), Viewport(8.0), (3200, 3200), 0)
    ((sickle, (top, left)),) = shapes.painted((200, 200), (201, 201), 100, labels.shape)
    rect = Rect(top, left, top + sickle.shape[0], left + sickle.shape[1])
    parts = list(frame.parts(Change(rect, sickle.astype(np.uint8))))
    covered = np.zeros((3200, 3200), np.bool_)
    for part in parts:
        covered[part.slices] = True
    shown = np.repeat(np.repeat(sickle, 8, 0), 8, 1)
    assert covered[8 * rect.y0 : 8 * rect.y1, 8 * rect.x0 : 8 * rect.x1][shown].all()
    assert 2 * sum(part.area for part in parts) < 64 * rect.area
