"""The window's actions, menus and tool tips, made from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from segstudio.gui.actions import ACTIONS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def make_actions(window: MainWindow) -> dict[str, QAction]:
    """Return an action for each row of the table, owned by the window."""
    made: dict[str, QAction] = {}
    for name, spec in ACTIONS.items():
        action = QAction(spec.text, window)
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        keys = f" ({shown_key(name)})" if spec.keys else ""
        action.setToolTip(spec.text + keys)
        action.setCheckable(spec.checked is not None)
        action.triggered.connect(lambda _=False, run=spec.run: run(window))
        window.addAction(action)
        made[name] = action
    return made


def make_menus(bar: QMenuBar, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar, in the order of the table; return the menus by their paths, as "Edit/Regions"."""
    menus: dict[str, QMenu] = {}
    for name, spec in ACTIONS.items():
        menu = _menu(bar, menus, spec.menu)
        if spec.separated:
            menu.addSeparator()
        menu.addAction(actions[name])
    return menus


def _menu(bar: QMenuBar, menus: dict[str, QMenu], path: str) -> QMenu:
    if path not in menus:
        above, _, text = path.rpartition("/")
        menus[path] = _menu(bar, menus, above).addMenu(text) if above else bar.addMenu(text)
    return menus[path]


class ActionStates(QObject):
    """Keeps ticked what is on, and grey what cannot be done now."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        session = window.session
        for event in (session.project_opened, session.project_changed, session.sample_opened, session.sample_closed):
            event.connect(lambda _: self.refresh_soon())
        session.options.changed.connect(lambda _: self.refresh_soon())
        window.presenter.changed.connect(self.refresh_soon)
        self.refresh()

    def refresh_soon(self) -> None:
        """Ask again when all that is happening now has happened."""
        self._soon.start()

    def refresh(self) -> None:
        for name, spec in ACTIONS.items():
            action = self._window.actions_by_name[name]
            if spec.checked is not None:
                action.setChecked(spec.checked(self._window))
            if spec.enabled is not None:
                action.setEnabled(spec.enabled(self._window))


def shown_key(name: str) -> str:
    """Return the shortcut of an action as people read it, or nothing."""
    keys = ACTIONS[name].keys
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def keys_by_menu() -> dict[str, list[tuple[str, str]]]:
    """Return (shortcut, text) of every action that has one, by menu; the class keys as one row."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, spec in ACTIONS.items():
        if spec.keys and not name.startswith("class "):
            groups.setdefault(spec.menu.partition("/")[0], []).append((shown_key(name), spec.text))
    groups["Tools"].append(("1 ... 9, 0", "Draw one of the first ten classes"))
    return groups
