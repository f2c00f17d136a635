"""The dialog in which keys are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from segstudio.gui.keys.editor import KeyEditor
from segstudio.gui.keys.keymap import FIXED, POINTING, shown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

NAME = Qt.ItemDataRole.UserRole
SIZE = (640, 620)


class KeyDialog(QDialog):
    """All actions by menu with their keys; what is changed is in force at once."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle("Change keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(SIZE[0], min(SIZE[1], window.height()))
        self._keymap, self._theme = window.keymap, window.theme
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an action or a key")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find an action or a key")
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.reset_all = QPushButton("Reset all")
        self.reset_all.setToolTip("Give every action the keys it comes with")
        self.reset_all.setAutoDefault(False)
        self.reset_all.clicked.connect(self._keymap.reset_all)
        self.editor = KeyEditor(self._keymap, window.theme)
        for button in self.editor.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.list = self._make_list()
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self._items = self._fill()
        self._lay_out()
        self._keymap.changed.connect(self._show)
        self._show()

    @classmethod
    def show_over(cls, window: MainWindow) -> None:
        """Show the one dialog of a window."""
        dialog = window.findChild(cls) or cls(window)
        dialog.show()
        dialog.activateWindow()
        dialog.search.setFocus()

    def choose(self, name: str) -> None:
        """Edit the keys of an action."""
        self.list.setCurrentItem(self._items[name])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field the arrow down goes to the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            current = self.list.currentItem()
            if current is None or current.isHidden():
                self._choose_first()
            self.list.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels(["Action", "Keys"])
        made.setObjectName("keyList")
        made.setAccessibleName("Actions and their keys")
        made.setUniformRowHeights(True)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        made.header().setStretchLastSection(False)
        made.header().resizeSection(1, 220)
        made.currentItemChanged.connect(lambda item, _: self.editor.show_action(item.data(0, NAME) if item else None))
        made.itemActivated.connect(lambda *_: self.editor.recorder.setFocus())
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        head.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.editor)

    def _fill(self) -> dict[str, QTreeWidgetItem]:
        """Make the rows; return those of actions by name."""
        items: dict[str, QTreeWidgetItem] = {}
        for menu, names in self._keymap.by_menu().items():
            rows = self._add_group(menu.replace("/", ", "), [(self._keymap.said(name), "") for name in names])
            for name, row in zip(names, rows, strict=True):
                row.setData(0, NAME, name)
                items[name] = row
        fixed = {**{shown(key): text for key, text in FIXED.items()}, **POINTING}
        for row in self._add_group("Fixed", [(text, key) for key, text in fixed.items()]):
            row.setDisabled(True)
        self.list.expandAll()
        return items

    def _add_group(self, title: str, texts: list[tuple[str, str]]) -> list[QTreeWidgetItem]:
        group = QTreeWidgetItem(self.list, [title])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        rows = [QTreeWidgetItem(group, [*text]) for text in texts]
        self._groups.append((group, rows))
        return rows

    def _show(self) -> None:
        changed = False
        for name, item in self._items.items():
            item.setText(1, self._keymap.all_shown(name))
            font = item.font(1)
            font.setBold(self._keymap.is_changed(name))
            item.setFont(1, font)
            changed = changed or self._keymap.is_changed(name)
        self.reset_all.setEnabled(changed)
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        """Show the rows that hold a text, in what is done or in its key, and the menus they are in."""
        wanted = text.casefold().strip()
        for group, rows in self._groups:
            for row in rows:
                row.setHidden(wanted not in f"{group.text(0)} {row.text(0)} {row.text(1)}".casefold())
            group.setHidden(all(row.isHidden() for row in rows))

    def _choose_first(self) -> None:
        shown_rows = (item for item in self._items.values() if not item.isHidden())
        if (first := next(shown_rows, None)) is not None:
            self.list.setCurrentItem(first)
