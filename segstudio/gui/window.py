"""The window: the bars and panels around the canvas, and how they change with the way of working."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QMessageBox,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from segstudio import __version__
from segstudio.editing.history import History
from segstudio.gui.actions import ACTIONS, TOOL_KEYS, make_actions, make_menus
from segstudio.gui.bars import CanvasBar, StatusBar, TopBar
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.captions import Captions
from segstudio.gui.keys import KeySheet
from segstudio.gui.messages import Toasts
from segstudio.gui.panels.classes import ClassesPanel
from segstudio.gui.panels.metrics import MetricsPanel
from segstudio.gui.panels.model import ModelPanel
from segstudio.gui.panels.runs import RunDock
from segstudio.gui.panels.samples import SamplesPanel
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.panels.tools import ToolOptionsPanel, ToolStrip
from segstudio.gui.presenter import LAYOUTS, Presenter
from segstudio.gui.readout import Readout
from segstudio.gui.theme import Theme
from segstudio.gui.welcome import Welcome
from segstudio.gui.widgets import tool_button
from segstudio.gui.workbench import Workbench
from segstudio.services.predict import Step
from segstudio.services.session import OpenSample, Session
from segstudio.tools import TOOLS

MODES = {
    "label": ("Label", "Draw and correct labels (Ctrl+1)"),
    "predict": ("Predict", "Load a model and predict (Ctrl+2)"),
    "compare": ("Compare", "See where prediction and truth differ (Ctrl+3)"),
}
LEFT_WIDTH = 264
RIGHT_WIDTHS = {"label": 312, "predict": 344, "compare": 376}
DOCK_HEIGHT = 236
SHARES_MS = 50


class MainWindow(QMainWindow):
    """One window, three ways of working. What the actions do is here; what the parts do is theirs."""

    closed = Signal()

    def __init__(self, bench: Workbench, theme: Theme) -> None:
        super().__init__()
        self.bench: Workbench = bench
        self.theme: Theme = theme
        self.session: Session = bench.session
        self.setWindowTitle("segstudio")
        self.setAcceptDrops(True)
        self.resize(1600, 1000)
        self._make_parts()
        self._lay_out()
        self.captions = Captions(self.canvas)
        self.readout = Readout(self.session, self.canvas, self.status, self.captions)
        self.toasts = Toasts(bench.messages, theme, self.stage)
        self.stage.installEventFilter(self)
        self._connect()
        self._tool = "brush"
        self.set_mode("label")
        self.welcome.show_recent(bench.settings.recent())
        self._closing = False
        self._unfollow: Callable[[], None] = lambda: None
        self._shares = QTimer(self)
        self._shares.setSingleShot(True)
        self._shares.setInterval(SHARES_MS)
        self._shares.timeout.connect(self.classes.refresh_shares)

    # What the actions do

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
        self.status.show_hint(TOOLS[name].hint)

    def undo(self) -> None:
        if self.session.current is not None:
            self.session.current.document.undo()

    def redo(self) -> None:
        if self.session.current is not None:
            self.session.current.document.redo()

    def toggle_bare(self) -> None:
        self.canvas.bare = not self.canvas.bare
        self.canvas.update()

    def toggle_outline(self) -> None:
        if "outline" in LAYOUTS[self.presenter.mode]:
            self.presenter.set_layout("fill" if self.presenter.layout_key == "outline" else "outline")

    def toggle_theme(self) -> None:
        self.theme.toggle()
        self.bench.settings.theme = self.theme.mode

    def ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Open a folder of images")
        if chosen:
            self.bench.open(Path(chosen))

    def ask_image(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Open an image")
        if chosen:
            self.bench.open(Path(chosen))

    def ask_model(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, "Load a model", "", "Models (*.safetensors *.pth *.pt);;All files (*)"
        )
        if chosen:
            self.bench.predictor.load(Path(chosen))

    def predict_folder(self) -> None:
        project = self.session.project
        self.bench.predictor.predict_all(project.samples if project else (), self.model_panel.batch.value())

    def show_keys(self) -> None:
        KeySheet(self).open()

    def show_about(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "About segstudio", f"segstudio {__version__}", parent=self)
        box.setInformativeText("Label segmentation masks, predict them, and compare the two.")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # How it is made

    def _make_parts(self) -> None:
        session, theme = self.session, self.theme
        self.thumbnails = Thumbnails(self)
        self.samples: SamplesPanel = SamplesPanel(session, theme, self.thumbnails)
        self.canvas: Canvas = Canvas(session.options)
        self.presenter: Presenter = Presenter(session, self.canvas, theme, self)
        self.canvas_bar, self.status = CanvasBar(theme), StatusBar(theme)
        self.strip, self.options_panel = ToolStrip(theme), ToolOptionsPanel(session)
        self.classes = ClassesPanel(session, theme)
        self.model_panel = ModelPanel(session, self.bench.predictor, theme)
        self.metrics = MetricsPanel(session, theme)
        self.run_dock = RunDock(session, self.bench.predictor, theme)
        self.welcome = Welcome(theme)
        self.actions_by_name = make_actions(self)
        menus = QMenuBar()
        menus.setNativeMenuBar(False)
        make_menus(menus, self.actions_by_name)
        for name in ("undo", "redo"):
            self.actions_by_name[name].setEnabled(False)
        dark, keys = (
            tool_button(theme, "theme-light-dark", "Light or dark"),
            tool_button(theme, "keyboard-outline", "Keys (?)"),
        )
        dark.clicked.connect(self.toggle_theme)
        keys.clicked.connect(self.show_keys)
        self.top = TopBar(menus, MODES, [dark, keys])
        self.strip.show_keys(lambda name: TOOL_KEYS[name])
        for name, icon in (("fit", "fit-to-screen-outline"), ("undo", "undo"), ("redo", "redo")):
            self.strip.add_action(self.actions_by_name[name], icon)

    def _lay_out(self) -> None:
        self.stage = QStackedWidget()
        self.stage.addWidget(self.welcome)
        self.stage.addWidget(self.canvas)
        middle = _column(self.canvas_bar, self.stage)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.addWidget(middle)
        self.middle.addWidget(self.run_dock)
        self.middle.setStretchFactor(0, 1)
        self.middle.setSizes([700, DOCK_HEIGHT])
        self.middle.setHandleWidth(1)
        work = QWidget()
        line = QHBoxLayout(work)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.strip)
        line.addWidget(self.middle, 1)
        self.right = QStackedWidget()
        self.right.setObjectName("rightSide")
        label_panel = _column(self.classes, self.options_panel, stretched=0)
        label_panel.setObjectName("panel")
        for panel in (label_panel, _scrolled(self.model_panel), self.metrics):
            self.right.addWidget(panel)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.samples, 0), (work, 1), (self.right, 0)):
            self.sides.addWidget(part)
            self.sides.setStretchFactor(self.sides.count() - 1, stretch)
        self.sides.setHandleWidth(1)
        self.sides.setChildrenCollapsible(False)
        self.samples.setMinimumWidth(200)
        self.right.setMinimumWidth(280)
        self.setCentralWidget(_column(self.top, self.sides, self.status))
        for part in (self.canvas_bar, self.strip, self.options_panel):
            part.hide()

    def _connect(self) -> None:
        bench, session = self.bench, self.session
        self.top.mode_chosen.connect(self.set_mode)
        self.strip.chosen.connect(self.choose_tool)
        self.samples.wanted.connect(bench.opener.go)
        self.classes.schema_edited.connect(bench.change_schema)
        self.classes.hidden_changed.connect(lambda: self.presenter.set_hidden(self.classes.hidden))
        self.canvas_bar.layout_chosen.connect(self.presenter.set_layout)
        self.canvas_bar.opacity_changed.connect(self.presenter.set_opacity)
        self.canvas_bar.focus_chosen.connect(self.presenter.set_focus)
        self.metrics.focused.connect(self.presenter.set_focus)
        self.presenter.changed.connect(self._show_look)
        self.model_panel.wanted.connect(lambda _: self.predict_folder())
        self.model_panel.card.open.clicked.connect(self.ask_model)
        self.model_panel.card.load.clicked.connect(self.ask_model)
        self.model_panel.card.sample.clicked.connect(bench.load_sample_model)
        self.run_dock.failures.itemClicked.connect(lambda item: bench.opener.go(item.data(Qt.ItemDataRole.UserRole)))
        self.welcome.folder_wanted.connect(self.ask_folder)
        self.welcome.image_wanted.connect(self.ask_image)
        self.welcome.sample_wanted.connect(bench.open_sample_project)
        self.welcome.path_wanted.connect(bench.open)
        self.welcome.cleared.connect(self._clear_recent)
        self.status.cancelled.connect(bench.predictor.cancel)
        bench.autosave.state_changed.connect(self.status.show_saved)
        bench.autosave.saved.connect(self._on_saved)
        bench.opener.shown.connect(self.presenter.show)
        bench.opener.failed.connect(self.samples.fail)
        bench.opener.busy.connect(lambda busy: self.status.show_job("Opening" if busy else "", 0, 0))
        bench.predictor.busy_changed.connect(lambda what: self.status.show_job(what, 0, 0))
        bench.predictor.stepped.connect(self._on_step)
        bench.predictor.run_ended.connect(self._on_run_ended)
        bench.scorer.progressed.connect(self.metrics.show_progress)
        bench.scorer.finished.connect(self.samples.arrange)
        bench.sample_progress.connect(lambda done, total: self.status.show_job("Making the sample", done, total))
        session.project_opened.connect(lambda _: self._on_project())
        session.project_changed.connect(lambda _: self._show_classes())
        session.sample_opened.connect(self.canvas_bar.show_sample)
        session.sample_opened.connect(self._follow)
        self.metrics.refreshed.connect(self._show_legend)
        self.canvas.view_changed.connect(lambda: self.status.show_zoom(self.canvas.view.scale))

    # What is heard

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

    def _show_history(self, history: History) -> None:
        for name, text in (("undo", history.undo_text), ("redo", history.redo_text)):
            action = self.actions_by_name[name]
            action.setEnabled(text is not None)
            action.setText(f"{ACTIONS[name].text} {text.lower()}" if text else ACTIONS[name].text)

    def _on_project(self) -> None:
        project = self.session.project
        assert project is not None
        self.thumbnails.clear()
        self.setWindowTitle(f"{project.root.name} - segstudio")
        self.stage.setCurrentWidget(self.canvas)
        self.canvas_bar.show()
        self.options_panel.show()
        self.strip.setVisible(self.presenter.mode != "predict")
        self.run_dock.setVisible(self.presenter.mode == "predict")
        self._show_classes()
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
        p, run = self.presenter, self.session.run
        self.captions.subtitles = {
            "Truth": "labels",
            "Prediction": run.name if run else "",
            "Errors": run.name if run else "",
        }
        self.readout.show_legend(p.mode == "compare" and p.layout_key == "errors", p.focus)
        self.captions.place()

    def _on_saved(self, sample_id: str) -> None:
        self.samples.model.touch(sample_id)
        self.samples.count_done()

    def _on_step(self, step: Step) -> None:
        self.readout.show_step(step)
        self.samples.model.touch(step.sample.id)

    def _on_run_ended(self, cancelled: bool) -> None:
        failures = self.run_dock.failures.count()
        done = len(self.session.run.files) if self.session.run else 0
        title = f"{'Cancelled after' if cancelled else 'Predicted'} {done:,} images"
        text = f"{failures} failed: they are listed below the canvas." if failures else ""
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
        if not self.session.unsaved() or self._closing:
            self.bench.settings.geometry = self.saveGeometry()
            self.bench.settings.brush_size = self.session.options.size
            self.thumbnails.close()
            self.bench.close()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
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
        box.button(QMessageBox.StandardButton.Discard).clicked.connect(self._close_for_good)
        box.open()

    def _close_for_good(self) -> None:
        self._closing = True
        self.close()


def _column(*parts: QWidget, stretched: int = 1) -> QFrame:
    """Stack widgets without gaps; one of them takes what room is left."""
    frame = QFrame()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for i, part in enumerate(parts):
        column.addWidget(part, int(i == stretched))
    return frame


def _scrolled(panel: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    return area
