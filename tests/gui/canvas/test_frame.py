"""What is on the screen, pixel by pixel: sampled as defined, and the same whether drawn whole or in parts."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Rect, RgbImage
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Change, Document
from segstudio.gui.canvas.frame import Frame, Scene
from segstudio.gui.canvas.picture import SMOOTH_BELOW, Picture
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import MAX_SCALE, Viewport
from segstudio.overlays import OVERLAYS
from segstudio.overlays.base import Style

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (230, 25, 75)),
        LabelClass(2, "nucleus", (0, 255, 3)),
        LabelClass(255, "void", (224, 224, 192), ignore=True),
    )
)
STYLE = Style.of(SCHEMA, 0.5)
BACKDROP = 0xFF123456

scales = st.one_of(
    st.sampled_from([1 / 64, 1 / 3, 0.5, 1.0, 1.5, 2.0, 64.0]), st.floats(-4.1, 4.1).map(lambda power: math.exp(power))
)
views = st.builds(Viewport, scales, st.integers(-300, 200), st.integers(-300, 200))
sizes = st.tuples(st.integers(1, 90), st.integers(1, 70))


@given(views, sizes, sizes)
def test_each_screen_pixel_shows_the_image_pixel_at_its_centre(
    view: Viewport, pane: tuple[int, int], image: tuple[int, int]
) -> None:
    grid = Grid.of(view, pane, image)
    for offset, shown, pane_side, image_side, first in (
        (view.dx, grid.across, pane[0], image[0], grid.rect.x0),
        (view.dy, grid.down, pane[1], image[1], grid.rect.y0),
    ):
        expected = {s: math.floor((s + 0.5 - offset) / view.scale) for s in range(pane_side)}
        inside = {s: i for s, i in expected.items() if 0 <= i < image_side}
        assert dict(enumerate(shown.tolist(), start=first)) == inside
    assert grid.rect.shape == (len(grid.rows), len(grid.columns))


@given(views, sizes, sizes, st.tuples(*[st.integers(-40, 120)] * 4))
def test_part_of_a_grid_is_that_part(
    view: Viewport, pane: tuple[int, int], image: tuple[int, int], corners: tuple[int, int, int, int]
) -> None:
    grid = Grid.of(view, pane, image)
    rect = Rect(min(corners[:2]), min(corners[2:]), max(corners[:2]), max(corners[2:]))
    part = grid.part(rect)
    both = Rect(*np.maximum(rect[:2], grid.rect[:2]).tolist(), *np.minimum(rect[2:], grid.rect[2:]).tolist())
    assert part.empty == (both.empty or grid.empty)
    if not part.empty:
        assert part.rect == both
        y, x = part.rect.y0 - grid.rect.y0, part.rect.x0 - grid.rect.x0
        np.testing.assert_array_equal(part.rows, grid.rows[y : y + len(part.rows)])
        np.testing.assert_array_equal(part.columns, grid.columns[x : x + len(part.columns)])
        plane = np.arange(image[0] * image[1]).reshape(image[1], image[0])
        np.testing.assert_array_equal(part.sample(plane), plane[part.rows][:, part.columns])
    assert min(part.rect.shape) >= 0


@given(st.integers(0, 2**32 - 1), scales, st.sampled_from([np.uint8, np.uint16]))
@settings(max_examples=60)
def test_refreshed_by_rectangles_is_as_drawn_anew(seed: int, scale: float, dtype: type) -> None:
    rng = np.random.default_rng(seed)
    height, width = (int(v) for v in rng.integers(1, 120, 2))
    pane = int(rng.integers(20, 90)), int(rng.integers(20, 70))
    prediction: LabelPlane = rng.choice([0, 1, 2, 255], (height, width)).astype(dtype)
    document = Document(np.zeros((height, width), dtype))
    scene = Scene(Picture(np.zeros((height, width, 3), np.uint8)), document.labels, prediction)
    about = rng.uniform(0, 1, 2) * (width, height) * scale  # somewhere on the picture stands in the middle
    view = Viewport(scale, round(pane[0] / 2 - about[0]), round(pane[1] / 2 - about[1]))
    style = Style.of(SCHEMA if dtype is np.uint8 else wide_schema(), 0.5)
    frame = Frame(scene, view, pane, BACKDROP)
    shown = {name: frame.shown(name, style) for name in OVERLAYS}
    document.changed.connect(lambda change: untouched(frame, style, change))
    for _ in range(5):
        stroke = document.begin("x")
        mask = rng.random(rng.integers(1, 60, 2)) < rng.random()
        at = int(rng.integers(-30, height)), int(rng.integers(-30, width))
        stroke.paint(mask, at, int(rng.choice([0, 1, 2, 255])))
        anew = Frame(scene, view, pane, BACKDROP)
        for name, image in shown.items():
            assert image == anew.shown(name, style), name
        rng.choice(np.array([stroke.commit, stroke.cancel]))()


def wide_schema() -> LabelSchema:
    return LabelSchema((*SCHEMA.classes, LabelClass(300, "far", (1, 2, 3))))


def untouched(frame: Frame, style: Style, change: Change) -> None:
    """Refresh, and check that nothing changed on the screen outside of what is said to have changed."""
    before = {name: pixels(frame, name, style) for name in OVERLAYS}
    parts = list(frame.parts(change))
    frame.refresh(parts, style)
    for name, old in before.items():
        different = old != pixels(frame, name, style)
        for part in parts:
            different[part.slices] = False
        assert not different.any()


def pixels(frame: Frame, name: str, style: Style) -> NDArray[np.uint32]:
    image = frame.shown(name, style)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def rgb(height: int, width: int, seed: int = 0) -> RgbImage:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def argb(image: RgbImage) -> NDArray[np.uint32]:
    r, g, b = image.astype(np.uint32).transpose(2, 0, 1)
    colors: NDArray[np.uint32] = np.uint32(0xFF000000) | r << 16 | g << 8 | b
    return colors


def placed(shown: NDArray[np.uint32], view: Viewport, pane: tuple[int, int]) -> NDArray[np.uint32]:
    """Return a pane with an image drawn at the view's offset, whatever part of it that is."""
    frame = np.full((pane[1], pane[0]), BACKDROP, np.uint32)
    for y in range(pane[1]):
        for x in range(pane[0]):
            if 0 <= y - view.dy < shown.shape[0] and 0 <= x - view.dx < shown.shape[1]:
                frame[y, x] = shown[y - view.dy, x - view.dx]
    return frame


@given(sizes, st.integers(-80, 80), st.integers(-80, 80))
@settings(max_examples=30)
def test_at_one_to_one_each_pixel_is_as_it_is(image: tuple[int, int], dx: int, dy: int) -> None:
    view, pane, colors = Viewport(1.0, dx, dy), (60, 50), rgb(image[1], image[0])
    drawn = Picture(colors).render(view, pane, BACKDROP, gray=False)
    np.testing.assert_array_equal(drawn, placed(argb(colors), view, pane))


@pytest.mark.parametrize("scale", [SMOOTH_BELOW, 3.0, MAX_SCALE])
def test_enlarged_pixels_are_squares(scale: float) -> None:
    view, pane, colors = Viewport(scale, -7, 9), (60, 50), rgb(20, 30)
    large = argb(colors).repeat(int(scale), axis=0).repeat(int(scale), axis=1)
    drawn = Picture(colors).render(view, pane, BACKDROP, gray=False)
    np.testing.assert_array_equal(drawn, placed(large, view, pane))


@pytest.mark.parametrize("scale", [0.7, 0.6, 0.5, 1 / 3, 0.25, 0.1])
@pytest.mark.parametrize("size", [(200, 200), (701, 903)])
def test_a_checkerboard_seen_from_afar_is_an_even_gray(scale: float, size: tuple[int, int]) -> None:
    board = ((np.indices(size).sum(axis=0) % 2) * 255).astype(np.uint8)
    pane = math.ceil(size[1] * scale), math.ceil(size[0] * scale)
    drawn = Picture(np.repeat(board[..., None], 3, axis=2)).render(Viewport(scale), pane, BACKDROP, gray=False)
    gray = (drawn[1:-1, 1:-1] & 0xFF).astype(int)
    assert gray.size
    assert np.abs(gray - 127).max() <= 3


def assert_in_place(drawn: NDArray[np.integer[Any]], exact: NDArray[np.uint8]) -> None:
    """Check that what is drawn smoothly, 0 to 255, lies where ``exact`` has it, but for a pixel at its edges."""
    near_edge = np.zeros(exact.shape, np.bool_)
    for axis in (0, 1):
        for step in (-1, 1):
            near_edge |= np.roll(exact, step, axis) != exact
    np.testing.assert_array_equal(drawn[~near_edge] > 127, exact[~near_edge] > 127)


@pytest.mark.parametrize("scale", [0.9, 0.5, 0.3, 0.11, 1 / 64])
def test_what_is_seen_from_afar_lies_where_the_labels_lie(scale: float) -> None:
    """A bright square stands in its own place at any scale, to a pixel."""
    colors = np.zeros((1000, 1400, 3), np.uint8)
    colors[200:600, 500:1100] = 255
    view, pane = Viewport(scale, 5, 11), (int(1400 * scale) + 20, int(1000 * scale) + 20)
    grid = Grid.of(view, pane, (1400, 1000))
    drawn = Picture(colors).render(view, pane, 0xFF000000, gray=False)[grid.rect.slices] & 0xFF
    assert_in_place(drawn, grid.sample(colors[..., 0]))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2), (40000, 2)])
@pytest.mark.parametrize("scale", [1 / 256, 0.05, 0.5, 0.8, 1.0, 1.7, 64.0])
def test_any_shape_can_be_drawn_at_any_scale(size: tuple[int, int], scale: float) -> None:
    colors = np.full((*size, 3), 200, np.uint8)
    view = Viewport.centred((size[1], size[0]), (90, 70), scale)
    drawn = Picture(colors).render(view, (90, 70), BACKDROP, gray=False)
    inside = np.zeros(drawn.shape, np.bool_)
    inside[Grid.of(view, (90, 70), (size[1], size[0])).rect.slices] = True
    assert (drawn[inside] == 0xFFC8C8C8).all()
    assert (drawn[~inside] == BACKDROP).all()


@pytest.mark.parametrize("offset", [(-(10**6), 0), (10**6, 10**6), (0, -(10**6)), (90, 0), (0, -20)])
def test_picture_out_of_sight(offset: tuple[int, int]) -> None:
    picture, view = Picture(rgb(20, 30)), Viewport(1.0, *offset)
    assert (picture.render(view, (90, 70), BACKDROP, gray=True) == BACKDROP).all()
    document = Document(np.zeros((20, 30), np.uint8))
    frame = Frame(Scene(picture, document.labels, None), view, (90, 70), BACKDROP)
    for name in OVERLAYS:
        assert (pixels(frame, name, STYLE) == BACKDROP).all()
    assert not list(frame.parts(Change(Rect(0, 0, 20, 30), np.ones((20, 30), np.uint8))))


def test_gray_has_the_brightness_and_no_colour() -> None:
    drawn = Picture(rgb(20, 30)).render(Viewport(), (30, 20), BACKDROP, gray=True)
    channels = drawn.view(np.uint8).reshape(20, 30, 4)
    assert (channels[..., 3] == 255).all()
    np.testing.assert_array_equal(channels[..., 0], channels[..., 1])
    np.testing.assert_array_equal(channels[..., 0], channels[..., 2])
    luma = rgb(20, 30) @ np.array([0.299, 0.587, 0.114]) * 0.75
    assert np.abs(channels[..., 0] - luma).max() < 1.5


def test_the_picture_is_rendered_in_its_colours_and_without_where_an_overlay_wants_that() -> None:
    picture, view, pane = Picture(rgb(20, 30)), Viewport(2.0, 3, 4), (50, 40)
    document = Document(np.zeros((20, 30), np.uint8))
    frame = Frame(Scene(picture, document.labels, None), view, pane, BACKDROP, gray=("errors",))
    below = np.frombuffer(frame.picture().constBits(), np.uint32).reshape(40, 50)
    np.testing.assert_array_equal(below, picture.render(view, pane, BACKDROP, gray=False))
    np.testing.assert_array_equal(pixels(frame, "errors", STYLE), picture.render(view, pane, BACKDROP, gray=True))
    np.testing.assert_array_equal(pixels(frame, "none", STYLE), below)
