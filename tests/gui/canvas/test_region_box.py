"""The box around a region leaves its pixels free, and its text stays in sight."""

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from segstudio.core.raster import Rect
from segstudio.gui.canvas.region_box import draw_region_box
from segstudio.gui.canvas.viewport import Orientation, Viewport

PANE = (200, 150)


def drawn(rect: Rect, view: Viewport, text: str = "1 worth +1.6 IoU") -> set[tuple[int, int]]:
    """Return the pixels that are drawn on, of an image twice as wide as the pane."""
    image = QImage(2 * PANE[0], PANE[1], QImage.Format.Format_RGB32)
    image.fill(QColor(90, 90, 90))
    painter = QPainter(image)
    draw_region_box(painter, view, PANE, rect, text)
    painter.end()
    ground = QColor(90, 90, 90).rgb()
    return {(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground}


@pytest.mark.parametrize("orientation", [Orientation(), Orientation().turned(1), Orientation().flipped()])
def test_the_box_lies_around_the_region(qapp: QApplication, orientation: Orientation) -> None:
    view = Viewport(2.0, 100, 80, orientation)
    rect = Rect(4, 5, 14, 25)
    corners = [view.to_screen(x, y) for x, y in ((rect.x0, rect.y0), (rect.x1, rect.y1))]
    (left, right), (top, bottom) = (sorted(axis) for axis in zip(*corners, strict=True))
    found = drawn(rect, view, "")
    inside = {(x, y) for x, y in found if left <= x < right and top <= y < bottom}
    assert not inside, "the region itself stays in sight"
    assert any(x < left for x, _ in found)
    assert any(y >= bottom for _, y in found)


@pytest.mark.parametrize("rect", [Rect(0, 0, 10, 10), Rect(50, 190, 80, 200), Rect(140, 100, 150, 120)])
def test_the_text_stays_in_the_pane(qapp: QApplication, rect: Rect) -> None:
    white = drawn(rect, Viewport(1.0, 0, 0))
    assert white
    text = white - drawn(rect, Viewport(1.0, 0, 0), "")
    assert all(0 <= x < PANE[0] and 0 <= y < PANE[1] for x, y in text)
    assert len({x for x, _ in text}) > 90, "all of it is there"
