"""The menu of the projects that were opened last."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from segstudio.gui.actions.file import RECENT

if TYPE_CHECKING:
    from pathlib import Path

    from segstudio.gui.window import MainWindow


class RecentMenu(QObject):
    """Fills the menu anew whenever it opens; below the projects stands what was in it."""

    def __init__(self, window: MainWindow, menus: dict[str, QMenu]) -> None:
        super().__init__(window)
        self._window, self._menu = window, menus[RECENT]
        self._menu.setToolTipsVisible(True)
        self._last = self._menu.actions()[0]
        self._made: list[QAction] = []
        self._menu.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        bench = self._window.bench
        for action in self._made:
            self._menu.removeAction(action)
            action.deleteLater()
        self._made = []
        for path in bench.settings.recent():
            action = QAction(f"{path.name} in {path.parent}".replace("&", "&&"), self._menu)
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open, path))
            self._made.append(action)
        self._made.append(self._menu.insertSeparator(self._last))
        self._menu.insertActions(self._made[-1], self._made[:-1])
        self._last.setEnabled(len(self._made) > 1)

    def _open(self, path: Path, _: bool = False) -> None:
        self._window.bench.open(path)
