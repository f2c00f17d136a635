"""Panes in step, and what of them is painted when, offscreen."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from segstudio.editing.document import Document
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS, LABEL_LAYOUTS, Layout
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Viewport
from segstudio.overlays.base import Style
from tests.gui.canvas.rig import HEIGHT, LEFT, MIDDLE, SCALE, SCHEMA, WIDTH, Rig


@pytest.mark.parametrize("pane", [0, 1])
def test_side_by_side_either_pane_hits_the_same_pixel(rig: Rig, pane: int) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes"])
    rig.canvas.set_view(Viewport(SCALE, 3, 5))
    rig.press(11.5, 7.5, pane=pane)
    rig.release(11.5, 7.5, pane=pane)
    assert (rig.document.labels[6:9, 10:13] == 1).all()
    assert np.count_nonzero(rig.document.labels == 1) == 9


def test_a_stroke_that_crosses_to_the_other_pane_does_not_jump(rig: Rig) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes"])
    rig.canvas.set_view(Viewport(SCALE, 0, 0))
    rig.press(50.5, 7.5)
    rig.move(5.5, 7.5, pane=1)  # as seen from the left pane this is far right of the picture
    rig.release(5.5, 7.5, pane=1)
    assert (rig.document.labels[7, 50:] == 1).all()
    assert not rig.document.labels[7, :45].any()


def test_a_pan_that_crosses_to_the_other_pane_does_not_jump(rig: Rig) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes"])
    rig.canvas.set_view(Viewport(SCALE, 0, 0))
    start, end = QPoint(200, 50), QPoint(300, 60)
    rig.bot.mousePress(rig.canvas, MIDDLE, pos=start)
    rig.bot.mouseMove(rig.canvas, end)
    assert rig.canvas.view == Viewport(SCALE, 100, 10)
    rig.bot.mouseRelease(rig.canvas, MIDDLE, pos=end)


def test_swipe_handle_drags_within_the_canvas(rig: Rig) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["swipe"])
    rig.bot.mousePress(rig.canvas, LEFT, pos=QPoint(252, 100))
    rig.bot.mouseMove(rig.canvas, QPoint(100, 100))
    assert rig.canvas.split == pytest.approx(100.5 / 500)
    assert [pane.area.width() for pane in rig.canvas.panes()] == [100, 400]
    rig.bot.mouseMove(rig.canvas, QPoint(900, 100))
    assert rig.canvas.split == 0.98
    rig.bot.mouseMove(rig.canvas, QPoint(-900, 100))
    rig.bot.mouseRelease(rig.canvas, LEFT, pos=QPoint(-900, 100))
    rig.bot.mouseMove(rig.canvas, QPoint(300, 100))
    assert rig.canvas.split == 0.02
    assert len(rig.document.history) == 0


def test_swipe_shows_truth_right_of_the_handle(rig: Rig) -> None:
    rig.canvas.set_layout(COMPARE_LAYOUTS["swipe"])
    rig.canvas.split = 0.24  # at 120 of 500
    rig.canvas.set_view(Viewport(SCALE, 0, 0))
    image = rig.canvas.grab().toImage()
    left, right = image.pixelColor(rig.at(20, 10)), image.pixelColor(rig.at(50, 10))
    assert left.red() > 140  # the prediction is a cell throughout
    assert right == QColor(100, 100, 100)  # the truth is background there


def test_refit_when_panes_are_arranged_in_another_way(rig: Rig) -> None:
    rig.canvas.fit()
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes"])
    assert rig.canvas.view == Viewport.fitting((WIDTH, HEIGHT), (249, 200))
    rig.canvas.set_layout(LABEL_LAYOUTS["outline"])
    assert rig.canvas.view == Viewport.fitting((WIDTH, HEIGHT), (500, 200))


@pytest.mark.parametrize("layout", [*COMPARE_LAYOUTS.values(), *LABEL_LAYOUTS.values()], ids=lambda layout: layout.text)
@pytest.mark.parametrize("scale", [0.4, 1.0, SCALE])
def test_repainted_in_part_is_as_painted_whole(rig: Rig, layout: Layout, scale: float) -> None:
    rig.canvas.set_layout(layout)
    rig.canvas.set_view(Viewport(scale, 7, 5))
    rig.canvas.grab()
    for x, y in ((3, 3), (20.5, 20.5), (38, 29), (59, 39)):
        rig.click(x, y)
    rig.move(30, 15)
    in_part = rig.canvas.grab().toImage()
    rig.canvas.redraw()
    assert rig.canvas.grab().toImage() == in_part


@pytest.mark.parametrize("seed", range(16))
def test_any_edit_shows_wherever_the_view_is(rig: Rig, seed: int) -> None:
    """Strokes large and small, cancelled, undone: what is repainted for each is what all painted anew would be."""
    rng = np.random.default_rng(seed)
    height, width = (int(side) for side in rng.integers(1, 700, 2))
    document = Document(np.zeros((height, width), np.uint8))
    prediction = rng.choice([0, 1, 2], (height, width)).astype(np.uint8)
    picture, layouts = Picture(np.full((height, width, 3), 90, np.uint8)), [*COMPARE_LAYOUTS.values()]
    rig.canvas.show_document(picture, document, prediction, Style.of(SCHEMA, 0.5))
    rig.canvas.set_layout(layouts[seed % len(layouts)])
    scale = float(np.exp(rng.uniform(-4, 3)))
    middle = rng.uniform(0, scale, 2) * (width, height)
    rig.canvas.set_view(Viewport(scale, 125 - round(middle[0]), 100 - round(middle[1])))
    rig.canvas.grab()
    for _ in range(4):
        stroke = document.begin("x")
        mask = rng.random(rng.integers(1, 300, 2)) < rng.choice([0.001, 0.5, 1])
        stroke.paint(mask, (int(rng.integers(-99, height)), int(rng.integers(-99, width))), int(rng.integers(3)))
        check_repainted(rig)
        rng.choice(np.array([stroke.commit, stroke.cancel]))()
        check_repainted(rig)
    document.undo()
    check_repainted(rig)


class Painted(QObject):
    """Remembers what a widget was asked to repaint."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


@pytest.mark.parametrize("layout", COMPARE_LAYOUTS.values(), ids=lambda layout: layout.text)
@pytest.mark.parametrize("size", [1, 9, 60])
def test_what_changes_on_the_screen_is_asked_to_be_repainted(rig: Rig, layout: Layout, size: int) -> None:
    rig.options.resize(size)
    rig.canvas.set_layout(layout)
    rig.canvas.set_view(Viewport(SCALE, -9, 5))
    rig.move(5, 9)
    for _ in range(2):  # the pointer itself is drawn, too
        for _ in range(2):
            QApplication.processEvents()
        before = pixels(rig)
        painted = Painted(rig.canvas)
        rig.press(12.5, 9.5)
        rig.move(24.5, 19)
        rig.release(24.5, 19)
        rig.document.undo()
        rig.document.redo()
        for _ in range(2):  # what is to be painted is asked for at the end of a turn
            QApplication.processEvents()
        rig.canvas.removeEventFilter(painted)
        changed = (pixels(rig) != before).nonzero()
        assert all(painted.region.contains(QPoint(int(x), int(y))) for y, x in zip(*changed, strict=True))
        rig.options.choose(2)
    assert len(rig.document.history) == 2


def pixels(rig: Rig) -> NDArray[np.uint32]:
    image = rig.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def check_repainted(rig: Rig) -> None:
    in_part = rig.canvas.grab().toImage()
    rig.canvas.redraw()
    assert rig.canvas.grab().toImage() == in_part
