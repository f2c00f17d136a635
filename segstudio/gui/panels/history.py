"""The steps made in the open sample; a click goes back, or forward, to how it was after one of them."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from segstudio.core.events import Event
from segstudio.editing.history import History
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index, Section
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

ROW, SHOWN = 24, 6
OPENED = "Opened"


class HistoryModel(QAbstractListModel):
    """Row 0 is the sample as it was opened, or as it was before the oldest step that is still known."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: tuple[str, ...] = ()
        self.at = 0

    def show_history(self, history: History | None) -> None:
        self.beginResetModel()
        self.texts = () if history is None else (OPENED, *(edit.text for edit in history.steps))
        self.at = 0 if history is None else len(history)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.texts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.texts[index.row()] if role == Qt.ItemDataRole.DisplayRole else None


class _StepDelegate(QStyledItemDelegate):
    """What is undone is faint; where one stands is marked."""

    def __init__(self, model: HistoryModel, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._model, self._theme = model, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, rect, here = self._theme.tokens, option.rect, index.row() == self._model.at
        painter.save()
        if here:
            painter.fillRect(rect, t.color("select"))
            painter.fillRect(QRect(rect.x(), rect.y(), 2, rect.height()), t.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, t.color("raised"))
        painter.setPen(t.color("text3" if index.row() > self._model.at else "text"))
        painter.drawText(rect.adjusted(12, 0, -12, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
        painter.restore()


class HistoryPanel(Section):
    """``wanted`` says how many steps, of those that are known, are to stand."""

    wanted = Signal(int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("History")
        self.foldable(theme, opened=False)
        self._unfollow = _nothing
        self.model = HistoryModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_StepDelegate(self.model, theme, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setFixedHeight(ROW * SHOWN)
        self.view.setAccessibleName("History")
        self.view.setToolTip("Click a step to go back, or forward, to it")
        self.view.activated.connect(lambda index: self.wanted.emit(index.row()))
        self.view.clicked.connect(lambda index: self.wanted.emit(index.row()))
        self.body.addWidget(self.view)
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._follow(None))
        session.project_opened.connect(lambda _: self._follow(None))
        theme.changed.connect(self.view.viewport().update)

    def _follow(self, opened: OpenSample | None) -> None:
        self._unfollow()
        self._unfollow = _nothing
        history = opened.document.history if opened is not None else None
        if history is not None:
            changed: Event[None] = history.changed
            self._unfollow = changed.connect(lambda _: self._show(history))
        self._show(history)

    def _show(self, history: History | None) -> None:
        self.model.show_history(history)
        self.note.setText(f"{len(history)} to undo" if history is not None and len(history) else "")
        self.view.scrollTo(self.model.index(self.model.at))


def _nothing() -> None:
    """Follow nothing."""
