"""The eight ways to lay a picture: what each screen pixel shows, whole and in parts, and where the pointer is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.editing.document import Document
from segstudio.gui.canvas.frame import Frame, Scene
from segstudio.gui.canvas.picture import SMOOTH_BELOW, Picture
from segstudio.gui.canvas.sampling import Grid, screen_rect
from segstudio.gui.canvas.viewport import UPRIGHT, Orientation, Viewport
from segstudio.overlays import OVERLAYS
from tests.gui.canvas.rig import HEIGHT, WIDTH, Rig
from tests.gui.canvas.test_frame import BACKDROP, STYLE, argb, assert_in_place, rgb

ORIENTATIONS = [Orientation(turns, mirrored) for turns in range(4) for mirrored in (False, True)]
orientations = st.sampled_from(ORIENTATIONS)
scales = st.one_of(st.sampled_from([1 / 3, 0.5, 1.0, 1.5, 2.0, 8.0]), st.floats(0.05, 30))
views = st.builds(Viewport, scales, st.integers(-200, 200), st.integers(-200, 200), orientations)
places = st.floats(-300, 300)
sizes = st.tuples(st.integers(1, 90), st.integers(1, 70))


def laid(plane: NDArray[np.uint32], orientation: Orientation) -> NDArray[np.uint32]:
    """Lay a picture as the name of each orientation says, by numpy's own turning and mirroring."""
    mirrored = plane[:, ::-1] if orientation.mirrored else plane
    return np.rot90(mirrored, -orientation.turns)


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("scale", [1.0, SMOOTH_BELOW])
def test_a_picture_is_turned_and_mirrored_as_a_whole(orientation: Orientation, scale: float) -> None:
    colors = rgb(20, 30)
    expected = laid(argb(colors), orientation).repeat(int(scale), axis=0).repeat(int(scale), axis=1)
    pane = expected.shape[::-1]
    view = Viewport.centred((30, 20), pane, scale, orientation)
    np.testing.assert_array_equal(Picture(colors).render(view, pane, BACKDROP, gray=False), expected)


@given(views, places, places)
def test_to_the_screen_and_back(view: Viewport, x: float, y: float) -> None:
    assert view.to_screen(*view.to_image(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(views, orientations, places, places)
def test_turning_keeps_what_is_in_the_middle(view: Viewport, orientation: Orientation, x: float, y: float) -> None:
    turned = view.oriented(orientation, x, y)
    assert turned.to_screen(*view.to_image(x, y)) == pytest.approx((x, y), abs=0.5 + 1e-6)
    assert (turned.orientation, turned.scale) == (orientation, view.scale)


@given(orientations)
def test_four_turns_and_two_flips_change_nothing(orientation: Orientation) -> None:
    assert orientation.turned(4) == orientation.turned(1).turned(3) == orientation.flipped().flipped() == orientation
    # Mirrored on the screen and turned, a picture is one turned the other way and then mirrored.
    assert orientation.flipped().turned(1) == orientation.turned(-1).flipped()


@given(orientations, places, places)
def test_steps_on_the_screen_are_seen_on_the_screen(orientation: Orientation, x: float, y: float) -> None:
    at = Viewport(orientation=orientation).to_screen(x, y)
    assert Viewport(orientation=orientation.turned(1)).to_screen(x, y) == (-at[1], at[0])
    assert Viewport(orientation=orientation.flipped()).to_screen(x, y) == (-at[0], at[1])


@given(views, sizes, sizes)
def test_each_screen_pixel_shows_the_image_pixel_at_its_centre(
    view: Viewport, pane: tuple[int, int], image: tuple[int, int]
) -> None:
    plane = np.arange(image[0] * image[1]).reshape(image[1], image[0])
    grid = Grid.of(view, pane, image)
    shown = np.full((pane[1], pane[0]), -1)
    if not grid.empty:
        shown[grid.rect.slices] = grid.sample(plane)
    for y in range(0, pane[1], 7):
        for x in range(0, pane[0], 5):
            column, row = (math.floor(at) for at in view.to_image(x + 0.5, y + 0.5))
            inside = 0 <= column < image[0] and 0 <= row < image[1]
            assert shown[y, x] == (plane[row, column] if inside else -1)


@given(views, sizes, sizes, st.tuples(*[st.integers(0, 89)] * 4))
def test_what_an_image_rectangle_covers_lies_in_its_screen_rectangle(
    view: Viewport, pane: tuple[int, int], image: tuple[int, int], corners: tuple[int, int, int, int]
) -> None:
    rect = Rect(min(corners[:2]), min(corners[2:]), max(corners[:2]) + 1, max(corners[2:]) + 1)
    grid, plane = Grid.of(view, pane, image), np.zeros(image[::-1], np.bool_)
    plane[rect.slices] = True
    if not grid.empty:
        covered = np.zeros((pane[1], pane[0]), np.bool_)
        covered[grid.rect.slices] = grid.sample(plane)
        covered[grid.part(screen_rect(view, rect, 0)).rect.slices] = False
        assert not covered.any()


@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_refreshed_by_parts_is_as_drawn_anew(orientation: Orientation, scale: float) -> None:
    rng = np.random.default_rng(7)
    document = Document(rng.integers(0, 3, (60, 80), np.uint8))
    scene = Scene(Picture(rgb(60, 80)), document.labels, rng.integers(0, 3, (60, 80), np.uint8))
    pane = (100, 90)
    view = Viewport.centred((80, 60), pane, scale, orientation)
    frame = Frame(scene, view, pane, BACKDROP)
    shown = {name: frame.shown(name, STYLE) for name in OVERLAYS}
    document.changed.connect(lambda change: frame.refresh(list(frame.parts(change)), STYLE))
    stroke = document.begin("x")
    for at in ((-3, -4), (20, 30), (50, 70)):
        stroke.paint(rng.random((17, 23)) < 0.6, at, 1)
        anew = Frame(scene, view, pane, BACKDROP)
        assert all(image == anew.shown(name, STYLE) for name, image in shown.items())


@pytest.mark.parametrize("scale", [0.9, 0.5, 0.11])
@pytest.mark.parametrize("orientation", ORIENTATIONS, ids=str)
def test_what_is_seen_from_afar_lies_where_the_labels_lie(orientation: Orientation, scale: float) -> None:
    colors = np.zeros((300, 500, 3), np.uint8)
    colors[40:160, 90:330] = 255
    pane = (520, 520)
    view = Viewport.centred((500, 300), pane, scale, orientation)
    grid = Grid.of(view, pane, (500, 300))
    drawn = Picture(colors).render(view, pane, 0xFF000000, gray=False)[grid.rect.slices] & 0xFF
    assert_in_place(drawn, grid.sample(colors[..., 0]))


@pytest.mark.parametrize("way", ["rotate", "back", "flip"])
def test_one_paints_where_one_points_in_a_turned_view(rig: Rig, way: str) -> None:
    {"rotate": lambda: rig.canvas.rotate(1), "back": lambda: rig.canvas.rotate(-1), "flip": rig.canvas.flip}[way]()
    assert rig.canvas.view.orientation != UPRIGHT
    before = rig.document.labels.copy()
    rig.canvas.fit()
    rig.click(12.5, 31.5)
    changed = np.argwhere(rig.document.labels != before)
    assert (changed.min(axis=0).tolist(), changed.max(axis=0).tolist()) == ([30, 11], [32, 13])


def test_a_fitted_view_stays_fitted_when_turned_and_upright_again(rig: Rig) -> None:
    rig.canvas.fit()
    fitted = rig.canvas.view
    rig.canvas.rotate(1)
    assert rig.canvas.view == Viewport.fitting((WIDTH, HEIGHT), (500, 200), Orientation(1))
    rig.canvas.flip()
    rig.canvas.set_upright()
    assert rig.canvas.view == fitted
