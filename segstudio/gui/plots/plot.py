"""What all plots share: a picture that is drawn once and kept, a pointer over it, and files of it."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from segstudio.gui.plots.ink import small_font
from segstudio.gui.theme import Theme, Tokens

Cell: TypeAlias = str | float
"""What stands in a file of comma-separated values."""

OWN_KEYS = frozenset(
    (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
    )
)
"""What one goes through a plot with."""

NOTE_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
NOTE_BESIDE, NOTE_ABOVE = 24, 8
"""Pixels left free around the sentence of an empty plot."""


class Plot(QWidget):
    """A plot of some values. ``title`` names it for those who cannot see it, and its files."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self.kept: QPixmap | None = None
        self.note = ""
        self.pointer: QPointF | None = None
        self.title = title
        self.setAccessibleName(title)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.redraw)

    # What a plot is

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        """Draw everything but what follows the pointer, from (0, 0) to ``size``."""
        raise NotImplementedError

    def draw_over(self, painter: QPainter) -> None:
        """Draw what follows the pointer."""

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """Return the names of the columns and the rows of what is plotted."""
        raise NotImplementedError

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see, and to save."""
        raise NotImplementedError

    # What is seen

    def say(self, note: str) -> None:
        """Show a sentence in the place of an empty plot."""
        self.note = note
        self.update()

    def height_of_note(self) -> int:
        """Return the height at which the sentence of an empty plot has room, as wide as the plot is."""
        room = QRect(0, 0, max(self.width() - 2 * NOTE_BESIDE, 1), 10_000)
        return self.fontMetrics().boundingRect(room, NOTE_FLAGS, self.note).height() + 2 * NOTE_ABOVE

    def redraw(self) -> None:
        """Draw everything anew."""
        self.kept = None
        self.update()

    @property
    def tokens(self) -> Tokens:
        return self._theme.tokens

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.empty:
            painter.setPen(self.tokens.color("text3"))
            room = self.rect().adjusted(NOTE_BESIDE, NOTE_ABOVE, -NOTE_BESIDE, -NOTE_ABOVE)
            painter.drawText(room, NOTE_FLAGS, self.note)
            return
        ratio = self.devicePixelRatioF()
        if self.kept is None or self.kept.devicePixelRatio() != ratio:
            self.kept = self.render_kept(ratio)
        painter.drawPixmap(0, 0, self.kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font())
        self.draw_over(painter)

    def render_kept(self, ratio: float) -> QPixmap:
        """Draw what stays the same while the pointer moves."""
        kept, painter = self.blank(ratio)
        self.draw(painter, QSizeF(self.size()), self.tokens)
        painter.end()
        return kept

    def blank(self, ratio: float) -> tuple[QPixmap, QPainter]:
        """Return an empty picture of the size of the plot, and a painter at work on it."""
        kept = QPixmap(self.size() * ratio)
        kept.setDevicePixelRatio(ratio)
        kept.fill(Qt.GlobalColor.transparent)
        painter = QPainter(kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return kept, painter

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.redraw()

    def event(self, event: QEvent) -> bool:
        """Keep the keys that one goes through a plot with from being shortcuts while it has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in OWN_KEYS:
            event.accept()
            return True
        return super().event(event)

    def whole(self) -> QRectF:
        return QRectF(self.rect())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.empty and self.actions():
            menu = QMenu(self)
            menu.addActions(self.actions())
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())
