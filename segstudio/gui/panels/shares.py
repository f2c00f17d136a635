"""What a prediction is made of: the share of each class, as bars."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.theme import Theme

ROW = 24


class ShareBars(QWidget):
    """One row a class: chip, name, bar, per cent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[LabelClass, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_rows(self, rows: list[tuple[LabelClass, float]]) -> None:
        """Show classes with their share of the picture, 0..1."""
        self._rows = rows
        self.setAccessibleDescription(", ".join(f"{c.name} {100 * share:.1f} %" for c, share in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), self._theme.tokens
        bar_left, bar_right = self.width() * 2 // 5, self.width() - 64
        for i, (c, share) in enumerate(self._rows):
            y = i * ROW
            paint_chip(painter, QRect(0, y + 5, 14, 14), c, t)
            painter.setPen(t.color("text"))
            name = QRect(24, y, bar_left - 32, ROW)
            shown = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, name.width())
            painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
            bar = QRect(bar_left, y + ROW // 2 - 2, bar_right - bar_left, 4)
            painter.fillRect(bar, t.color("border"))
            bar.setWidth(round(bar.width() * share))
            painter.fillRect(bar, t.color("text3"))
            painter.setPen(t.color("text2"))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRect(bar_right, y, self.width() - bar_right, ROW), right, f"{100 * share:.1f} %")
