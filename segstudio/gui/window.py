"""The window: what its parts do when something happens."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMessageBox

from segstudio.editing.history import History
from segstudio.gui import commands
from segstudio.gui.actions import ACTIONS
from segstudio.gui.actions.making import ActionStates, keys_by_menu, make_actions, make_menus, shown_key
from segstudio.gui.keys import KeySheet
from segstudio.gui.parts import LEFT_WIDTH, MODES, RIGHT_WIDTHS, Parts
from segstudio.gui.predictor import Run
from segstudio.gui.presenter import LAYOUTS
from segstudio.gui.readout import Readout
from segstudio.gui.theme import Theme
from segstudio.gui.workbench import Workbench
from segstudio.services.open_sample import OpenSample
from segstudio.services.predict import Step
from segstudio.tools import TOOLS

SHARES_MS = 50


class MainWindow(Parts):
    """One window, three ways of working."""

    closed = Signal()

    def __init__(self, bench: Workbench, theme: Theme) -> None:
        super().__init__(bench, theme)
        self.actions_by_name = make_actions(self)
        make_menus(self.menus, self.actions_by_name)
        self.strip.show_keys(lambda name: shown_key(f"tool {name}"))
        for name, icon in (("fit", "fit-to-screen-outline"), ("undo", "undo"), ("redo", "redo")):
            self.strip.add_action(self.actions_by_name[name], icon)
        self.readout = Readout(self.session, self.canvas, self.status, self.captions)
        self.stage.installEventFilter(self)
        self._closing = self._asked_to_close = False
        self._unfollow: Callable[[], None] = lambda: None
        self._shares = QTimer(self)
        self._shares.setSingleShot(True)
        self._shares.setInterval(SHARES_MS)
        self._shares.timeout.connect(self.classes.refresh_shares)
        self._shares.timeout.connect(self.readout.again)
        self._tool = "brush"
        self._connect()
        self.action_states = ActionStates(self)
        self._show_history(None)
        self.set_mode("label")
        self.welcome.show_recent(bench.settings.recent())

    # The way of working

    def set_mode(self, mode: str) -> None:
        """Change what stands around the canvas; the picture, the view and the selection stay."""
        self.top.modes.choose(mode)
        self.right.setCurrentIndex(list(MODES).index(mode))
        self.run_dock.setVisible(mode == "predict" and self.session.project is not None)
        self.samples.show_scores(mode == "compare")
        self.presenter.set_mode(mode)
        self.choose_tool(self._tool)
        self.strip.setVisible(mode != "predict" and self.session.project is not None)
        sizes = self.sides.sizes()
        total = sum(sizes) or self.width()
        left = sizes[0] or LEFT_WIDTH
        self.sides.setSizes([left, total - left - RIGHT_WIDTHS[mode], RIGHT_WIDTHS[mode]])

    def choose_tool(self, name: str) -> None:
        """Draw with another tool. In Predict nothing is drawn: labels that one does not see would change."""
        self._tool = name
        self.canvas.set_tool("pan" if self.presenter.mode == "predict" else name)
        self.strip.choose(name)
        self.options_panel.show_tool(name)
        self._show_hint()

    def show_keys(self) -> None:
        KeySheet(keys_by_menu(), self).open()

    # How it hangs together

    def _connect(self) -> None:
        bench, session = self.bench, self.session
        self.top.mode_chosen.connect(self.set_mode)
        self.dark.clicked.connect(lambda: commands.toggle_theme(self))
        self.keys.clicked.connect(self.actions_by_name["keys"].trigger)
        self.strip.chosen.connect(self.choose_tool)
        self.samples.wanted.connect(bench.opener.go)
        self.classes.schema_edited.connect(bench.change_schema)
        self.classes.refused.connect(lambda why: bench.messages.warn(why))
        self.canvas.drawing.connect(self._show_what_is_drawn)
        self.samples.left_search.connect(self.canvas.setFocus)
        bench.predictor.model_changed.connect(self.canvas.setFocus)
        session.options.changed.connect(lambda _: self._show_hint())
        self.classes.hidden_changed.connect(lambda: self.presenter.set_hidden(self.classes.hidden))
        self.canvas_bar.layout_chosen.connect(self.presenter.set_layout)
        self.canvas_bar.opacity_changed.connect(self.presenter.set_opacity)
        self.canvas_bar.focus_chosen.connect(self.presenter.set_focus)
        self.metrics.focused.connect(self.presenter.set_focus)
        self.presenter.changed.connect(self._show_look)
        self.model_panel.wanted.connect(lambda _: commands.predict_folder(self))
        self.model_panel.card.open.clicked.connect(lambda: commands.ask_model(self))
        self.model_panel.card.load.clicked.connect(lambda: commands.ask_model(self))
        self.model_panel.card.sample.clicked.connect(bench.load_sample_model)
        self.run_dock.failures.itemClicked.connect(lambda item: bench.opener.go(item.data(Qt.ItemDataRole.UserRole)))
        self.welcome.folder_wanted.connect(lambda: commands.ask_folder(self))
        self.welcome.image_wanted.connect(lambda: commands.ask_image(self))
        self.welcome.sample_wanted.connect(bench.open_sample_project)
        self.welcome.path_wanted.connect(bench.open)
        self.welcome.cleared.connect(self._clear_recent)
        self.status.cancelled.connect(bench.predictor.cancel)
        bench.autosave.state_changed.connect(self.status.show_saved)
        bench.autosave.saved.connect(self.samples.note_saved)
        bench.opener.shown.connect(self.presenter.show)
        bench.opener.failed.connect(self.samples.fail)
        bench.opener.busy.connect(self._show_opening)
        bench.predictor.busy_changed.connect(lambda what: self.status.show_job(what, 0, 0, can_cancel=True))
        bench.predictor.stepped.connect(self._on_step)
        bench.predictor.run_ended.connect(self._on_run_ended)
        bench.scorer.progressed.connect(
            lambda done, total: self.metrics.show_progress(done, total, bench.scorer.failures)
        )
        bench.scorer.finished.connect(self.samples.arrange)
        bench.sample_progress.connect(lambda done, total: self.status.show_job("Making the sample", done, total))
        session.project_opened.connect(lambda _: self._on_project())
        session.project_changed.connect(lambda _: self._show_classes())
        session.sample_opened.connect(self.canvas_bar.show_sample)
        session.sample_opened.connect(self._follow)
        self.metrics.refreshed.connect(self._count_legend)
        self.canvas.view_changed.connect(lambda: self.status.show_zoom(self.canvas.view.scale))

    # What is heard

    def _show_hint(self) -> None:
        """Say what drawing would do now: in Compare the class and the size stand nowhere else."""
        tool, project, options = TOOLS[self._tool], self.session.project, self.session.options
        drawn = project.schema.get(options.class_id) if project is not None else None
        if drawn is None:
            self.status.show_hint("")
        elif self.presenter.mode == "predict":
            self.status.show_hint(TOOLS["pan"].hint)
        else:
            size = f", {options.size} px" if tool.sized else ""
            self.status.show_hint(f"{tool.text}: {drawn.name}{size}. {tool.hint}")

    def _show_what_is_drawn(self) -> None:
        """Nothing is drawn unseen: masks that are hidden are shown as soon as one draws."""
        if self.canvas.bare:
            commands.toggle_bare(self)
        self.classes.show_class(self.session.options.class_id)

    def _follow(self, opened: OpenSample) -> None:
        """Follow the history and the pixel counts of the sample that is open now."""
        self._unfollow()
        history, document = opened.document.history, opened.document
        stop_history = history.changed.connect(lambda _: self._show_history(history))
        stop_document = document.changed.connect(lambda _: self._shares.start())

        def unfollow() -> None:
            stop_history()
            stop_document()

        self._unfollow = unfollow
        self._show_history(history)
        self.classes.refresh_shares()

    def _show_history(self, history: History | None) -> None:
        """Name what can be undone and redone, and grey what cannot."""
        texts = (history.undo_text, history.redo_text) if history is not None else (None, None)
        for name, text in zip(("undo", "redo"), texts, strict=True):
            action = self.actions_by_name[name]
            action.setEnabled(text is not None)
            action.setText(f"{ACTIONS[name].text} {text.lower()}" if text else ACTIONS[name].text)

    def _on_project(self) -> None:
        project = self.session.project
        assert project is not None
        self._unfollow()
        self._unfollow = lambda: None
        self.thumbnails.clear()
        self.setWindowTitle(f"{project.root.name} - segstudio")
        self.stage.setCurrentWidget(self.canvas)
        self.canvas_bar.show()
        self.options_panel.show()
        self.strip.setVisible(self.presenter.mode != "predict")
        self.run_dock.setVisible(self.presenter.mode == "predict")
        self._show_classes()
        self._show_hint()
        self.toasts.clear()
        self.canvas.setFocus()

    def _show_classes(self) -> None:
        if self.session.project is not None:
            self.canvas_bar.offer_classes(self.session.project.schema, self.presenter.focus)

    def _show_look(self) -> None:
        p = self.presenter
        self.canvas_bar.offer(LAYOUTS[p.mode], p.layout_key, p.mode == "compare")
        self.canvas_bar.opacity.set_value(p.opacity)
        self.canvas_bar.show_focus(p.focus)
        self.metrics.show_focus(p.focus)
        self._show_legend()

    def _show_legend(self) -> None:
        run = self.session.run
        self.captions.subtitles = {
            "Truth": "labels",
            "Prediction": run.name if run else "",
            "Errors": run.name if run else "",
            "Outlines": "truth white, prediction orange",
        }
        self._count_legend()
        self.captions.place()

    def _count_legend(self) -> None:
        p = self.presenter
        self.readout.show_legend(p.mode == "compare" and p.layout_key == "errors", p.focus)

    def _show_opening(self, busy: bool) -> None:
        if not self.bench.predictor.busy:  # a run has the longer story to tell
            self.status.show_job("Opening" if busy else "", 0, 0)

    def _on_step(self, step: Step) -> None:
        self.readout.show_step(step)
        self.samples.model.touch(step.sample.id)

    def _on_run_ended(self, run: Run) -> None:
        if not run.done:
            return  # why not was said
        title = f"{'Cancelled after' if run.cancelled else 'Predicted'} {run.done:,} images"
        text = f"{run.failed:,} failed: they are listed below the canvas." if run.failed else ""
        self.bench.messages.info(title, text, "Compare", lambda: self.set_mode("compare"))

    def _clear_recent(self) -> None:
        self.bench.settings.clear_recent()
        self.welcome.show_recent([])

    # Qt's events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.stage and event.type() == QEvent.Type.Resize:
            self.toasts.place()
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        for path in paths[:1]:
            self.bench.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once everything is saved; where it cannot be, it is the user who decides."""
        self.session.settle()
        if self.bench.autosave.settled or self._closing:
            self.hide()  # what is still at work may take seconds to stop
            self.bench.settings.geometry = self.saveGeometry()
            self.bench.settings.brush_size = self.session.options.size
            self.thumbnails.close()
            self.bench.close()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        if not self._asked_to_close:
            self._asked_to_close = True
            self.bench.autosave.when_saved(self._close_saved)

    def _close_saved(self, saved: bool) -> None:
        if saved:
            self._close_for_good()
            return
        box = QMessageBox(QMessageBox.Icon.Warning, "Not saved", "Some labels could not be saved.", parent=self)
        box.setInformativeText("Close all the same and lose them?")
        box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_answer)
        box.open()

    def _on_answer(self, answer: int) -> None:
        self._asked_to_close = False
        if answer == QMessageBox.StandardButton.Discard:
            self._close_for_good()

    def _close_for_good(self) -> None:
        self._closing = True
        self.close()
