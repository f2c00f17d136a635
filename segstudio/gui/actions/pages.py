"""The rows of the menu Compare, Analysis pages: one for each page."""

from functools import partial
from typing import TYPE_CHECKING

from segstudio.gui.actions.table import NO_PROJECT, ActionSpec
from segstudio.gui.analysis.pages import PAGES

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def _show(name: str, window: "MainWindow") -> None:
    window.comparing.show_page(name)


def _can_show(window: "MainWindow") -> bool:
    return window.session.project is not None


ROWS: dict[str, ActionSpec] = {
    f"page {name}": ActionSpec(
        f"Analysis: {page.text}", "Compare/Analysis pages", partial(_show, name), enabled=_can_show, reason=NO_PROJECT
    )
    for name, page in PAGES.items()
}
