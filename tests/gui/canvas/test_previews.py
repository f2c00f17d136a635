"""What a tool would draw is shown where it would be drawn."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter

from segstudio.gui.canvas.previews import MORE, KeptArea, area_pixels, draw_preview, mesh_pixels
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import Orientation, Viewport
from segstudio.tools.base import Mesh, Preview
from segstudio.tools.options import ToolOptions
from segstudio.tools.superpixel import SIZE, Superpixel

PANE, IMAGE = (70, 50), (30, 20)
ACCENT, FILL = INKS = QColor(200, 100, 50), QColor(10, 20, 220)

orientations = st.builds(Orientation, st.integers(0, 3), st.booleans())
views = st.builds(Viewport, st.sampled_from([0.4, 1.0, 2.5]), st.integers(-9, 60), st.integers(-9, 50), orientations)


@given(views, st.integers(0, 2**31), st.integers(-5, 18), st.integers(-5, 28))
def test_each_screen_pixel_shows_whether_the_image_pixel_under_it_is_in_the_area(
    view: Viewport, seed: int, top: int, left: int
) -> None:
    mask = np.random.default_rng(seed).random((9, 7)) < 0.5
    rect, pixels = area_pixels((mask, (top, left)), Grid.of(view, PANE, IMAGE), view, INKS)
    assert pixels.shape == rect.shape
    shown = np.zeros((PANE[1], PANE[0]), np.bool_)
    shown[rect.slices] = pixels != 0
    inside = np.zeros_like(shown)
    for y in range(PANE[1]):
        for x in range(PANE[0]):
            column, row = (int(v // 1) for v in view.to_image(x + 0.5, y + 0.5))
            on_picture = 0 <= row < IMAGE[1] and 0 <= column < IMAGE[0]
            in_mask = 0 <= row - top < 9 and 0 <= column - left < 7
            inside[y, x] = on_picture and in_mask and mask[row - top, column - left]
    assert shown[inside].all()
    bordering = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert not shown[~bordering].any()


@given(views, st.integers(0, 2**31), st.integers(-5, 18), st.integers(-5, 28), st.integers(1, 4))
def test_a_coarse_area_looks_like_one_of_larger_pixels(
    view: Viewport, seed: int, top: int, left: int, step: int
) -> None:
    mask = np.random.default_rng(seed).random((5, 4)) < 0.5
    fine = np.kron(mask, np.ones((step, step), np.bool_))
    grid = Grid.of(view, PANE, IMAGE)
    rect, pixels = area_pixels((mask, (top, left)), grid, view, INKS, step)
    expected_rect, expected = area_pixels((fine, (top, left)), grid, view, INKS)
    assert rect == expected_rect
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("at", [(-20, 0), (0, 40)])
def test_an_area_out_of_sight_is_nothing(at: tuple[int, int]) -> None:
    view = Viewport(1.0, 0, 0)
    rect, _ = area_pixels((np.ones((4, 4), np.bool_), at), Grid.of(view, PANE, IMAGE), view, INKS)
    assert rect.empty


def drawn(preview: Preview) -> QImage:
    image = QImage(*PANE, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_preview(painter, preview, Viewport(2.0, 0, 0), PANE, IMAGE, INKS, KeptArea())
    painter.end()
    return image


def hue(image: QImage, x: float, y: float) -> int:
    return image.pixelColor(round(2 * x), round(2 * y)).hue()


@pytest.mark.parametrize(
    "preview",
    [
        Preview([(2, 2), (26, 2), (26, 18), (2, 18)]),
        Preview(outline=[(2, 2), (26, 2), (26, 18), (2, 18), (2, 2)]),
        Preview(area=(np.ones((16, 24), np.bool_), (2, 2))),
    ],
)
def test_what_would_be_drawn_is_filled_with_the_colour_of_its_class(preview: Preview) -> None:
    image = drawn(preview)
    assert abs(hue(image, 14, 10) - FILL.hue()) <= 3
    assert image.pixelColor(69, 49).value() == 0


def test_a_corner_that_only_follows_the_pointer_has_no_handle() -> None:
    corners = [(4.0, 4.0), (24.0, 4.0), (24.0, 15.0)]
    placed, loose = drawn(Preview(corners)), drawn(Preview(corners, loose=True))
    assert placed.pixelColor(48, 32).value() > 200
    assert loose.pixelColor(48, 32).value() < 200
    assert placed.pixelColor(48, 10) == loose.pixelColor(48, 10), "the one before has"


def test_strokes_that_say_more_and_less_differ_in_colour_and_in_form() -> None:
    stroke = [(5.0, 10.0), (28.0, 10.0)]
    more, less = drawn(Preview(more=[stroke])), drawn(Preview(less=[stroke]))
    assert abs(hue(more, 20, 10) - MORE.hue()) <= 5
    along = [[image.pixelColor(x, 20).value() for x in range(20, 54)] for image in (more, less)]
    assert min(along[0]) > 150, "a line without a gap"
    assert min(along[1]) < 60 < 150 < max(along[1]), "dashes"
    above = [image.pixelColor(10, 17).value() for image in (more, less)]
    assert above[0] < 150 < above[1], "a plus and a minus"


def test_borders_between_pieces_are_lines_one_pixel_wide_beside_a_darker_one() -> None:
    numbers = np.zeros((12, 12), np.uint16)
    numbers[:, 5:] = 1
    rect, pixels = mesh_pixels(Mesh(numbers, (3, 4)), Viewport(2.0, 0, 0), PANE, IMAGE)
    column = 2 * (4 + 5) - rect.x0  # where the second piece begins on the screen
    across = pixels[10]
    assert across[column - 1] != 0
    assert across[column] != 0
    assert across[column] != across[column - 1]
    assert not across[3 : column - 1].any()
    assert not across[column + 1 : column + 8].any()


def test_an_area_is_looked_at_anew_only_when_it_or_the_view_is_another() -> None:
    kept, view = KeptArea(), Viewport(1.0, 0, 0)
    mask = np.ones((4, 4), np.bool_)
    first = kept.pixels((mask, (2, 3)), view, PANE, IMAGE, INKS)
    assert kept.pixels((mask, (2, 3)), view, PANE, IMAGE, INKS) is first
    for other in (
        kept.pixels((mask, (3, 3)), view, PANE, IMAGE, INKS),
        kept.pixels((mask.copy(), (3, 3)), view, PANE, IMAGE, INKS),
        kept.pixels((mask, (3, 3)), Viewport(2.0, 0, 0), PANE, IMAGE, INKS),
        kept.pixels((mask, (3, 3)), Viewport(2.0, 0, 0), PANE, IMAGE, (ACCENT, ACCENT)),
    ):
        assert other is not first
        first = other


@pytest.mark.parametrize("scale", [0.1, 0.2, 0.3, 0.4, 0.5, 1.0])
def test_where_pieces_are_too_small_to_be_shown_one_is_told(scale: float) -> None:
    options, side = ToolOptions(), 20
    options.set(SIZE, side)
    rows, columns = np.divmod(np.arange(400 * 400).reshape(400, 400), 400)
    squares = (rows // side * (400 // side) + columns // side).astype(np.uint16)
    _, pixels = mesh_pixels(Mesh(squares, (0, 0)), Viewport(scale, 0, 0), PANE, (400, 400))
    hint = Superpixel.hint_now(options, scale, False)
    assert ("too small" in hint) == (not pixels.any())
