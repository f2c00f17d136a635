"""The parts of the window and their places; nothing here reacts to anything."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from segstudio.gui.bars import StatusBar, TopBar
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.captions import Captions
from segstudio.gui.canvas.lens import Lens
from segstudio.gui.canvas_bar import CanvasBar
from segstudio.gui.instances.panel import InstancesPanel
from segstudio.gui.messages import Toasts
from segstudio.gui.model.panel import ModelPanel
from segstudio.gui.palette.button import FindButton
from segstudio.gui.panels.classes import ClassesPanel
from segstudio.gui.panels.cleaning import CleanPanel
from segstudio.gui.panels.compare_side import CompareSide
from segstudio.gui.panels.confusion import ConfusionPanel
from segstudio.gui.panels.confusion_choice import ConfusionChoice
from segstudio.gui.panels.display import DisplayPanel
from segstudio.gui.panels.error_kinds import ErrorKindsPanel
from segstudio.gui.panels.error_regions import ErrorRegionsPanel
from segstudio.gui.panels.history import HistoryPanel
from segstudio.gui.panels.label_side import LabelSide
from segstudio.gui.panels.metrics import MetricsPanel
from segstudio.gui.panels.record import RecordPanel
from segstudio.gui.panels.rules import RulesPanel
from segstudio.gui.panels.runs import RunDock
from segstudio.gui.panels.samples import SamplesPanel
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.panels.tool_options import ToolOptionsPanel
from segstudio.gui.panels.tools import ToolStrip
from segstudio.gui.presenter import Presenter
from segstudio.gui.theme import Theme
from segstudio.gui.welcome import Welcome
from segstudio.gui.widgets import tool_button
from segstudio.gui.windowing import Windowing
from segstudio.gui.workbench import Workbench
from segstudio.services.session import Session

MODES = {
    "label": ("Label", "Draw and correct labels"),
    "predict": ("Predict", "Load a model and predict"),
    "compare": ("Compare", "See where prediction and truth differ"),
}
LEFT_WIDTH = 264
RIGHT_WIDTHS = {"label": 312, "predict": 344, "compare": 376}
DOCK_HEIGHT = 176


class Parts(QMainWindow):
    """A top bar, samples on the left, the canvas in the middle, the mode's panel on the right, a status bar."""

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

    def _make_parts(self) -> None:
        session, theme = self.session, self.theme
        self.thumbnails = Thumbnails(self)
        self.samples: SamplesPanel = SamplesPanel(session, theme, self.thumbnails)
        self.canvas: Canvas = Canvas(session.options, self.bench.edits.work, self.bench.looking.look)
        self.bench.looking.seen.connect(self.canvas.update)
        self.presenter: Presenter = Presenter(session, self.canvas, theme, self)
        self.windowing = Windowing(session, self.canvas, self.bench.messages, self)
        self.display_panel = DisplayPanel(self.windowing, theme)
        self.canvas_bar, self.status = CanvasBar(theme), StatusBar(theme)
        self.strip = ToolStrip(theme)
        self.options_panel = ToolOptionsPanel(session, theme)
        self.rules_panel = RulesPanel(session, theme)
        self.clean_panel = CleanPanel(session, theme)
        self.classes: ClassesPanel = ClassesPanel(session, theme)
        self.instances_panel = InstancesPanel(session, theme, self.bench.messages)
        self.record_panel = RecordPanel(session, theme)
        self.history_panel = HistoryPanel(session, theme)
        self.model_panel = ModelPanel(self.bench, theme)
        self.metrics = MetricsPanel(session, theme, self.bench.agreeing)
        self.confusion_choice = ConfusionChoice(session, self)
        self.confusion_panel = ConfusionPanel(self.confusion_choice, theme, self.bench.messages)
        self.errors_panel = ErrorRegionsPanel(session, self.bench.errors, theme)
        self.kinds_panel = ErrorKindsPanel(session, self.bench.errors, theme)
        self.run_dock = RunDock(session, self.bench.predictor, theme)
        self.welcome = Welcome(theme)
        self.menus = QMenuBar()
        self.menus.setNativeMenuBar(False)
        self.dark = tool_button(theme, "theme-light-dark", "Light or dark")
        self.keys = tool_button(theme, "keyboard-outline", "Keys")
        self.find_button = FindButton(theme)
        self.top = TopBar(self.menus, MODES, [self.find_button, self.dark, self.keys])

    def _lay_out(self) -> None:
        self.stage = QStackedWidget()
        self.stage.addWidget(self.welcome)
        self.stage.addWidget(self.canvas)
        self.stage.setMinimumSize(240, 160)  # the welcome page, which wants more, must not hold up the window
        framed = QWidget()
        self.stage_grid = QGridLayout(framed)
        self.stage_grid.setContentsMargins(0, 0, 0, 0)
        self.stage_grid.setSpacing(0)
        self.stage_grid.addWidget(self.stage, 1, 1)
        middle = _column(self.canvas_bar, framed)
        self.canvas_side = QSplitter(Qt.Orientation.Vertical)
        self.canvas_side.addWidget(middle)
        self.canvas_side.setStretchFactor(0, 1)
        self.canvas_side.setHandleWidth(1)
        self.canvas_side.setChildrenCollapsible(False)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.addWidget(self.canvas_side)
        self.middle.addWidget(self.run_dock)
        self.middle.setChildrenCollapsible(False)  # nothing would bring back the dock that was drawn shut
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
        self.label_side = LabelSide(self.classes, self.options_panel, self.instances_panel.view)
        self.label_side.add(self.options_panel)
        self.label_side.add(self.rules_panel)
        self.label_side.add(self.clean_panel)
        self.label_side.add(self.instances_panel)
        self.label_side.add(self.display_panel)
        self.label_side.add(self.record_panel)
        self.label_side.add(self.history_panel)
        self.compare_side = CompareSide()
        self.compare_side.add(self.metrics)
        self.compare_side.add(self.confusion_panel)
        self.compare_side.add(self.errors_panel)
        self.compare_side.add(self.kinds_panel)
        for panel in (self.label_side, _scrolled(self.model_panel), self.compare_side):
            self.right.addWidget(panel)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.samples, 0), (work, 1), (self.right, 0)):
            self.sides.addWidget(part)
            self.sides.setStretchFactor(self.sides.count() - 1, stretch)
        self.sides.setHandleWidth(1)
        self.sides.setChildrenCollapsible(False)
        self.samples.setMinimumWidth(200)
        self.right.setMinimumWidth(312)
        self.setCentralWidget(_column(self.top, self.sides, self.status))
        self.captions = Captions(self.canvas, self.theme)
        self.lens: Lens = Lens(self.canvas)
        self.toasts = Toasts(self.bench.messages, self.theme, self.stage)
        sections = (self.rules_panel, self.clean_panel, self.instances_panel, self.record_panel, self.history_panel)
        for part in (self.canvas_bar, self.strip, self.options_panel, *sections):
            part.hide()


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
