"""Keeping what stands around the canvas in step with how the canvas looks and what drawing would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from segstudio.gui import commands
from segstudio.gui.actions.looks import PARTED, look_action
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS
from segstudio.gui.presenter import LAYOUTS
from segstudio.gui.regions import has_selection
from segstudio.tools import TOOLS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Looks(QObject):
    """The bar above the canvas, and the hint below."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        bar, presenter, session = window.canvas_bar, window.presenter, window.session
        bar.layout_chosen.connect(presenter.set_layout)
        bar.opacity_changed.connect(presenter.set_opacity)
        bar.focus_chosen.connect(presenter.set_focus)
        window.metrics.focused.connect(presenter.set_focus)
        window.metrics.refreshed.connect(presenter.look_around)
        window.classes.hidden_changed.connect(lambda: presenter.set_hidden(window.classes.hidden))
        window.canvas.may_draw = self._may_draw
        window.canvas.drawing.connect(self._show_what_is_drawn)
        window.canvas.view_changed.connect(self._on_view)
        window.canvas.said.connect(lambda why: window.bench.messages.info(why))
        presenter.changed.connect(self._show_look)
        session.sample_opened.connect(lambda _: self._show_look())
        session.options.changed.connect(lambda _: self.show_hint())
        session.project_changed.connect(lambda _: self.show_classes())
        session.sample_opened.connect(lambda o: bar.show_sample(o, window.samples.model.title(o.sample)))
        bar.lens.clicked.connect(window.lens.toggle)
        window.lens.changed.connect(self._show_lens)
        self._fill_menu()

    def show_hint(self) -> None:
        """Say what drawing would do now: in Compare the class and the size stand nowhere else."""
        window, options = self._window, self._window.session.options
        tool, project = TOOLS[window.tool], window.session.project
        drawn = project.schema.get(options.class_id) if project is not None else None
        if drawn is None:
            window.status.show_hint("")
        elif window.presenter.mode == "predict":
            window.status.show_hint(TOOLS["pan"].hint)
        else:
            erased = project.schema.get(options.background_id) if project is not None else None
            shown = erased if window.tool == "eraser" and erased is not None else drawn
            number = f" #{options.instance}" if options.instance and shown is drawn else ""
            size = f", {options.size} px" if tool.sized else ""
            drawing = f": {shown.name}{number}{size}" if tool.draws else ""
            hint = tool.hint_now(options, window.canvas.view.scale, has_selection(window))
            window.status.show_hint(f"{tool.text}{drawing}. {hint}")

    def _on_view(self) -> None:
        self._window.status.show_zoom(self._window.canvas.view.scale)
        self.show_hint()

    def show_classes(self) -> None:
        if self._window.session.project is not None:
            self._window.canvas_bar.offer_classes(self._window.session.project.schema, self._window.presenter.focus)

    def _may_draw(self) -> bool:
        """Return whether one would see what one draws; say so where not."""
        presenter = self._window.presenter
        if not presenter.truth_in_view:
            self._window.bench.messages.info(
                "Nothing was done: the truth is not in view.",
                "Tools work on the truth, which this way to look does not show.",
                "Show errors",
                lambda: presenter.look("errors"),
            )
        return presenter.truth_in_view

    def _show_what_is_drawn(self) -> None:
        """Nothing is drawn unseen: masks that are hidden are shown as soon as one draws."""
        if self._window.canvas.bare:
            commands.toggle_bare(self._window)
        self._window.classes.show_class(self._window.session.options.class_id)

    def _show_look(self) -> None:
        p, bar = self._window.presenter, self._window.canvas_bar
        bar.offer(LAYOUTS[p.mode], p.layout_key, p.mode == "compare")
        bar.opacity.set_value(p.opacity)
        bar.show_focus(p.focus)
        self._window.metrics.show_focus(p.focus)
        self._window.samples.show_focus(p.focus)
        self._show_missing()

    def _show_missing(self) -> None:
        """Say at each way to look that has nothing to show what to do about it."""
        p, bar = self._window.presenter, self._window.canvas_bar
        missing = {key: p.missing(key) for key in COMPARE_LAYOUTS}
        if p.mode == "compare":
            bar.show_missing({key: why for key, why in missing.items() if why and key != p.layout_key})

    def _show_lens(self) -> None:
        self._window.canvas_bar.lens.setChecked(self._window.lens.on)
        self._window.action_states.refresh_soon()

    def _fill_menu(self) -> None:
        """Put all that the menu Compare has of ways to look behind the button that says "More"."""
        menu, actions = self._window.canvas_bar.more.menu(), self._window.actions_by_name
        for key in COMPARE_LAYOUTS:
            if key in PARTED:
                menu.addSeparator()
            menu.addAction(actions[look_action(key)])
        menu.addSeparator()
        for name in ("blink", "pane", "lens", "lens shows", "legends"):
            menu.addAction(actions[name])
