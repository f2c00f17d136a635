"""The line on the canvas between two points of two outlines, with its length."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.plots.ink import small_font
from segstudio.metrics.far_points import FarPoints

ENDS = QColor("#3D8BFF"), QColor("#FF9F1C")
"""Of the truth and of the prediction: the colours of what is missed and of what is too much."""
HALO, LINE = QColor(0, 0, 0, 170), QColor("#FFFFFF")


class FarLine:
    """Drawn over every pane as long as there is something to show."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._points: FarPoints | None = None
        self._text = ""

    @property
    def shown(self) -> FarPoints | None:
        return self._points

    def show(self, points: FarPoints | None, text: str = "") -> None:
        """Show a pair of points, or none."""
        over = self._canvas.over
        if points is not None and self._points is None:
            over.append(self._draw)
        elif points is None and self._points is not None:
            over.remove(self._draw)
        self._points, self._text = points, text
        self._canvas.update()

    def _draw(self, painter: QPainter, view: Viewport) -> None:
        if self._points is None:
            return
        ratio = self._canvas.devicePixelRatioF()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = [QPointF(*view.to_screen(x + 0.5, y + 0.5)) for y, x in (self._points.truth, self._points.prediction)]
        for color, width in ((HALO, 5), (LINE, 2)):
            painter.setPen(QPen(color, width * ratio))
            painter.drawLine(QLineF(*ends))
        for end, color in zip(ends, ENDS, strict=True):
            painter.setPen(QPen(LINE, 1.5 * ratio))
            painter.setBrush(color)
            painter.drawEllipse(end, 5 * ratio, 5 * ratio)
        self._draw_text(painter, QLineF(*ends), ratio)
        painter.restore()

    def _draw_text(self, painter: QPainter, line: QLineF, ratio: float) -> None:
        """Write the length above the middle of the line, and above both ends where it is short or steep."""
        font = QFont(small_font(True))
        font.setPixelSize(round(12 * ratio))
        width = QFontMetricsF(font).horizontalAdvance(self._text) + 12 * ratio
        at, end = line.center(), 8 * ratio
        box = QRectF(at.x() - width / 2, at.y() - 30 * ratio, width, 20 * ratio)
        if any(box.adjusted(-end, -end, end, end).contains(point) for point in (line.p1(), line.p2())):
            box.moveBottom(min(line.y1(), line.y2()) - 10 * ratio)
        if box.top() < 0:
            box.moveTop(max(line.y1(), line.y2()) + 10 * ratio)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LINE)
        painter.drawRoundedRect(box, 4 * ratio, 4 * ratio)
        painter.setFont(font)
        painter.setPen(QColor("#141618"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text)
