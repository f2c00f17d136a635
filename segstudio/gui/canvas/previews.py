"""What a tool would draw, over the picture: corners and lines, handles, an area, and a word beside the pointer."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from segstudio.core.raster import Rect
from segstudio.editing.shapes import Placed, Point
from segstudio.gui.canvas.marks import LINE_ON, LINE_UNDER
from segstudio.gui.canvas.sampling import Grid, screen_rect
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import overlay_view
from segstudio.overlays.base import premultiplied, put, wide_edges
from segstudio.tools.base import Mesh, Preview

FILLED, LINED = 0.3, 1.0
"""How strongly an area and its border are drawn."""

MORE, LESS = QColor("#3DDC84"), QColor("#FF5A52")
"""Of strokes that say what was missed and what is too much: they are told apart by their lines and signs, too."""
SIGN = 7.0
"""Pixels that a sign at the beginning of such a stroke goes to either side."""

MESH_ON, MESH_UNDER = premultiplied((255, 255, 255), 0.6), premultiplied((0, 0, 0), 0.35)
HANDLE = 4.5
DASH = 6.0
TEXT_AT = QPointF(18, 22)


Inks: TypeAlias = tuple[QColor, QColor]
"""Of lines, and of what is filled."""


class KeptArea:
    """The pixels of the area that was drawn last: it stays while the pointer moves."""

    _area: Placed | None = None
    _seen: tuple[Any, ...] = ()
    _pixels = Rect(0, 0, 0, 0), np.zeros((0, 0), np.uint32)

    def pixels(
        self,
        area: Placed,
        view: Viewport,
        pane: tuple[int, int],
        image: tuple[int, int],
        inks: Inks,
        step: int = 1,
    ) -> tuple[Rect, NDArray[np.uint32]]:
        """Return what ``area_pixels`` does; masks must not be written to."""
        seen = area[1], view, pane, image, *(ink.rgba() for ink in inks), step
        if self._area is None or self._area[0] is not area[0] or seen != self._seen:
            self._area, self._seen = area, seen
            self._pixels = area_pixels(area, Grid.of(view, pane, image), view, inks, step)
        return self._pixels

    def forget(self) -> None:
        """Let go of the mask: it may be as large as the picture."""
        self._area, self._seen = None, ()


def draw_preview(
    painter: QPainter,
    preview: Preview,
    view: Viewport,
    pane: tuple[int, int],
    image: tuple[int, int],
    inks: Inks,
    kept: KeptArea,
) -> None:
    """Draw a preview in a pane, in device pixels. Sizes are (width, height)."""
    accent, fill = inks
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if preview.mesh is not None:
        _draw_pixels(painter, *mesh_pixels(preview.mesh, view, pane, image))
    if preview.area is not None:
        _draw_pixels(painter, *kept.pixels(preview.area, view, pane, image, inks, preview.area_step))
    if preview.outline:
        outline = _on_screen(preview.outline, view)
        _fill(painter, outline, fill)
        _draw_line(painter, outline, accent)
    for path in preview.paths:
        _draw_line(painter, _on_screen(path, view), accent)
    for strokes, ink in ((preview.more, MORE), (preview.less, LESS)):
        for stroke in strokes:
            _draw_hint(painter, _on_screen(stroke, view), ink)
    if preview.closing_path:
        _draw_line(painter, _on_screen(preview.closing_path, view), accent, dashed=True)
    if preview.points:
        _draw_corners(painter, preview, view, inks)
    painter.setPen(QPen(LINE_UNDER, 1))
    painter.setBrush(LINE_ON)
    for at in _on_screen(preview.handles, view):
        painter.drawRect(QRectF(at.x() - HANDLE, at.y() - HANDLE, 2 * HANDLE, 2 * HANDLE))


def draw_text(painter: QPainter, text: str, pointer: QPointF, pane: tuple[int, int]) -> None:
    """Write a word beside the pointer, legible on any picture, and within the pane."""
    area = painter.fontMetrics().boundingRect(text).adjusted(-6, -3, 6, 3).translated((pointer + TEXT_AT).toPoint())
    area.translate(min(pane[0] - area.right(), 0), min(pane[1] - area.bottom(), 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 190))
    painter.drawRoundedRect(area, 4, 4)
    painter.setPen(LINE_ON)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def area_pixels(area: Placed, grid: Grid, view: Viewport, inks: Inks, step: int = 1) -> tuple[Rect, NDArray[np.uint32]]:
    """Return the screen rectangle that an area covers and its pixels, premultiplied, of that rectangle's shape.

    Each pixel of its mask stands for ``step`` pixels of the picture each way.
    """
    mask, (top, left) = area
    covered = Rect(top, left, top + step * mask.shape[0], left + step * mask.shape[1])
    part = grid.part(screen_rect(view, covered, 1))
    seen = sampled(mask, (part.rows - top) // step, (part.columns - left) // step)
    seen = np.ascontiguousarray(seen.T if part.transposed else seen)
    line, fill = ((ink.red(), ink.green(), ink.blue()) for ink in inks)
    pixels = np.where(seen, premultiplied(fill, FILLED), np.uint32(0))
    if not part.empty:
        put(pixels, np.full_like(pixels, premultiplied(line, LINED)), wide_edges(seen.view(np.uint8)))
    return part.rect, pixels


@lru_cache(maxsize=2)  # it stays while the pointer moves
def mesh_pixels(
    mesh: Mesh, view: Viewport, pane: tuple[int, int], image: tuple[int, int]
) -> tuple[Rect, NDArray[np.uint32]]:
    """Return the screen rectangle that pieces cover and the pixels of their borders, premultiplied, light beside dark.

    Where pieces are so small on the screen that their borders would cover the picture nothing is drawn.
    """
    top, left = mesh.at
    height, width = mesh.numbers.shape
    part = Grid.of(view, pane, image).part(screen_rect(view, Rect(top, left, top + height, left + width), 1))
    seen = sampled(mesh.numbers + np.uint16(1), part.rows - top, part.columns - left)
    seen = np.ascontiguousarray(seen.T if part.transposed else seen)
    pixels = np.zeros(seen.shape, np.uint32)
    for color, rows, columns in (
        (MESH_UNDER, slice(1, None), slice(1, None)),
        (MESH_ON, slice(None, -1), slice(None, -1)),
    ):
        pixels[rows][seen[1:] != seen[:-1]] = color
        pixels[:, columns][seen[:, 1:] != seen[:, :-1]] = color
    if 2 * np.count_nonzero(pixels) > pixels.size:
        pixels[:] = 0
    return part.rect, pixels


def sampled(mask: NDArray[Any], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[Any]:
    """Return the values at rows and columns, 0 beyond the borders."""
    seen = np.zeros((len(rows), len(columns)), mask.dtype)
    down, across = (rows >= 0) & (rows < mask.shape[0]), (columns >= 0) & (columns < mask.shape[1])
    seen[np.ix_(down, across)] = mask[np.ix_(rows[down], columns[across])]
    return seen


def _draw_pixels(painter: QPainter, rect: Rect, pixels: NDArray[np.uint32]) -> None:
    if not rect.empty:
        painter.drawImage(rect.x0, rect.y0, overlay_view(pixels))


def _fill(painter: QPainter, outline: list[QPointF], color: QColor) -> None:
    fill = QColor(color)
    fill.setAlphaF(FILLED)
    painter.setBrush(fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon(QPolygonF(outline))


def _draw_hint(painter: QPainter, stroke: list[QPointF], ink: QColor) -> None:
    """Draw a stroke that says more, or less: dashed, with a minus."""
    less = ink is LESS
    _draw_line(painter, stroke, ink, dashed=less)
    at, arm = stroke[0], SIGN - 3
    painter.setPen(QPen(LINE_UNDER, 1))
    painter.setBrush(ink)
    painter.drawEllipse(at, SIGN, SIGN)
    painter.setPen(QPen(LINE_UNDER, 2))
    painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
    if not less:
        painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))


def _draw_corners(painter: QPainter, preview: Preview, view: Viewport, inks: Inks) -> None:
    """Draw corners and the lines between them; the first stands out when a click closes the shape."""
    corners, accent = _on_screen(preview.points, view), inks[0]
    _fill(painter, corners, inks[1])
    _draw_line(painter, [*corners, corners[0]] if preview.closing else corners, accent)
    if preview.handles:
        return
    painter.setPen(QPen(LINE_UNDER, 1))
    for i, corner in enumerate(corners[:-1] if preview.loose else corners):
        grown = 2.5 if i == 0 and preview.closing else 0.0
        painter.setBrush(accent if i == 0 else LINE_ON)
        painter.drawEllipse(corner, 3.5 + grown, 3.5 + grown)


def _draw_line(painter: QPainter, points: list[QPointF], color: QColor, dashed: bool = False) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((LINE_UNDER, 3.5), (color, 1.75)):
        pen = QPen(ink, width)
        if dashed:
            pen.setDashPattern([DASH / width, DASH / width])  # in widths of the pen
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))


def _on_screen(points: Sequence[Point], view: Viewport) -> list[QPointF]:
    return [QPointF(*view.to_screen(x, y)) for x, y in points]
