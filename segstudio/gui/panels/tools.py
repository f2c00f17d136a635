"""The strip of tools beside the canvas."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from segstudio.gui.theme import Theme
from segstudio.tools import TOOLS


class ToolStrip(QFrame):
    """One button a tool; below them what is not a tool but always at hand."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("toolStrip")
        self.setFixedWidth(44)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 4, 4, 4)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self._lined = True
        for name, tool in TOOLS.items():
            button = self._button(tool.icon, "onaccent")
            button.setCheckable(True)
            button.setAccessibleName(tool.text)
            button.setProperty("tool", name)
            button.clicked.connect(lambda _=False, name=name: self.chosen.emit(name))
            self._group.addButton(button)

    def show_keys(self, key_of: Callable[[str], str]) -> None:
        """Put each tool's shortcut into its tip."""
        for button in self._group.buttons():
            name = button.property("tool")
            tool = TOOLS[name]
            button.setToolTip(f"<b>{tool.text}</b> &nbsp;{key_of(name)}<br>{tool.hint}")

    def choose(self, name: str) -> None:
        """Show a tool as chosen, without announcing it."""
        next(b for b in self._group.buttons() if b.property("tool") == name).setChecked(True)

    def add_action(self, action: QAction, icon: str) -> None:
        """Add a button for an action, below the tools and a line."""
        if self._lined:
            line = QFrame()
            line.setObjectName("stripLine")
            line.setFixedHeight(1)
            self._add(line)
            self._lined = False
        button = self._button(icon, "text")
        action.changed.connect(lambda: button.setToolTip(action.toolTip()))
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text())
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)

    def _button(self, icon: str, on: str) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(36, 36)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme.dress(button, icon, 20, on=on)
        self._add(button)
        return button

    def _add(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)
