"""What a row of the table of actions is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

NO_PROJECT, NO_IMAGE = "Open a folder of images first", "Open an image first"
"""The commonest reasons."""


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``keys`` are in Qt's portable form; the first is the one that is shown."""

    text: str
    menu: str
    """Where it stands: "Edit", or "Edit/Regions" for a menu within a menu."""
    run: Callable[[MainWindow], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    separated: bool = False
    """A line goes before it in the menu."""
    checked: Callable[[MainWindow], bool] | None = None
    """Where it is something that is on or off: whether it is on. Asked again after whatever may change it."""
    held: str = ""
    """Where it is on or off, what holding its key does: it is undone when the key is let go."""
    enabled: Callable[[MainWindow], bool] | None = None
    """Whether it can be done now; without it, always."""
    reason: str | Callable[[MainWindow], str] = ""
    """Where it cannot be done now, what to do about that: said by its tool tip and in the palette."""
    tip: str = ""
    """What its tool tip says below its name."""

    def why_not(self, window: MainWindow) -> str:
        """Return why it cannot be done, where it cannot."""
        return self.reason if isinstance(self.reason, str) else self.reason(window)
