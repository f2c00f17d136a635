"""The menus of the canvas in Compare: what a pane shows, and what the lens does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from segstudio.gui.canvas.contents import CONTENTS, missing, shown_for
from segstudio.gui.canvas.lens import FACTORS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class PaneMenus(QObject):
    """Opened from the titles of the panes and from the button of the lens, or by their actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.captions.asked.connect(self.ask)
        window.presenter.changed.connect(self._show_lens)
        window.session.prediction_changed.connect(lambda _: self._show_lens())

    def ask(self, pane: int) -> None:
        """Ask what a pane of Compare is to show."""
        window, presenter = self._window, self._window.presenter
        if presenter.mode != "compare" or pane >= len(presenter.layout.overlays):
            return
        menu = self._menu()
        wanted = presenter.choices.wanted(presenter.layout_key, pane)
        self._offer(menu, wanted, lambda name: presenter.show_in(pane, name))
        menu.addSeparator()
        key = window.keymap.shown("blink")
        held = menu.addMenu(f"While {key} is held" if key else "Blinks with")
        held.setToolTipsVisible(True)
        self._offer(held, presenter.layout.held[pane], lambda name: presenter.hold_in(pane, name))
        menu.addAction("As it was", presenter.restore_panes)
        titles = window.captions.titles
        self._open(menu, titles[pane] if pane < len(titles) else window.canvas)

    def ask_lens(self) -> None:
        """Ask what the lens is to show, and how much larger."""
        lens, menu = self._window.lens, self._menu()
        self._offer(menu, lens.content, self._set_content)
        menu.addSeparator()
        group = QActionGroup(menu)
        for factor in FACTORS:
            action = menu.addAction(f"{factor} times as large" if factor > 1 else "As large as it is")
            action.setCheckable(True)
            action.setChecked(factor == lens.factor)
            action.triggered.connect(lambda _=False, factor=factor: lens.set(on=True, factor=factor))
            group.addAction(action)
        self._open(menu, self._window.canvas_bar.lens)

    def _set_content(self, name: str) -> None:
        self._window.lens.set(on=True, content=name)
        self._show_lens()

    def _show_lens(self) -> None:
        lens, presenter = self._window.lens, self._window.presenter
        lens.show(shown_for(lens.content, presenter.there), presenter.mode == "compare")

    def _menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        return menu

    def _offer(self, menu: QMenu, chosen: str, choose: Callable[[str], object]) -> None:
        """Offer everything that there is; what cannot be shown says what to do about it."""
        group = QActionGroup(menu)
        for name, content in CONTENTS.items():
            action = menu.addAction(content.text)
            lacking = missing(name, self._window.presenter.there)
            action.setToolTip(content.tip if lacking is None else lacking.value)
            action.setEnabled(lacking is None)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.triggered.connect(lambda _=False, name=name: choose(name))
            group.addAction(action)

    def _open(self, menu: QMenu, below: QWidget) -> None:
        at = below.rect().bottomLeft() if below is not self._window.canvas else QPoint(12, 12)
        menu.popup(below.mapToGlobal(at))
