"""What stands over the canvas in words: what each pane shows, and what the colours mean, with the pixels of each."""

from html import escape

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from segstudio.core.schema import Color
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.kept import Kept
from segstudio.overlays.errors import (
    FALSE_NEGATIVE,
    FALSE_NEGATIVE_STRIPE,
    FALSE_POSITIVE,
    SWAPPED,
    TRUE_POSITIVE,
    Verdict,
)

MARGIN = 12
VERDICTS: dict[Verdict, tuple[str, Color, Color | None]] = {
    Verdict.HIT: ("True positive", TRUE_POSITIVE, None),
    Verdict.EXTRA: ("False positive", FALSE_POSITIVE, None),
    Verdict.MISSED: ("False negative", FALSE_NEGATIVE, FALSE_NEGATIVE_STRIPE),
    Verdict.SWAPPED: ("Other class", SWAPPED, None),
}


class Captions(QObject):
    """Keeps the titles and the legend in their corners. ``legend`` is shown by whoever knows the numbers."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._titles: list[PaneTitle] = []
        self.subtitles: dict[str, str] = {}
        self.legend = Legend(canvas)
        canvas.resized.connect(self.place)
        canvas.panes_changed.connect(self.place)

    def place(self) -> None:
        """Put everything where it belongs."""
        arranged = [pane for pane in self._canvas.panes() if pane.title]
        while len(self._titles) < len(arranged):
            self._titles.append(PaneTitle(self._canvas))
        for title, pane in zip(self._titles, arranged, strict=False):
            more = self.subtitles.get(pane.title, "")
            title.show_text(f"<b>{pane.title}</b>" + (f" &nbsp;{escape(more)}" if more else ""))
            title.adjustSize()
            area = self._canvas.in_widget(QRectF(pane.area)).toAlignedRect()
            left = area.x() + MARGIN
            if len(arranged) == 2 and pane is arranged[1]:
                left = area.right() - title.width() - MARGIN
            title.move(left, area.y() + MARGIN)
            title.setVisible(area.width() > title.width() + MARGIN)
        for title in self._titles[len(arranged) :]:
            title.hide()
        self.legend.adjustSize()
        size = self.legend.size()
        self.legend.move(self._canvas.width() - size.width() - MARGIN, self._canvas.height() - size.height() - MARGIN)

    def show_counts(self, head: str, score: str, counts: dict[Verdict, int], swapped: bool) -> None:
        """Show the legend; it is moved only where it has grown or was hidden, for it is counted at every stroke."""
        before = self.legend.sizeHint() if self.legend.isVisible() else None
        self.legend.show_counts(head, score, counts, swapped)
        if self.legend.sizeHint() != before:
            self.place()


class PaneTitle(QLabel):
    """What a pane shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("paneTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._kept = Kept(self)

    def show_text(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self._kept.renew()


class Legend(QFrame):
    """What the error colours mean."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._head, self._score = QLabel(), QLabel()
        grid.addWidget(self._head, 0, 0, 1, 2)
        grid.addWidget(self._score, 0, 2, Qt.AlignmentFlag.AlignRight)
        self._rows: dict[Verdict, tuple[QLabel, QLabel, QLabel]] = {}
        self._kept = Kept(self)
        for row, (verdict, (text, color, stripe)) in enumerate(VERDICTS.items(), start=1):
            chip, name, count = QLabel(), QLabel(text), QLabel()
            chip.setPixmap(_swatch(color, stripe))
            for column, part in enumerate((chip, name, count)):
                grid.addWidget(part, row, column)
            count.setAlignment(Qt.AlignmentFlag.AlignRight)
            count.setMinimumWidth(86)
            self._rows[verdict] = (chip, name, count)
        self.hide()

    def show_counts(self, head: str, score: str, counts: dict[Verdict, int], swapped: bool) -> None:
        """Show the pixels of each verdict; ``swapped`` says whether an object can be taken for another."""
        self._head.setText(f"<b>{escape(head)}</b>")
        self._score.setText(f"<b>{score}</b>")
        for verdict, parts in self._rows.items():
            parts[2].setText(f"{counts.get(verdict, 0):,} px")
            for part in parts:
                part.setVisible(swapped or verdict is not Verdict.SWAPPED)
        self.show()
        self._kept.renew()


def _swatch(color: Color, stripe: Color | None) -> QPixmap:
    pixmap = QPixmap(18, 10)
    pixmap.fill(QColor(*color))
    if stripe is not None:
        painter = QPainter(pixmap)
        painter.fillRect(pixmap.rect(), QBrush(QColor(*stripe), Qt.BrushStyle.BDiagPattern))
        painter.end()
    return pixmap
