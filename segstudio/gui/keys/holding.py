"""Keys that are held: what they do is undone when they are let go; after a tap it stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShortcutEvent

from segstudio.gui.actions import ACTIONS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

TAP_MS = 250
REPEAT_MS = 30
"""Some systems tell of a key that is held as of one let go and pressed again at once: no press follows a real end."""


@dataclass(frozen=True, slots=True)
class Held:
    """The action whose key is down, that key, and whether the action was on before."""

    name: str
    key: Qt.Key
    before: bool


class Holding(QObject):
    """Watches the keys of the actions that mean something else when held (``ActionSpec.held``)."""

    ended = Signal()  # the key was let go; what it did is undone by now, or stays

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._held: Held | None = None
        self.tap = QTimer(self)
        self.tap.setSingleShot(True)
        self.tap.setInterval(TAP_MS)
        self._letting_go = QTimer(self)
        self._letting_go.setSingleShot(True)
        self._letting_go.setInterval(REPEAT_MS)
        self._letting_go.timeout.connect(self._release)
        self._names: dict[QObject, str] = {}
        for name in (name for name, spec in ACTIONS.items() if spec.held):
            self._names[window.actions_by_name[name]] = name
            window.actions_by_name[name].installEventFilter(self)

    @property
    def held(self) -> bool:
        """Whether one of the keys is down."""
        return self._held is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QShortcutEvent):
            self._letting_go.stop()
            if self._held is not None and self._held.name == self._names[watched]:
                return True  # the key repeats itself
            self._press(self._names[watched], event)
        elif event.type() == QEvent.Type.WindowDeactivate:
            self._release()
        elif self._lets_go(event):
            self._letting_go.start()
        return False

    def _press(self, name: str, event: QShortcutEvent) -> None:
        pressed: QKeyCombination = event.key()[0]  # type: ignore[index]  # PySide's stubs lack it
        self._held = Held(name, pressed.key(), self._is_on(name))
        self._window.installEventFilter(self)  # while a key is down only: each move of the mouse comes this way, too
        self.tap.start()

    def _lets_go(self, event: QEvent) -> bool:
        if self._held is None or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyRelease:
            return False
        return event.key() == self._held.key and not event.isAutoRepeat()

    def _release(self) -> None:
        """Undo what the press did, unless it was a tap, or something else undid it meanwhile."""
        held, self._held = self._held, None
        self._window.removeEventFilter(self)
        if held is not None and not self.tap.isActive() and self._is_on(held.name) != held.before:
            self._window.actions_by_name[held.name].trigger()
        self.ended.emit()

    def _is_on(self, name: str) -> bool:
        checked = ACTIONS[name].checked
        return checked is not None and checked(self._window)
