"""The rows of the menu Compare/Ways to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.gui.actions.table import ActionSpec
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Compare/Ways to look"
PARTED = ("confusions", "truth", "row")
"""The layouts that a line goes before in the menu."""
ICONS = {
    "errors": "compare-horizontal",
    "panes": "view-split-vertical",
    "swipe": "arrow-left-right",
    "swipe down": "arrow-up-down",
    "row": "view-column-outline",
    "panes 4": "view-grid-outline",
}


def look_action(key: str) -> str:
    """Return the name of the action that chooses a layout of Compare."""
    return f"look {key}"


def _look(key: str) -> Callable[[MainWindow], object]:
    def run(window: MainWindow) -> None:
        window.presenter.look(key)
        if window.presenter.mode != "compare":
            window.set_mode("compare")

    return run


def _looked(key: str) -> Callable[[MainWindow], bool]:
    return lambda w: w.presenter.mode == "compare" and w.presenter.layout_key == key


def _can_look(key: str) -> Callable[[MainWindow], bool]:
    return lambda w: not w.presenter.missing(key) or _looked(key)(w)


def _missing(key: str) -> Callable[[MainWindow], str]:
    return lambda w: w.presenter.missing(key)


def _compares(window: MainWindow) -> bool:
    return window.presenter.mode == "compare" and window.session.current is not None


def _ask_pane(window: MainWindow) -> None:
    window.pane_menus.ask(window.canvas.pane_pointed_at())


ROWS: dict[str, ActionSpec] = {
    **{
        look_action(key): ActionSpec(
            layout.text,
            MENU,
            _look(key),
            icon=ICONS.get(key, ""),
            separated=key in PARTED,
            checked=_looked(key),
            enabled=_can_look(key),
            reason=_missing(key),
            tip=layout.tip,
        )
        for key, layout in COMPARE_LAYOUTS.items()
    },
    "blink": ActionSpec(
        "Swap what the panes show",
        MENU,
        lambda w: w.presenter.swap(),
        ("Q",),
        "swap-horizontal",
        separated=True,
        checked=lambda w: w.canvas.swapped,
        held="only while it is down",
        enabled=_compares,
        reason="Open an image in Compare first",
    ),
    "pane": ActionSpec(
        "What a pane shows...",
        MENU,
        _ask_pane,
        icon="dock-window",
        enabled=_compares,
        reason="Open an image in Compare first",
    ),
    "lens": ActionSpec(
        "Lens at the pointer",
        MENU,
        lambda w: w.lens.toggle(),
        ("Z",),
        "magnify-plus-outline",
        checked=lambda w: w.lens.on,
        held="only while it is down",
        enabled=_compares,
        reason="Open an image in Compare first",
    ),
    "lens shows": ActionSpec(
        "What the lens shows...",
        MENU,
        lambda w: w.pane_menus.ask_lens(),
        enabled=_compares,
        reason="Open an image in Compare first",
    ),
    "legends": ActionSpec(
        "Legends", MENU, lambda w: w.legends.toggle(), icon="map-legend", checked=lambda w: w.legends.on
    ),
}
