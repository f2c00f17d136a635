"""The widget of the table of images, and the menu that its columns are chosen from."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QPushButton, QTableView

from segstudio.core.records import WorkState
from segstudio.gui.analysis.images_model import NAME, ImagesModel
from segstudio.gui.rows import set_up_table
from segstudio.services.image_columns import STATES, Column, Kind, spelled

ROW_HEIGHT, NAME_WIDTH, LEAST_WIDTH = 22, 168, 56
LONGEST = {Kind.PIXELS: 99_999_999.0, Kind.SECONDS: 99_999.0, Kind.STATE: float(STATES.index(WorkState.REVIEW))}
"""Values that take the most room."""


class ImagesTable(QTableView):
    """``opened`` names the row of the model that was double clicked, or on which Enter was pressed."""

    opened = Signal(int)

    def __init__(self, model: ImagesModel) -> None:
        super().__init__()
        self.images = model
        set_up_table(self, model, ROW_HEIGHT, "Scores by image")
        self.setTextElideMode(Qt.TextElideMode.ElideLeft)  # ids differ at their ends
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self._on_head)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def fit_columns(self) -> None:
        """Give each column the room of its head and of its longest values."""
        metrics = self.horizontalHeader().fontMetrics()
        for column in range(self.images.columnCount()):
            text = self.images.headerData(column, Qt.Orientation.Horizontal)
            kind = self.images.kind_at(column)
            longest = "" if kind is None else spelled(kind, LONGEST.get(kind, 1.0))
            wide = max(metrics.horizontalAdvance(f"{text}▴"), self.fontMetrics().horizontalAdvance(longest)) + 14
            self.setColumnWidth(column, NAME_WIDTH if column == NAME else max(wide, LEAST_WIDTH))

    def chosen(self) -> list[int]:
        """Return the places of the rows that are selected, ascending."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(n) for n in range(selection.count())]
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})

    def show_row(self, place: int | None) -> None:
        """Choose a row, and bring it into sight."""
        if place is not None:
            index = self.images.index(place, 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _on_head(self, column: int) -> None:
        """Sort by a column, the lowest first; clicked again, the other way."""
        key = self.images.keys[column - 1] if column != NAME else ""
        again = key == self.images.sorted_by and not self.images.descending
        self.images.sort(column, Qt.SortOrder.DescendingOrder if again else Qt.SortOrder.AscendingOrder)
        self.scrollToTop()  # the first ones are what one sorts for


class ColumnsButton(QPushButton):
    """A menu of all columns there are, by group; ``chosen`` lists those that are ticked, in the order of the menu."""

    chosen = Signal(list)

    def __init__(self) -> None:
        super().__init__("Columns")
        self.setToolTip("Choose what the table shows of each image")
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._known: Mapping[str, Column] = {}

    def offer(self, columns: Mapping[str, Column], ticked: Collection[str]) -> None:
        """Fill the menu anew."""
        self._known = columns
        self._menu.clear()
        groups: dict[str, QMenu] = {"": self._menu}
        for key, column in columns.items():
            if column.group not in groups:
                groups[column.group] = self._menu.addMenu(column.group)
            action = groups[column.group].addAction(column.text)
            action.setToolTip(column.tip)
            action.setCheckable(True)
            action.setChecked(key in ticked)
            action.setData(key)
            action.triggered.connect(self._announce)

    def _announce(self) -> None:
        menus = [self._menu, *(menu for menu in self._menu.findChildren(QMenu))]
        ticked = {action.data() for menu in menus for action in menu.actions() if action.isChecked()}
        self.chosen.emit([key for key in self._known if key in ticked])
