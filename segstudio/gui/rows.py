"""What lists and tables have in common: how they are set up, and what is below the text of a row."""

from PySide6.QtCore import QAbstractItemModel, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from segstudio.gui.theme import Tokens

BAR = 2
"""Width of what marks a row at its left end."""


def set_up_list(view: QListView, model: QAbstractItemModel, delegate: QAbstractItemDelegate, name: str) -> None:
    """Make a view show rows of one height, of which only those in sight cost anything."""
    view.setModel(model)
    view.setItemDelegate(delegate)
    view.setUniformItemSizes(True)
    view.setMouseTracking(True)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setAccessibleName(name)


def set_up_table(table: QTableView, model: QAbstractItemModel, row_height: int, name: str) -> None:
    """Make a table show rows of one height, chosen as a whole and one at a time."""
    table.setModel(model)
    table.setAccessibleName(name)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(row_height)
    table.verticalHeader().setDefaultSectionSize(row_height)
    table.horizontalHeader().setHighlightSections(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)


def is_selected(option: QStyleOptionViewItem) -> bool:
    """Return whether a row that is painted is selected."""
    return bool(option.state & QStyle.StateFlag.State_Selected)


def paint_ground(
    painter: QPainter,
    option: QStyleOptionViewItem,
    tokens: Tokens,
    chosen: bool,
    bar: bool | None = None,
    hovered: str = "raised",
) -> None:
    """Paint the ground of a row: whether it is ``chosen``, or else below the pointer, in the colour ``hovered``.

    A bar at the left marks it where ``bar`` says so; where that is None, one that is chosen.
    """
    rect: QRect = option.rect
    if chosen:
        painter.fillRect(rect, tokens.color("select"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, tokens.color(hovered))
    if chosen if bar is None else bar:
        painter.fillRect(QRect(rect.x(), rect.y(), BAR, rect.height()), tokens.color("accent"))


class PickedList(QListView):
    """A list that tells which row was ``picked``, clicked or gone to by keys: what its model has as ``UserRole``."""

    picked = Signal(object)

    def __init__(self, model: QAbstractItemModel, delegate: QAbstractItemDelegate, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        delegate.setParent(self)
        set_up_list(self, model, delegate, name)
        self.clicked.connect(lambda index: self.picked.emit(index.data(Qt.ItemDataRole.UserRole)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before and self.currentIndex().isValid():
            self.picked.emit(self.currentIndex().data(Qt.ItemDataRole.UserRole))
