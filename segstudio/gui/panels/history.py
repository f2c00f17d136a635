"""The steps made in the open sample; a click goes back, or forward, to how it was after one of them."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from segstudio.core.schema import LabelClass
from segstudio.editing.edit import Edit
from segstudio.editing.history import History
from segstudio.editing.written import Written
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.panels.history_model import CLASS_ROLE, WRITTEN_ROLE, HistoryModel
from segstudio.gui.rows import paint_ground, set_up_list
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index, Section
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

ROW, SHOWN = 24, 6
CHIP = 12
SCROLL_MS = 40


class _StepDelegate(QStyledItemDelegate):
    """Chip of the class that was drawn, what was done, pixels. What is undone is faint; where one stands is marked."""

    def __init__(self, model: HistoryModel, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._model, self._theme = model, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, rect, undone = self._theme.tokens, option.rect, index.row() > self._model.at
        painter.save()
        paint_ground(painter, option, t, index.row() == self._model.at)
        drawn: LabelClass | None = index.data(CLASS_ROLE)
        if drawn is not None:
            chip = QRect(rect.x() + 12, rect.center().y() - CHIP // 2 + 1, CHIP, CHIP)
            paint_chip(painter, chip, drawn, t, faded=undone)
        room = rect.adjusted(12 + CHIP + 8, 0, -12, 0)
        room.setRight(self._paint_size(painter, room, index.data(WRITTEN_ROLE), undone))
        painter.setPen(t.color("text3" if undone else "text"))
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_size(self, painter: QPainter, room: QRect, written: Written | None, undone: bool) -> int:
        """Write at the right how many pixels were changed; return how far to the right there is still room."""
        if written is None:
            return room.right()
        painter.save()
        font = QFont(painter.font())
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color("text3" if undone else "text2"))
        text, right = f"{written.pixels:,} px", Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, right, text)
        left = room.right() - painter.fontMetrics().horizontalAdvance(text)
        painter.restore()
        return left - 8


class _StepsView(QListView):
    """``appeared`` says that it is seen again, on the screen or in its section."""

    appeared = Signal()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.appeared.emit()


class HistoryPanel(Section):
    """``wanted`` says how many steps, of those that are known, are to stand. While it is not seen it costs nothing."""

    wanted = Signal(int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("History")
        self.foldable(theme, opened=False)
        self._session = session
        self._history: History | None = None
        self._stale = False
        self._unfollow: tuple[Callable[[], None], ...] = ()
        self.model = HistoryModel()
        self.view = _StepsView()
        set_up_list(self.view, self.model, _StepDelegate(self.model, theme, self.view), "History")
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setFixedHeight(ROW * SHOWN)
        self.view.setToolTip("Click a step to go back, or forward, to it")
        self.view.activated.connect(lambda index: self.wanted.emit(index.row()))
        self.view.clicked.connect(lambda index: self.wanted.emit(index.row()))
        self.view.appeared.connect(self._catch_up)
        self.model.touched.connect(self.view.viewport().update)
        self._scrolling = QTimer(self)  # a moment later: it has the whole list laid out
        self._scrolling.setSingleShot(True)
        self._scrolling.setInterval(SCROLL_MS)
        self._scrolling.timeout.connect(lambda: self.view.scrollTo(self.model.index(self.model.at)))
        self.body.addWidget(self.view)
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._follow(None))
        session.project_opened.connect(lambda _: self._follow(None))
        session.project_changed.connect(lambda _: self._show_all())
        theme.changed.connect(self.view.viewport().update)

    def _follow(self, opened: OpenSample | None) -> None:
        for stop in self._unfollow:
            stop()
        self._history = history = opened.document.history if opened is not None else None
        self._unfollow = ()
        if history is not None:
            self._unfollow = history.pushed.connect(self._add), history.moved.connect(lambda _: self._move())
        self._show_all()

    def _show_all(self) -> None:
        """Show the whole history, as soon as it is seen; until then none, for steps may be large."""
        self._stale = True
        if self.view.isVisible():
            self._catch_up()
        else:
            self.model.show_history(None)
        self._show_place()

    def _catch_up(self) -> None:
        if self._stale:
            self._stale = False
            self.model.schema = self._session.project.schema if self._session.project is not None else None
            self.model.show_history(self._history)
            self._show_place()

    def _add(self, step: Edit) -> None:
        self._stale = self._stale or not self.view.isVisible()
        if self._history is not None and not self._stale:
            self.model.add(step, len(self._history))
        self._show_place()

    def _move(self) -> None:
        self._stale = self._stale or not self.view.isVisible()
        if self._history is not None and not self._stale:
            self.model.go_to(len(self._history))
        self._show_place()

    def _show_place(self) -> None:
        done = len(self._history) if self._history is not None else 0
        self.note.setText(f"{done:,} to undo" if done else "")
        if not self._stale:
            self._scrolling.start()
