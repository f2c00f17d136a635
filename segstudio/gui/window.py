"""The window: its parts, its actions, and who answers to what happens."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent

from segstudio.gui import commands
from segstudio.gui.actions import ACTIONS
from segstudio.gui.actions.file import RECENT
from segstudio.gui.actions.making import ActionStates, make_actions, make_menus
from segstudio.gui.analysis.dock import AnalysisDock
from segstudio.gui.analysis.scored_images import ScoredImages
from segstudio.gui.keys.holding import Holding
from segstudio.gui.keys.keymap import KeyMap, portable_of
from segstudio.gui.palette.palette import Palette
from segstudio.gui.parts import LEFT_WIDTH, MODES, RIGHT_WIDTHS, Parts
from segstudio.gui.reactions import dropping
from segstudio.gui.reactions.aids import Aids
from segstudio.gui.reactions.class_menus import ClassMenus
from segstudio.gui.reactions.closing import Closing
from segstudio.gui.reactions.comparing import Comparing
from segstudio.gui.reactions.confusion import Confusions
from segstudio.gui.reactions.drafts import Drafts
from segstudio.gui.reactions.error_hints import ErrorHints
from segstudio.gui.reactions.errors import Errors
from segstudio.gui.reactions.fields import Fields
from segstudio.gui.reactions.flow import Flow
from segstudio.gui.reactions.following import Following
from segstudio.gui.reactions.hidden_labels import HiddenLabels
from segstudio.gui.reactions.key_hints import KeyHints
from segstudio.gui.reactions.legends import Legends
from segstudio.gui.reactions.looks import Looks
from segstudio.gui.reactions.models import Models
from segstudio.gui.reactions.numbers import Numbers
from segstudio.gui.reactions.objects import Objects
from segstudio.gui.reactions.pane_menus import PaneMenus
from segstudio.gui.reactions.progress import Progress
from segstudio.gui.reactions.recent import RecentMenu
from segstudio.gui.reactions.regions import Regions
from segstudio.gui.reactions.remembering import Remembering
from segstudio.gui.reactions.trusting import Trusting
from segstudio.gui.readout import Readout
from segstudio.gui.reporter import Reporter
from segstudio.gui.theme import Theme
from segstudio.gui.workbench import Workbench


class MainWindow(Parts):
    """One window, three ways of working."""

    closed = Signal()

    def __init__(self, bench: Workbench, theme: Theme) -> None:
        super().__init__(bench, theme)
        self.tools = {"label": "brush", "compare": "pan"}
        """The tool of each way of working: in Compare nothing is drawn until one chooses to."""
        self.keymap = KeyMap(ACTIONS, bench.settings, self)
        self.actions_by_name = make_actions(self)
        menus = make_menus(self.menus, self.actions_by_name)
        for name, icon in (("fit", "fit-to-screen-outline"), ("undo", "undo"), ("redo", "redo")):
            self.strip.add_action(self.actions_by_name[name], icon)
        bench.opener.shown.connect(self.presenter.show)  # first: what follows may work on what is then shown
        self.readout = Readout(self.session, self.canvas, self.status)
        self.stage.installEventFilter(self)
        self.toasts.room = self._room_for_toasts
        self.captions.placed.connect(self.toasts.place)
        self.analysis: AnalysisDock = AnalysisDock(self)
        self.analysis.hide()
        self.canvas_side.addWidget(self.analysis)
        self.comparing: Comparing = Comparing(self)
        self.confusions: Confusions = Confusions(self)
        self.scored_images: ScoredImages = ScoredImages(self)
        self.reporter: Reporter = Reporter(bench, self)
        self.numbers = Numbers(self)
        self.closing = Closing(self)
        self.aids: Aids = Aids(self)
        self.looks = Looks(self)
        self.legends: Legends = Legends(self)
        self.pane_menus: PaneMenus = PaneMenus(self)
        self.flow: Flow = Flow(self)
        self.errors: Errors = Errors(self)
        self.error_hints = ErrorHints(self)
        self.progress = Progress(self)
        self.key_hints = KeyHints(self)
        self.finder = Palette(self)
        self.drafts = Drafts(self)
        self.following = Following(self)
        self.objects: Objects = Objects(self)
        self.class_menus: ClassMenus = ClassMenus(self)
        self.regions = Regions(self)
        self.remembering = Remembering(self)
        self.recent_menu = RecentMenu(
            menus[RECENT], self.actions_by_name["clear recent"], bench.settings.recent, bench.open
        )
        self.models: Models = Models(self, menus)
        self.trusting: Trusting = Trusting(self, menus["Model"])
        self._connect()
        dropping.leave_drops_to(self)
        self.action_states = ActionStates(self)
        self.holding = Holding(self)
        self.hidden_labels = HiddenLabels(self)
        self.fields = Fields(self)
        self.set_mode("label")
        self.welcome.show_recent(bench.settings.recent())

    # The way of working

    def set_mode(self, mode: str) -> None:
        """Change what stands around the canvas; the picture, the view and the selection stay."""
        self.top.modes.choose(mode)
        self.right.setCurrentIndex(list(MODES).index(mode))
        self.samples.show_scores(mode == "compare")
        self.presenter.set_mode(mode)
        self._show_runs()
        self._show_tool()
        self.strip.setVisible(mode != "predict" and self.session.project is not None)
        sizes = self.sides.sizes()
        total = sum(sizes) or self.width()
        left = sizes[0] or LEFT_WIDTH
        self.sides.setSizes([left, total - left - RIGHT_WIDTHS[mode], RIGHT_WIDTHS[mode]])

    def choose_tool(self, name: str) -> None:
        """Draw with another tool. In Predict nothing is drawn: labels that one does not see would change."""
        self.tools[self._drawn_in] = name
        self._show_tool()

    @property
    def tool(self) -> str:
        """The tool that is chosen for the way of working."""
        return self.tools[self._drawn_in]

    @property
    def _drawn_in(self) -> str:
        return "compare" if self.presenter.mode == "compare" else "label"

    def _show_runs(self) -> None:
        """Show in Predict what becomes of runs, once there is one: until then the picture has the room."""
        project = self.session.project
        listed = project is not None and bool(project.runs)
        any_yet = listed or self.run_dock.running or self.run_dock.failures.count() > 0
        self.run_dock.setVisible(self.presenter.mode == "predict" and any_yet)

    def _show_tool(self) -> None:
        self.canvas.set_tool("pan" if self.presenter.mode == "predict" else self.tool)
        self.strip.choose(self.tool)
        self.options_panel.show_tool(self.tool)
        self.looks.show_hint()

    # How it hangs together

    def _connect(self) -> None:
        bench, session = self.bench, self.session
        self.top.mode_chosen.connect(self.set_mode)
        self.dark.clicked.connect(lambda: commands.toggle_theme(self))
        self.find_button.clicked.connect(self.actions_by_name["palette"].trigger)
        self.keys.clicked.connect(self.actions_by_name["keys"].trigger)
        self.strip.chosen.connect(self.choose_tool)
        self.samples.wanted.connect(bench.opener.go)
        self.samples.left_search.connect(self.canvas.setFocus)
        self.classes.schema_edited.connect(bench.change_schema)
        self.classes.refused.connect(lambda why: bench.messages.warn(why))
        self.model_panel.predict.wanted.connect(lambda _: commands.predict_folder(self))
        self.run_dock.failures.itemClicked.connect(lambda item: bench.opener.go(item.data(Qt.ItemDataRole.UserRole)))
        self.welcome.folder_wanted.connect(lambda: commands.ask_folder(self))
        self.welcome.image_wanted.connect(lambda: commands.ask_image(self))
        self.welcome.sample_wanted.connect(bench.open_sample_project)
        self.welcome.path_wanted.connect(bench.open)
        self.welcome.cleared.connect(self.clear_recent)
        bench.opener.shown.connect(self.windowing.show)
        session.project_opened.connect(lambda _: self._on_project())
        session.project_changed.connect(lambda _: self._show_runs())
        bench.predictor.run_began.connect(lambda _: self._show_runs())

    def _on_project(self) -> None:
        project = self.session.project
        assert project is not None
        self.thumbnails.clear()
        self.setWindowTitle(f"{project.root.name} - segstudio")
        self.stage.setCurrentWidget(self.canvas)
        self.canvas_bar.show()
        self.options_panel.show()
        self.instances_panel.show()
        self.record_panel.show()
        self.history_panel.show()
        self.strip.setVisible(self.presenter.mode != "predict")
        self._show_runs()
        self.looks.show_classes()
        self.looks.show_hint()
        self.toasts.clear()
        self.canvas.setFocus()

    def clear_recent(self) -> None:
        """Forget which projects were opened last."""
        self.bench.settings.clear_recent()
        self.welcome.show_recent([])

    def _room_for_toasts(self) -> int:
        """Return how much of the stage's width messages may take: they do not lie over legends."""
        return self.captions.free if self.stage.currentWidget() is self.canvas else self.stage.width()

    # Qt's events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.stage and event.type() == QEvent.Type.Resize:
            self.toasts.place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = self.keymap.holder(portable_of(event))
        if name == "undo":  # no step to undo, but perhaps a corner to take back
            commands.undo(self)
        elif name is not None and not event.isAutoRepeat() and not self.actions_by_name[name].isEnabled():
            why = ACTIONS[name].why_not(self)
            self.bench.messages.info(
                f"{why}.", f"{ACTIONS[name].text} ({self.keymap.shown(name)}) has nothing to do now."
            )
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        dropping.welcome_drag(event)

    def dropEvent(self, event: QDropEvent) -> None:
        dropping.open_dropped(event, self.bench, self.presenter.mode == "compare" and self.session.project is not None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once everything is saved."""
        if self.closing.close():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()
