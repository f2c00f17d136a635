"""What helps to find one's way on a picture says where one is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from segstudio.gui.canvas.aids.minimap import Minimap
from segstudio.gui.canvas.aids.pixels import GRID_FROM, VALUES_FROM, draw_pixels
from segstudio.gui.canvas.aids.scale_bar import SHORTEST, ScaleBar
from segstudio.gui.canvas.aids.steps import as_text, round_step
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Orientation, Viewport
from tests.gui.canvas.rig import HEIGHT, WIDTH, Rig


@given(st.floats(1e-9, 1e9))
def test_a_step_is_round_and_no_smaller_than_asked(least: float) -> None:
    step = round_step(least)
    assert least * (1 - 1e-6) <= step <= 2.5 * least * (1 + 1e-6)
    assert float(f"{step:.0e}") == pytest.approx(step)
    assert f"{step:.6e}"[0] in "125"


@pytest.mark.parametrize(("value", "text"), [(2.0, "2"), (0.05, "0.05"), (20000.0, "20,000"), (1.5, "1.5")])
def test_numbers_have_no_more_digits_than_they_need(value: float, text: str) -> None:
    assert as_text(value) == text


@pytest.fixture
def rig(qtbot: QtBot) -> Rig:
    return Rig(qtbot)


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.7, 40.0])
def test_the_bar_is_as_long_as_it_says(rig: Rig, scale: float) -> None:
    bar = ScaleBar(rig.canvas)
    bar.set_pixel((2.0, 0.25), "um")
    rig.canvas.set_view(Viewport(scale, 0, 0))
    drawn = bar.width() - 16
    assert drawn == pytest.approx(bar.length / 0.25 * scale, abs=1)
    assert SHORTEST - 1 <= drawn <= 2.5 * SHORTEST + 1
    assert bar.text.endswith(" \u00b5m")
    bar.set_pixel(None, "")
    assert bar.text.endswith(" px")


def test_the_map_is_there_while_part_of_the_picture_is_out_of_sight(rig: Rig) -> None:
    picture = Picture(np.full((HEIGHT, WIDTH, 3), 100, np.uint8))
    minimap = Minimap(rig.canvas)
    minimap.show_picture(picture)
    rig.canvas.fit()
    assert not minimap.isVisible()
    rig.canvas.set_view(Viewport(40, 0, 0))
    assert minimap.isVisible()
    minimap.wanted = False
    minimap.refresh()
    assert not minimap.isVisible()


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(1), Orientation(2, mirrored=True), Orientation(3)])
def test_a_click_on_the_map_brings_that_place_into_the_middle(rig: Rig, orientation: Orientation) -> None:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:10, :15] = (250, 0, 0)  # the first quarter of rows and of columns
    minimap = Minimap(rig.canvas)
    minimap.show_picture(Picture(image))
    rig.canvas.set_view(Viewport(40, 0, 0, orientation))
    shown = minimap.grab().toImage()
    red = [
        QPoint(x, y)
        for y in range(4, shown.height() - 4)
        for x in range(4, shown.width() - 4)
        if shown.pixelColor(x, y).red() > 200 and shown.pixelColor(x, y).green() < 60
    ]
    middle = sum(red, QPoint()) / len(red)
    rig.bot.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=middle)
    width, height = rig.canvas.pane_size()
    x, y = rig.canvas.view.to_image(width / 2, height / 2)
    assert x == pytest.approx(7.5, abs=2)
    assert y == pytest.approx(5, abs=2)


def drawn(scale: float, orientation: Orientation = Orientation()) -> tuple[QImage, set[tuple[int, int]]]:  # noqa: B008
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    asked: set[tuple[int, int]] = set()

    def value_at(column: int, row: int) -> str:
        asked.add((column, row))
        return "7"

    painter = QPainter(image)
    view = Viewport.centred((6, 4), (400, 300), scale, orientation)
    draw_pixels(painter, view, lambda: QRectF(0, 0, 400, 300), (6, 4), value_at)
    painter.end()
    return image, asked


def lit(image: QImage) -> bool:
    return any(image.pixel(x, 150) & 0xFFFFFF for x in range(400))


@pytest.mark.parametrize("orientation", [Orientation(), Orientation(1, mirrored=True)])
def test_pixels_are_told_apart_when_they_are_large(orientation: Orientation) -> None:
    image, asked = drawn(GRID_FROM - 1, orientation)
    assert not lit(image)
    image, asked = drawn(GRID_FROM, orientation)
    assert lit(image)
    assert not asked
    image, asked = drawn(VALUES_FROM, orientation)
    assert asked == {(x, y) for x in range(6) for y in range(4)}


def test_only_what_is_painted_anew_is_drawn() -> None:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    asked: set[tuple[int, int]] = set()
    painter = QPainter(image)
    view = Viewport(50, 0, 0)
    area = QRectF(QPointF(60, 10), QPointF(90, 40))

    def value_at(column: int, row: int) -> str:
        asked.add((column, row))
        return ""

    draw_pixels(painter, view, lambda: area, (6, 4), value_at)
    painter.end()
    assert asked == {(1, 0)}
