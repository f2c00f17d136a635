"""The field and the list of the command palette, over the top of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from segstudio.gui.keys.keymap import portable_of
from segstudio.gui.palette.delegate import ROW_HEIGHT, EntryDelegate
from segstudio.gui.palette.entries import Entries
from segstudio.gui.palette.entry import Entry
from segstudio.gui.rows import set_up_list
from segstudio.gui.widgets import Index, label

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

WIDTH, MARGIN, TOP = 640, 24, 48
MOST_ROWS = 12
STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: MOST_ROWS - 1,
    Qt.Key.Key_PageUp: 1 - MOST_ROWS,
}


class EntriesModel(QAbstractListModel):
    """The entries found, nearest first."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return entry.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (entry.text, entry.place, entry.key)))
            case Qt.ItemDataRole.UserRole:
                return entry
        return None


class Palette(QFrame):
    """Enter does what is marked, arrows mark another, Escape or a click elsewhere closes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._window = window
        self._before: QWidget | None = None
        self._entries = Entries(window)
        self.field = QLineEdit()
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText("Find a command or sample")
        self.field.setAccessibleName("Find a command or sample")
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self.model = EntriesModel()
        self.view = QListView()
        set_up_list(self.view, self.model, EntryDelegate(window.theme, self.view), "Commands")
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.clicked.connect(self._run)
        self._said = label("", "hintText", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        for part in (self.field, self.view, self._said):
            column.addWidget(part)
        self.hide()

    def toggle(self) -> None:
        """Open with an empty field, or close."""
        if self.isVisible():
            self.leave()
            return
        self._before = self._window.focusWidget()
        self._entries.gather()
        self.field.clear()
        self._find("")
        self.show()
        self._window.installEventFilter(self)
        self.raise_()
        self.field.setFocus()

    def leave(self) -> None:
        """Close, and let the keys go where they went before."""
        self.hide()
        before = self._before
        if before is None or not isValid(before):  # a field may be gone once it is left
            before = self._window.canvas
        before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While one types here, keys mean nothing else; the place is kept when the window changes its size."""
        if watched is self._window:
            if not self.isVisible():
                self._window.removeEventFilter(self)  # each move of the mouse comes this way, too
            elif event.type() == QEvent.Type.Resize:
                self._place()
            return False
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                if self._window.keymap.holder(portable_of(event)) != "palette":
                    event.accept()
                return True
            return event.type() == QEvent.Type.KeyPress and self._on_key(Qt.Key(event.key()))
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and self._left(event.reason()):
            self.hide()
        return False

    def _left(self, reason: Qt.FocusReason) -> bool:
        return reason not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)

    def _on_key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.view.currentIndex())
        elif key in STEPS:
            row = self.view.currentIndex().row() + STEPS[key]
            self._mark(min(max(row, 0), self.model.rowCount() - 1))
            self._say("" if self.model.rowCount() else self._said.text())
        return key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, *STEPS)

    def _find(self, typed: str) -> None:
        self.model.show(self._entries.find(typed))
        self._mark(0)
        rows = self.model.rowCount()
        self.view.setVisible(bool(rows))
        self.view.setFixedHeight(ROW_HEIGHT * min(rows, MOST_ROWS))
        self._say("" if rows else "No command or sample has this name")

    def _place(self) -> None:
        width = min(WIDTH, self._window.width() - 2 * MARGIN)
        self.setGeometry((self._window.width() - width) // 2, TOP, width, self.sizeHint().height())

    def _say(self, text: str) -> None:
        """Say below the list why nothing comes of what was typed or chosen."""
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self._place()

    def _mark(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row, 0))

    def _run(self, index: QModelIndex) -> None:
        entry: Entry | None = index.data(Qt.ItemDataRole.UserRole)
        if entry is None:
            return
        if not entry.enabled:
            self._say(entry.reason)
            return
        self.leave()
        if entry.action:
            self._window.bench.settings.add_used(entry.action)
        entry.run()
