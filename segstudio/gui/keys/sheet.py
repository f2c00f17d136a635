"""The sheet of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from segstudio.gui.keys.keymap import FIXED, POINTING, KeyMap, shown
from segstudio.gui.widgets import label

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

COLUMNS = 3
FRAME = 48
"""Pixels of height for what the desktop puts around a dialog."""
HEAD_ROWS = 2
"""What a head and the gap above it take, in rows."""

Rows = Sequence[tuple[str, str]]
"""(key, what it does), as they are shown."""


class KeySheet(QDialog):
    """Shows keys and what they do, grouped by menu, as they are now. Closes with Escape."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = window
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        change = QPushButton("Change keys")
        change.setObjectName("secondary")
        change.clicked.connect(window.actions_by_name["change keys"].trigger)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addWidget(label("The keys can be changed.", "note"), 1)
        foot.addWidget(change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 16)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        window.keymap.changed.connect(self._fill)
        self._fill()
        self._fit()

    @classmethod
    def show_over(cls, window: MainWindow) -> None:
        """Show the one sheet of a window."""
        sheet = window.findChild(cls) or cls(window)
        sheet.show()
        sheet.activateWindow()

    def _fill(self) -> None:
        body = QWidget()
        line = QHBoxLayout(body)
        line.setContentsMargins(24, 0, 24, 8)
        line.setSpacing(32)
        for groups in in_columns(groups_of(self._window.keymap)):
            column = QVBoxLayout()
            column.setSpacing(12)
            for title, rows in groups:
                column.addWidget(label(title, "panelHead"))
                column.addLayout(_grid(rows))
            column.addStretch(1)
            line.addLayout(column)
        self._body = body
        self._area.setWidget(body)

    def _fit(self) -> None:
        """Be as large as what is shown, or as fits on the screen with a frame around it where that is smaller."""
        wanted, bar = self._body.sizeHint(), self._area.verticalScrollBar().sizeHint().width()
        room = self._window.screen().availableSize()
        self.resize(min(wanted.width() + bar, room.width()), min(wanted.height() + 72, room.height() - FRAME))


def groups_of(keymap: KeyMap) -> list[tuple[str, Rows]]:
    """Return what the sheet shows: a title and rows for each menu that has keys; the class keys are one row."""
    groups: list[tuple[str, Rows]] = []
    for menu, names in keymap.by_menu().items():
        rows = [(keymap.all_shown(n), keymap.said(n)) for n in names if keymap.keys(n)]
        if rows and menu == keymap.specs["class 1"].menu:
            rows = [(" ".join(key for key, _ in rows), "In the order of the list")]
        if rows:
            groups.append((menu.rpartition("/")[2], rows))
    fixed = [(shown(key), text) for key, text in FIXED.items() if key not in ("Enter", "Tab", "Shift+Tab")]
    return [*groups, ("Canvas", [*POINTING.items(), *fixed])]


def in_columns(groups: Sequence[tuple[str, Rows]]) -> list[list[tuple[str, Rows]]]:
    """Return the groups in columns of about one height, in each in the order they came in."""
    columns: list[list[int]] = [[] for _ in range(COLUMNS)]
    heights = [0] * COLUMNS
    for i in sorted(range(len(groups)), key=lambda i: -len(groups[i][1])):  # the long ones first, or they stick out
        at = heights.index(min(heights))
        columns[at].append(i)
        heights[at] += HEAD_ROWS + len(groups[i][1])
    return [[groups[i] for i in sorted(column)] for column in sorted(columns)]


def _grid(rows: Rows) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for i, (key, text) in enumerate(rows):
        grid.addWidget(label(key, "keyCap"), i, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(text), i, 1)
    return grid
