"""Which keys do what: the keys of the table of actions, and those that the user chose instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from segstudio.gui.settings import Settings

if TYPE_CHECKING:
    from segstudio.gui.actions.table import ActionSpec

FIXED = {
    "Space": "Hold to pan",
    "Return": "Finish a shape",
    "Enter": "Finish a shape",
    "Esc": "Cancel a shape",
    "Backspace": "Take the last corner back",
    "Tab": "Go to the next control",
    "Shift+Tab": "Go to the control before",
}
"""Keys that are what they are, and what that is."""
POINTING = {
    "Wheel, pinch": "Zoom about the pointer",
    "Middle, two fingers": "Pan",
    "Shift+wheel": "Brush size",
    "Ctrl+right-drag": "Brush size, too",
    "Right-drag": "Erase, as with the pen's other end",
    "Ctrl+click": "Pick the class under the pointer",
    "Shift": "Draw straight, or with equal sides",
    "Alt": "Take away what is drawn",
    "Shift+Alt": "Keep only what is drawn over",
}
"""What the mouse, the pen and the touchpad do on the canvas."""


class KeyMap(QObject):
    """The keys of each action, in Qt's portable form; a key belongs to one action at most.

    What the user chose wins: an action of a later version whose key is taken already begins without it.
    """

    changed = Signal()

    def __init__(self, specs: Mapping[str, ActionSpec], settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.specs, self._settings = specs, settings
        self._chosen = self._known(settings.keys)
        self._keys: dict[str, tuple[str, ...]] = {}
        self._holders: dict[str, str] = {}
        self._resolve()

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of an action; the first is the one that is shown."""
        return self._keys[name]

    def shown(self, name: str) -> str:
        """Return the first key of an action as people read it, or nothing."""
        return shown(self._keys[name][0]) if self._keys[name] else ""

    def all_shown(self, name: str) -> str:
        """Return all keys of an action as people read them, or nothing."""
        return ", ".join(shown(key) for key in self._keys[name])

    def by_menu(self) -> dict[str, list[str]]:
        """Return the names of the actions by the paths of their menus, both in the order of the menus."""
        menus: dict[str, list[str]] = {}
        for name, spec in self.specs.items():
            menus.setdefault(spec.menu, []).append(name)
        return menus

    def said(self, name: str) -> str:
        """Return what an action does, as it is listed beside its keys."""
        spec = self.specs[name]
        return f"{spec.text} (hold: {spec.held})" if spec.held else spec.text

    def is_changed(self, name: str) -> bool:
        """Return whether an action has other keys than the program brings."""
        return self._keys[name] != self.specs[name].keys

    def holder(self, key: str) -> str | None:
        """Return the name of the action that a key belongs to."""
        return self._holders.get(key)

    def conflicts(self, name: str, keys: Iterable[str]) -> dict[str, str]:
        """Return which of the keys belong to other actions than ``name``, and to which."""
        return {key: other for key in keys if (other := self.holder(key)) not in (None, name)}

    def give(self, name: str, keys: tuple[str, ...]) -> None:
        """Let an action have these keys and no others.

        Who comes with one of them does without, and has it back as soon as it is given up.
        """
        for other in [n for n in self._chosen if n != name]:
            self._choose(other, tuple(key for key in self._chosen[other] if key not in keys))
        self._choose(name, keys)
        self._settle()

    def reset(self, name: str) -> None:
        """Give an action the keys that the program brings for it."""
        self.give(name, self.specs[name].keys)

    def reset_all(self) -> None:
        self._chosen = {}
        self._settle()

    def _choose(self, name: str, keys: tuple[str, ...]) -> None:
        self._chosen[name] = keys
        if keys == self.specs[name].keys:
            del self._chosen[name]

    def _settle(self) -> None:
        self._resolve()
        self._settings.keys = self._chosen
        self.changed.emit()

    def _resolve(self) -> None:
        taken = {key for keys in self._chosen.values() for key in keys}
        self._keys = {
            name: self._chosen.get(name, tuple(key for key in spec.keys if key not in taken))
            for name, spec in self.specs.items()
        }
        self._holders = {key: name for name, keys in self._keys.items() for key in keys}

    def _known(self, kept: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return what of the kept choices can be used: actions that exist, keys that exist and are free."""
        seen = set(FIXED)
        known: dict[str, tuple[str, ...]] = {}
        for name in (n for n in self.specs if n in kept):
            usable = [key for text in kept[name] if (key := portable(QKeySequence(text))) and key not in seen]
            known[name] = tuple(dict.fromkeys(usable))
            seen |= set(usable)
        return known


def portable_of(event: QKeyEvent) -> str:
    """Return the key that an event is about, as it is kept."""
    return portable(QKeySequence(event.keyCombination()))


def portable(sequence: QKeySequence) -> str:
    """Return a key as it is kept, "" for none."""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def shown(key: str) -> str:
    """Return a kept key as people read it on this system."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
