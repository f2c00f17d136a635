"""Following what is selected and what may be drawn over: in the canvas, the menus, and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from segstudio.gui import painting_over, regions
from segstudio.gui.actions.making import tell_key
from segstudio.services.open_sample import OpenSample
from segstudio.services.paint_rules import PaintRules

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Regions(QObject):
    """Says once, until the rules change, that they forbid what was tried."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._told: PaintRules | None = None
        self._unfollow: Callable[[], None] = lambda: None
        session = window.session
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._let_go())
        session.project_opened.connect(lambda _: self._on_project())
        session.rules_changed.connect(lambda _: self._show_rules())
        window.windowing.changed.connect(self._on_display)
        window.canvas.escaped.connect(lambda: regions.deselect(window))
        window.status.rules.clicked.connect(lambda: painting_over.show(window))
        window.clean_panel.wanted.connect(lambda name: window.actions_by_name[name].trigger())
        for name, button in window.clean_panel.buttons.items():
            action = window.actions_by_name[name]
            tell_key(button, action)
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)

    def _on_project(self) -> None:
        self._let_go()
        self._window.rules_panel.show()
        self._window.clean_panel.show()
        self._show_rules()

    def _follow(self, opened: OpenSample) -> None:
        self._let_go()
        document = opened.document
        document.selection.clear()  # of when it was open the last time
        stops = (
            document.selection.changed.connect(lambda _: self._on_selection()),
            document.refused.connect(lambda _: self._tell()),
        )

        def unfollow() -> None:
            for stop in stops:
                stop()

        self._unfollow = unfollow

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None

    def _on_selection(self) -> None:
        self._window.canvas.update()
        self._window.looks.show_hint()
        self._window.action_states.refresh()  # at once: the next key may be meant for what was just selected

    def _on_display(self) -> None:
        """The values that count are those of the channel that is shown."""
        if self._window.session.rules.bounded:
            self._window.session.apply_rules()

    def _show_rules(self) -> None:
        session = self._window.session
        texts = session.rules.texts(session.project.schema) if session.project is not None else []
        self._window.status.rules.show_texts(texts)
        self._window.rules_panel.note.setText("limited" if texts else "")
        self._window.action_states.refresh_soon()

    def _tell(self) -> None:
        """Say why nothing was drawn."""
        session = self._window.session
        if session.project is None or self._told == session.rules:
            return
        self._told = session.rules
        locked, drawn = session.rules.locked, session.project.schema.get(session.options.class_id)
        if drawn is not None and drawn.id in locked:
            self._window.bench.messages.info(
                f"Nothing was changed: {drawn.name} is locked.",
                "A locked class keeps its pixels and gets no others.",
                "Unlock",
                lambda: session.toggle_lock(drawn.id),
            )
            return
        self._window.bench.messages.info(
            "Nothing was changed: what is there may not be drawn over.",
            f"{'. '.join(session.rules.texts(session.project.schema))}.",
            "Paint over everything",
            lambda: session.set_rules(PaintRules()),
        )
