"""The window's actions, menus and tool tips, made from the table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from segstudio.gui.actions import ACTIONS
from segstudio.gui.actions.tools import CLASS_KEYS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

NATIVE = QKeySequence.SequenceFormat.NativeText


def make_actions(window: MainWindow) -> dict[str, QAction]:
    """Return an action for each row of the table, owned by the window."""
    made: dict[str, QAction] = {}
    for name, spec in ACTIONS.items():
        action = QAction(spec.text, window)
        action.setCheckable(spec.checked is not None)
        action.setAutoRepeat(spec.checked is None)  # a key that is held would turn it on and off
        action.triggered.connect(lambda _=False, run=spec.run: run(window))
        action.triggered.connect(lambda: window.action_states.refresh_soon())
        action.enabledChanged.connect(partial(_tell, window, name, action))
        window.addAction(action)
        made[name] = action
    window.keymap.changed.connect(lambda: _show_keys(window, made))
    _show_keys(window, made)
    return made


def _show_keys(window: MainWindow, actions: dict[str, QAction]) -> None:
    for action in actions.values():
        action.setShortcuts([])  # else one that is taken over would for a moment belong to two
    for name, action in actions.items():
        action.setShortcuts([QKeySequence(key) for key in window.keymap.keys(name)])
        _tell(window, name, action)


def _tell(window: MainWindow, name: str, action: QAction, _: bool = True) -> None:
    """Let the tool tip of an action say its name and key, and why it cannot be done where it cannot."""
    spec = ACTIONS[name]
    action.setStatusTip("" if action.isEnabled() else spec.why_not(window))
    below = action.statusTip() or spec.tip
    action.setToolTip(with_key(spec.text, window.keymap.shown(name)) + (f"\n{below}" if below else ""))


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
        holder = _menu(bar, menus, above) if above else bar
        menus[path] = ActionMenu(text, holder)
        holder.addMenu(menus[path])
    return menus[path]


class ActionMenu(QMenu):
    """Where the pointer stays on an action, says what its tool tip has beside its name: why it cannot be done, too."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            action = self.actionAt(event.pos())
            tip = action.toolTip() if action is not None else ""
            self.setToolTipsVisible("\n" in tip or (action is not None and action.text() not in tip))
        return super().event(event)


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
        session.run_changed.connect(lambda _: self.refresh_soon())
        session.options.changed.connect(lambda _: self.refresh_soon())
        window.presenter.changed.connect(self.refresh_soon)
        self.refresh()

    def refresh_soon(self) -> None:
        """Ask again when all that is happening now has happened."""
        self._soon.start()

    def refresh(self) -> None:
        self._name_classes()
        for name, spec in ACTIONS.items():
            action = self._window.actions_by_name[name]
            if spec.checked is not None:
                action.setChecked(spec.checked(self._window))
            if spec.enabled is not None:
                action.setEnabled(spec.enabled(self._window))
            _tell(self._window, name, action)

    def _name_classes(self) -> None:
        """Let the keys of the classes say which classes they are."""
        names = [c.name for c in self._window.classes.model.classes]
        for i in range(len(CLASS_KEYS)):
            text = ACTIONS[f"class {i + 1}"].text
            shown = f"{text}: {names[i]}" if i < len(names) else text
            self._window.actions_by_name[f"class {i + 1}"].setText(shown.replace("&", "&&"))


def with_key(text: str, key: str) -> str:
    """Return a tool tip with its key."""
    return f"{text} ({key})" if key else text


def tell_key(widget: QWidget, action: QAction, text: str = "") -> None:
    """Let a widget's tool tip be a text, else the action's, with the action's key, whatever that is made to be.

    Where the action cannot be done it says why.
    """

    def tell() -> None:
        said = with_key(text, action.shortcut().toString(NATIVE))
        widget.setToolTip("\n".join(filter(None, (said, action.statusTip()))) if text else action.toolTip())

    action.changed.connect(tell)
    tell()
