"""How one row of the samples list is painted."""

import math

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.gui.panels.samples_model import (
    FOUND_ROLE,
    NOTE_ROLE,
    NOTED_ROLE,
    OPEN_ROLE,
    OTHER_SCORE_ROLE,
    SCORE_ROLE,
    STATE_ROLE,
)
from segstudio.gui.panels.states import State
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index, percent
from segstudio.overlays.base import COLOR_A, COLOR_B

ICON = 14
ROW_HEIGHT = 64
THUMBNAIL = QRect(12, 8, 72, 48)


class SampleDelegate(QStyledItemDelegate):
    """Thumbnail, name, state; in Compare the mean IoU with its bar."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.scored = False
        self._parent = parent
        self._badges: dict[str, QPixmap] = {}
        theme.changed.connect(self._badges.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect: QRect = option.rect
        paint_ground(painter, option, self._theme.tokens, is_selected(option), bar=index.data(OPEN_ROLE))
        self._paint_thumbnail(painter, rect, index.data(Qt.ItemDataRole.DecorationRole))
        left = rect.x() + THUMBNAIL.right() + 11
        text = QRect(left, rect.y() + 10, rect.right() - left - 10, 18)
        score = index.data(SCORE_ROLE) if self.scored else None
        self._paint_name(painter, text, index.data(Qt.ItemDataRole.DisplayRole))
        if score is None:
            self._paint_state(painter, text.translated(0, 22), index.data(STATE_ROLE))
            if index.data(NOTED_ROLE):
                at = QRect(text.right() - ICON, text.y() + 24, ICON, ICON)
                painter.drawPixmap(at, self._badge("note-text-outline", "text3"))
        elif (told := index.data(FOUND_ROLE)) is not None:
            self._paint_found(painter, text.translated(0, 22), told, score)
        else:
            self._paint_scores(painter, text, score, index)
        painter.restore()

    def _paint_thumbnail(self, painter: QPainter, rect: QRect, pixmap: QPixmap | None) -> None:
        box = THUMBNAIL.translated(rect.topLeft())
        if pixmap is None:
            painter.fillRect(box, self._theme.tokens.color("input"))
            return
        size = pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        # Fill the box and cut what is too much, so that rows line up whatever the pictures' shapes.
        scale = pixmap.width() / max(size.width(), 1)
        cut = QRect(0, 0, round(box.width() * scale), round(box.height() * scale))
        cut.moveCenter(QPoint(pixmap.width() // 2, pixmap.height() // 2))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(box, pixmap, cut)

    def _paint_name(self, painter: QPainter, rect: QRect, name: str) -> None:
        font = QFont(painter.font())
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color("text"))
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, elided)

    def _paint_state(self, painter: QPainter, rect: QRect, state: State) -> None:
        text, icon, token = state.value
        painter.drawPixmap(QRect(rect.x(), rect.y() + 2, ICON, ICON), self._badge(icon, token))
        self._small(painter)
        painter.drawText(rect.adjusted(19, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _badge(self, icon: str, token: str) -> QPixmap:
        """Return an icon as drawn once: the icon library shapes a letter anew each time, and a step paints all rows."""
        if icon not in self._badges:
            ratio = self._parent.devicePixelRatioF()
            self._badges[icon] = self._theme.icon(icon, token).pixmap(QSize(ICON, ICON), ratio)
        return self._badges[icon]

    def _paint_scores(self, painter: QPainter, text: QRect, score: float, index: Index) -> None:
        """One bar and the class that is worst; with a second prediction a bar of each."""
        other: float | None = index.data(OTHER_SCORE_ROLE)
        if other is not None:
            self._paint_score(painter, text.translated(0, 16), score, QColor(*COLOR_A))
            self._paint_score(painter, text.translated(0, 31), other, QColor(*COLOR_B))
            return
        self._paint_score(painter, text.translated(0, 17), score, self._theme.tokens.color("text3"))
        self._small(painter, 11, "text3")
        line = text.translated(0, 33)
        elided = painter.fontMetrics().elidedText(index.data(NOTE_ROLE), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, elided)

    def _paint_found(self, painter: QPainter, rect: QRect, told: str, score: float) -> None:
        """Why the sample was found comes first; its mean IoU stands at the right."""
        self._small(painter, 12, "text")
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, told)
        self._small(painter, 11, "text3")
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, right, f"mIoU {percent(score)}")

    def _paint_score(self, painter: QPainter, rect: QRect, score: float, color: QColor) -> None:
        self._small(painter)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        known = not math.isnan(score)
        painter.drawText(rect, right, percent(score))
        bar = QRect(rect.x(), rect.center().y() - 1, rect.width() - 44, 4)
        painter.fillRect(bar, self._theme.tokens.color("border"))
        if known:
            bar.setWidth(round(bar.width() * score))
            painter.fillRect(bar, color)

    def _small(self, painter: QPainter, size: int = 12, token: str = "text2") -> None:
        font = QFont(painter.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color(token))
