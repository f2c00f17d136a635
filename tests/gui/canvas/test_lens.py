"""The lens at the pointer, and the handle of a swipe, as one sees and drags them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS
from segstudio.gui.canvas.lens import DIAMETER, Lens
from segstudio.gui.canvas.viewport import Viewport
from tests.gui.canvas.rig import LEFT, SCALE, Rig


@pytest.fixture
def lens(rig: Rig) -> Lens:
    rig.canvas.set_layout(COMPARE_LAYOUTS["truth"])
    rig.canvas.set_tool("pan")
    lens = Lens(rig.canvas)
    lens.show("prediction", allowed=True)
    return lens


def color(rig: Rig, at: QPoint) -> QColor:
    return rig.canvas.grab().toImage().pixelColor(at)


def test_the_lens_shows_another_overlay_round_the_pointer_only(rig: Rig, lens: Lens) -> None:
    lens.set(on=True, factor=1)
    rig.move(5.5, 25.5)
    at = rig.at(5.5, 25.5)
    assert color(rig, at).red() > 140  # the prediction is a cell throughout
    assert color(rig, at + QPoint(DIAMETER // 2 + 8, 0)).green() > 150  # the truth a nucleus there
    lens.toggle()
    assert color(rig, at) == QColor(100, 100, 100)


@pytest.mark.parametrize("factor", [2, 4])
def test_the_lens_enlarges_about_the_pointer(rig: Rig, lens: Lens, factor: int) -> None:
    lens.show("truth", allowed=True)
    lens.set(on=True, factor=factor)
    rig.move(3, 3)  # a pointer that is where it was tells nobody
    rig.move(18, 25)  # two image pixels left of the nucleus
    at = rig.at(18, 25)
    edge = 2 * SCALE * factor
    assert color(rig, at + QPoint(edge - 4, 0)) == QColor(100, 100, 100)
    assert color(rig, at + QPoint(edge + 4, 0)).green() > 130
    assert rig.canvas.brush.magnified == factor


def test_what_is_painted_shows_in_the_lens_at_once(rig: Rig, lens: Lens) -> None:
    lens.show("truth", allowed=True)
    lens.set(on=True, factor=2)
    rig.move(10, 10)
    before = color(rig, rig.at(10, 10))
    stroke = rig.document.begin("x")
    stroke.paint(np.ones((4, 4), np.bool_), (8, 8), 1)
    stroke.commit()
    assert color(rig, rig.at(10, 10)) != before
    rig.canvas.redraw()


def test_all_of_the_lens_is_painted_anew_when_what_it_enlarges_changes(rig: Rig, lens: Lens) -> None:
    lens.show("truth", allowed=True)
    lens.set(on=True, factor=4)
    rig.move(30, 10)
    rig.canvas.grab()
    stroke = rig.document.begin("x")
    stroke.paint(np.ones((6, 6), np.bool_), (7, 27), 2)
    stroke.commit()
    in_part = rig.canvas.grab().toImage()
    rig.canvas.redraw()
    assert rig.canvas.grab().toImage() == in_part


def test_where_nothing_is_compared_there_is_no_lens(rig: Rig, lens: Lens) -> None:
    lens.set(on=True)
    rig.move(15.5, 25.5)
    shown = rig.canvas.grab().toImage()
    lens.show("prediction", allowed=False)
    assert not lens.seen
    assert rig.canvas.brush.magnified == 1
    assert rig.canvas.grab().toImage() != shown


def test_the_lens_is_in_each_pane_and_stays_inside_it(rig: Rig, lens: Lens) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes"])
    rig.canvas.set_view(Viewport(SCALE, 0, 0))
    left, right = rig.canvas.panes()
    without = rig.canvas.grab().toImage()
    lens.set(on=True, factor=1)
    lens.show("none", allowed=True)
    rig.move(2, 20)
    image = rig.canvas.grab().toImage()
    assert image.pixelColor(right.origin + QPoint(20, 80)) == QColor(100, 100, 100)
    gap = QPoint(left.area.right() + 1, 80)
    assert image.pixelColor(gap) == without.pixelColor(gap)
    assert image.pixelColor(left.area.right() - 4, 80) == without.pixelColor(left.area.right() - 4, 80)


@pytest.mark.parametrize(
    ("key", "at", "to", "split"),
    [("swipe", (250, 60), (125, 60), 0.251), ("swipe down", (60, 100), (60, 50), 0.2525)],
)
def test_the_handle_follows_the_pointer_and_paints_nothing(
    rig: Rig, key: str, at: tuple[int, int], to: tuple[int, int], split: float
) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS[key])
    rig.bot.mouseMove(rig.canvas, QPoint(*at))
    wanted = Qt.CursorShape.SplitHCursor if key == "swipe" else Qt.CursorShape.SplitVCursor
    assert rig.canvas.cursor().shape() is wanted
    rig.bot.mousePress(rig.canvas, LEFT, pos=QPoint(*at))
    rig.bot.mouseMove(rig.canvas, QPoint(*to))
    rig.bot.mouseRelease(rig.canvas, LEFT, pos=QPoint(*to))
    assert rig.canvas.split == pytest.approx(split)
    assert len(rig.document.history) == 0


def test_swapped_shows_what_is_held_and_painting_goes_on(rig: Rig) -> None:
    layout = COMPARE_LAYOUTS["truth"]
    rig.canvas.set_layout(replace(layout, held=("prediction",)))
    plain = rig.canvas.grab().toImage()
    rig.canvas.set_swapped(True)
    assert rig.canvas.grab().toImage() != plain
    rig.click(50.5, 5.5)
    assert rig.label(50, 5) == 1
    rig.canvas.set_swapped(False)
    in_part = rig.canvas.grab().toImage()
    rig.canvas.redraw()
    assert rig.canvas.grab().toImage() == in_part
