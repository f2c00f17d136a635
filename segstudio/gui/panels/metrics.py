"""How good the prediction is: this image beside the data set, class by class, live while one paints."""

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from segstudio.core.confusion import Confusion
from segstudio.core.wording import counted
from segstudio.gui.agreeing import Agreeing
from segstudio.gui.panels.headline import Headline
from segstudio.gui.panels.predictions_choice import PredictionsChoice
from segstudio.gui.panels.scores_model import PAIRED, SINGLE
from segstudio.gui.panels.scores_table import ScoresTable, one_prediction, two_predictions
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, Segments, label, tip_of, tool_button
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

COUNTING_S = 0.005
SCOPE_HEIGHT = 26
REFRESH_MS = 40
"""Between two refreshes while one paints: as often as figures can be followed."""
AGREEING = "No image has labels. The numbers say how much A and B agree, not which of the two is right."
SCOPES = {
    "image": ("Image", "A and B in the open image, live while you paint"),
    "set": ("Set", "A and B over all images that were scored"),
}


class MetricsPanel(Section):
    """``focused`` names the class whose errors alone are to be seen, or None. ``predictions`` chooses A and B.

    Without labels it shows how much A and B agree. ``add`` and ``predict`` are there while there is no prediction.
    """

    focused = Signal(object)
    refreshed = Signal()

    def __init__(self, session: Session, theme: Theme, agreeing: Agreeing) -> None:
        super().__init__("Metrics")
        self._session, self._agreeing = session, agreeing
        self.predictions = PredictionsChoice(session, theme)
        self.headline = Headline()
        self.scope = Segments()
        self._scope = "image"
        self.analysis = tool_button(theme, "chart-bar", "Analysis")
        self.download = tool_button(theme, "download-outline", "Save the numbers")
        self._hint = label("", "hintText", wrap=True)
        self.ways_out, self.add, self.predict = QWidget(), QPushButton("Add predictions ..."), QPushButton("Predict")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self.table = ScoresTable(theme)
        self.model = self.table.scores
        self._sort_next = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._count)
        self._lay_out()
        self.table.class_chosen.connect(self.focused)
        self.scope.chosen.connect(self._on_scope)
        self.predictions.listed.connect(self.later)
        agreeing.changed.connect(self._on_agreed)
        session.sample_opened.connect(self._follow)
        session.prediction_changed.connect(self._follow)
        self.later()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()

    def _count(self) -> None:
        """Count what was drawn, a part of a frame at a time, then show it."""
        current = self._session.current
        if self.isVisible() and current is not None and not current.catch_up(COUNTING_S):
            self._timer.start(0)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Show the scores as they are now; where nobody sees them, when they are seen again."""
        if not self.isVisible():
            return
        self._agreeing.follow()
        agreeing = self._agreeing.needed
        image, other_image = self._live()
        dataset, other_set = self._session.live_total(), self._session.live_other_total()
        paired = (self._session.other_run is not None or other_image is not None) and not agreeing
        if agreeing:
            image, dataset = self._agreeing.image, self._agreeing.dataset
        self.headline.show_scores((image, dataset), (other_image, other_set) if paired else None, agreeing)
        self.scope.setVisible(paired)
        scored = self._session.project.schema.scored if self._session.project is not None else ()
        if paired:
            pair = (image, other_image) if self._scope == "image" else (dataset, other_set)
            self.table.show_scores(PAIRED, scored, two_predictions(len(scored), *pair))
        else:
            self.table.show_scores(SINGLE, scored, one_prediction(len(scored), image, dataset))
        if self._sort_next:
            self._sort_next = False
            self.model.sort_again()
        self._advise(AGREEING if agreeing else self._advice(image))
        self.refreshed.emit()

    def show_progress(self, done: int, total: int, failures: Mapping[str, str]) -> None:
        """Show how much of the data set has been scored, and what could not be."""
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(done)
        self._progress.setVisible(done < total)
        scored = counted(total - len(failures), "image") if total else ""
        text = f"{done:,} of {counted(total, 'image')}" if done < total else scored
        self.note.setText(text + (f", {len(failures):,} not scored" if failures else ""))
        self.note.setToolTip(tip_of(failures.values()) or "Scores of the data set are of counts summed over them")
        self._sort_next = self._sort_next or done == total
        self.later()

    def later(self) -> None:
        """Refresh in a moment, once however often it is asked."""
        if not self._timer.isActive():
            self._timer.start(REFRESH_MS)

    def show_focus(self, class_id: int | None) -> None:
        """Show which class is looked at alone, without announcing it."""
        self.table.show_focus(class_id)

    def _live(self) -> tuple[Confusion | None, Confusion | None]:
        current = self._session.current
        first = current.scored if current is not None else None
        second = current.other_scored if current is not None else None
        return first.confusion if first is not None else None, second.confusion if second is not None else None

    def _advice(self, image: Confusion | None) -> str:
        current = self._session.current
        if image is None and current is not None and current.prediction is not None:
            also = "" if self._session.other_run is not None else " Choose a second one, B, to see how much they agree."
            return f"This image has no labels yet, so there is nothing to score the prediction against.{also}"
        if image is None and self._session.project is not None and not self._session.project.runs:
            return "There is no prediction yet. Add a folder of masks that were predicted, or predict with a model."
        if image is None:
            return "There is no prediction for this image. Predict it, or choose a run above."
        if not image.pixels:
            return "Nothing of this image is scored: it has no labels yet, or all of them are ignored."
        return ""

    def _advise(self, text: str) -> None:
        """Show a sentence, and where a prediction is missing the two ways to one."""
        current, project = self._session.current, self._session.project
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self.ways_out.setVisible(project is not None and (current is None or current.prediction is None))

    def _follow(self, opened: OpenSample) -> None:
        for comparison in (opened.comparison, opened.other_comparison):
            if comparison is not None:
                comparison.changed.connect(lambda _: self.later())
        self._sort_next = True  # while one paints rows stay where they are
        self.later()

    def _on_agreed(self) -> None:
        self._sort_next = True
        self.later()

    def _on_scope(self, scope: str) -> None:
        self._scope, self._sort_next = scope, True
        self.refresh()

    def _lay_out(self) -> None:
        self.scope.offer(SCOPES)
        self.scope.setFixedHeight(SCOPE_HEIGHT)
        self.scope.choose(self._scope)
        for button in (self.scope, self.analysis, self.download):
            self.head.addWidget(button)
        self.body.setSpacing(4)
        buttons = QHBoxLayout(self.ways_out)
        buttons.setContentsMargins(0, 0, 0, 0)
        for way_out in (self.add, self.predict):
            buttons.addWidget(way_out)
        buttons.addStretch(1)
        self.ways_out.hide()
        for part in (self.predictions, self.headline, self._hint, self.ways_out, self._progress, self.table):
            self.body.addWidget(part)
