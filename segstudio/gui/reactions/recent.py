"""Menus of what was opened last."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


class RecentMenu(QObject):
    """Fills a menu anew whenever it opens, before its ``last`` action, which forgets them all.

    What is no more there stays in the list, and cannot be chosen: its disk may come back.
    """

    def __init__(
        self, menu: QMenu, last: QAction, paths: Callable[[], list[Path]], open: Callable[[Path], object]
    ) -> None:
        super().__init__(menu)
        self._menu, self._last, self._paths, self._open = menu, last, paths, open
        self._menu.setToolTipsVisible(True)
        self._made: list[QAction] = []
        self._menu.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        for action in self._made:
            self._menu.removeAction(action)
            action.deleteLater()
        self._made = [self._action(path) for path in self._paths()]
        self._last.setEnabled(bool(self._made))
        self._made.append(self._menu.insertSeparator(self._last))
        self._menu.insertActions(self._made[-1], self._made[:-1])

    def _action(self, path: Path) -> QAction:
        there = path.exists()
        text = f"{path.name} in {path.parent}".replace("&", "&&")
        action = QAction(text if there else f"{text}: no longer there", self._menu)
        action.setToolTip(str(path) if there else f"{path} is no longer there")
        action.setEnabled(there)
        action.triggered.connect(partial(self._choose, path))
        return action

    def _choose(self, path: Path, _: bool = False) -> None:
        self._open(path)
