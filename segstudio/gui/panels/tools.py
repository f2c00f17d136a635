"""The strip of tools beside the canvas."""

from collections.abc import Callable
from itertools import groupby

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QVBoxLayout, QWidget

from segstudio.gui.panels.tool_button import ToolButton
from segstudio.gui.theme import Theme
from segstudio.tools import TOOLS

SIDE, GAP, EDGE = 36, 2, 4


class ToolStrip(QFrame):
    """One button a tool, or one a group of tools where there is no room for all; below them what is always at hand."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("toolStrip")
        self.setFixedWidth(SIDE + 2 * EDGE)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._column.setSpacing(GAP)
        self._column.addStretch(1)
        self._others: list[QWidget] = []
        self._buttons = {name: self._tool_button(name) for name in TOOLS}
        self._groups = [list(names) for _, names in groupby(TOOLS, lambda name: TOOLS[name].group or name)]
        self._shown = {names[0] for names in self._groups}
        """The tools, one of each group, whose buttons stay where there is no room for all."""
        self._key_of: Callable[[str], str] = lambda name: ""
        self._arrange()

    def show_keys(self, key_of: Callable[[str], str]) -> None:
        """Put each tool's shortcut into its tip."""
        self._key_of = key_of
        for name, button in self._buttons.items():
            tool = TOOLS[name]
            button.setToolTip(f"<b>{tool.text}</b> &nbsp;{key_of(name)}<br>{tool.hint}")

    def choose(self, name: str) -> None:
        """Show a tool as chosen, without announcing it."""
        for other, button in self._buttons.items():
            button.setChecked(other == name)
        self._shown = self._shown.difference(self._group(name)) | {name}
        self._arrange()

    def add_action(self, action: QAction, icon: str) -> None:
        """Add a button for an action, below the tools and a line."""
        if not self._others:
            line = QFrame()
            line.setObjectName("stripLine")
            line.setFixedHeight(1)
            self._others.append(line)
            self._add(line)
        button = QToolButton()
        self._dress(button, icon, "text")
        self._others.append(button)
        action.changed.connect(lambda: button.setToolTip(action.toolTip()))
        button.setToolTip(action.toolTip())
        button.setAccessibleName(action.text())
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), self._height(len(self._groups)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _height(self, tools: int) -> int:
        """Return how high the strip is with so many buttons for tools."""
        return tools * (SIDE + GAP) + sum(widget.height() + GAP for widget in self._others) + 2 * EDGE

    def _arrange(self) -> None:
        folded = self.height() < self._height(len(TOOLS))
        for names in self._groups:
            for name in names:
                button = self._buttons[name]
                button.setVisible(not folded or name in self._shown)
                button.several = folded and len(names) > 1
                button.update()

    def _group(self, name: str) -> list[str]:
        return next(names for names in self._groups if name in names)

    def _offer(self, name: str) -> None:
        """Show all tools of a group beside the button that stands for them."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for other in self._group(name):
            tool = TOOLS[other]
            action = menu.addAction(self._theme.icon(tool.icon), f"{tool.text}\t{self._key_of(other)}")
            action.triggered.connect(lambda _=False, other=other: self.chosen.emit(other))
        button = self._buttons[name]
        menu.popup(button.mapToGlobal(QPoint(button.width() + EDGE, 0)))

    def _tool_button(self, name: str) -> ToolButton:
        tool, button = TOOLS[name], ToolButton(name)
        self._dress(button, tool.icon, "onaccent")
        button.setAccessibleName(tool.text)
        button.clicked.connect(lambda: self._choose(name))
        button.others_wanted.connect(lambda: self._offer(name))
        return button

    def _choose(self, name: str) -> None:
        self.choose(name)  # one that was chosen already stays so
        self.chosen.emit(name)

    def _dress(self, button: QToolButton, icon: str, on: str) -> None:
        button.setFixedSize(SIDE, SIDE)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme.dress(button, icon, 20, on=on)
        self._add(button)

    def _add(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)
