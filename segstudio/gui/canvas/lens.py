"""A round lens at the pointer: what is below it, larger or under another overlay."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QRegion

from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.contents import CONTENTS
from segstudio.gui.canvas.marks import LINE_ON, LINE_UNDER
from segstudio.gui.canvas.viewport import Viewport

DIAMETER = 220
"""Pixels of the widget."""
FACTORS = (1, 2, 4)
LABEL = 11
PILL = QColor(20, 22, 24, 215)
RIM = 3
"""Pixels that the ring round it reaches beyond it."""


class Lens(QObject):
    """Drawn at the same place in every pane.

    ``content`` is the overlay that it is to show, ``factor`` how much larger it shows things.
    """

    changed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.on = False
        self.content, self.factor = "truth", 2
        self._shown, self._allowed = "truth", False
        self._at: QPointF | None = None
        canvas.over.append(self._draw)
        canvas.pointed.connect(self._follow)
        canvas.repictured.connect(self._repaint)

    def toggle(self) -> None:
        self.set(on=not self.on)

    def set(self, on: bool | None = None, content: str | None = None, factor: int | None = None) -> None:
        """Turn it on or off, or let it show something else."""
        self.on = self.on if on is None else on
        self.content = content or self.content
        self.factor = factor or self.factor
        self._update()
        self.changed.emit()

    def show(self, overlay: str, allowed: bool) -> None:
        """Draw with an overlay, what there is of ``content``, or where it is not ``allowed`` not at all."""
        if (overlay, allowed) != (self._shown, self._allowed):
            self._shown, self._allowed = overlay, allowed
            self._update()

    @property
    def seen(self) -> bool:
        """Whether it is drawn where the pointer is on the picture."""
        return self.on and self._allowed

    def _update(self) -> None:
        self._canvas.brush.magnified = float(self.factor) if self.seen else 1.0
        self._canvas.update()

    def _follow(self, at: tuple[float, float] | None) -> None:
        self._repaint()
        self._at = None if at is None else QPointF(*self._canvas.view.to_screen(*at))
        self._repaint()

    def _repaint(self) -> None:
        if self.seen and self._at is not None:
            around = QRegion(self._around(self._at).adjusted(-RIM, -RIM, RIM, RIM).toAlignedRect())
            self._canvas.update_marked(around)

    def _around(self, at: QPointF) -> QRectF:
        side = DIAMETER * self._canvas.devicePixelRatioF()
        return QRectF(at.x() - side / 2, at.y() - side / 2, side, side)

    def _draw(self, painter: QPainter, view: Viewport) -> None:
        if not self.seen or self._at is None:
            return
        around = self._around(self._at).toAlignedRect()
        seen = view.zoomed(self.factor, self._at.x(), self._at.y()) if self.factor > 1 else view
        size = around.width(), around.height()
        shown = self._canvas.seen_at(seen.panned(-around.x(), -around.y()), size, self._shown)
        if shown is None:
            return
        inside = QPainterPath()
        inside.addEllipse(QRectF(around))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(inside, Qt.ClipOperation.IntersectClip)
        painter.drawImage(around.topLeft(), shown)
        painter.restore()
        self._draw_ring(painter, QRectF(around))

    def _draw_ring(self, painter: QPainter, around: QRectF) -> None:
        """Draw the ring round the lens and, on it, what it shows."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(LINE_UNDER, 4), QPen(LINE_ON, 2)):
            painter.setPen(pen)
            painter.drawEllipse(around)
        font = painter.font()
        font.setPixelSize(round(LABEL * self._canvas.devicePixelRatioF()))
        painter.setFont(font)
        text = f"{CONTENTS[self._shown].text}{f'  {self.factor}x' if self.factor > 1 else ''}"
        size = painter.fontMetrics().size(0, text)
        pill = QRectF(0, 0, size.width() + size.height(), size.height() + 4)
        pill.moveCenter(QPointF(around.center().x(), around.bottom() - pill.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PILL)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(LINE_ON)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
