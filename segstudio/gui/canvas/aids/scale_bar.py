"""A bar of a round length in the lower left corner of the canvas."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from segstudio.gui.canvas.aids.steps import as_text, round_step
from segstudio.gui.canvas.marks import LINE_ON
from segstudio.gui.canvas.view import PaneView

SHORTEST = 80
"""Screen pixels that the bar is long, at the least; at the most two and a half times as many."""

MARGIN, HEIGHT = 8, 34
SHOWN_UNITS = {"um": "\u00b5m"}
"""Units as people write them, where files have letters that every keyboard has."""


class ScaleBar(QWidget):
    """Measures along the rows of the picture, whose pixels may be less wide than high."""

    def __init__(self, canvas: PaneView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pixel, self._unit = 1.0, "px"
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Scale bar")
        canvas.view_changed.connect(self.fit_length)

    def set_pixel(self, spacing: tuple[float, float] | None, unit: str) -> None:
        """Measure in ``unit``; ``spacing`` is the size of a pixel, y then x. None: in pixels."""
        self._pixel, self._unit = (spacing[1], unit) if spacing is not None else (1.0, "px")
        self.fit_length()

    @property
    def length(self) -> float:
        """What the bar is long, in the unit."""
        return round_step(SHORTEST * self._a_pixel())

    @property
    def text(self) -> str:
        return f"{as_text(self.length)} {SHOWN_UNITS.get(self._unit, self._unit)}"

    def fit_length(self) -> None:
        """Be as long as a round number is at this zoom."""
        self.resize(round(self.length / self._a_pixel()) + 2 * MARGIN, HEIGHT)
        self.update()

    def _a_pixel(self) -> float:
        """Return what one pixel of the widget measures."""
        return self._pixel * self.devicePixelRatioF() / self._canvas.view.scale

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawRoundedRect(self.rect(), 4, 4)
        painter.setPen(LINE_ON)
        painter.drawText(QRectF(0, 2, self.width(), 18), Qt.AlignmentFlag.AlignCenter, self.text)
        painter.setBrush(LINE_ON)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRect(QRectF(MARGIN, HEIGHT - 11, self.width() - 2 * MARGIN, 4))
