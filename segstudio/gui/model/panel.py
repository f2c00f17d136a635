"""The panel of Predict: the model, what is done with it, and what it found."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from segstudio.gui.model.card import ModelCard
from segstudio.gui.model.checking import Checking
from segstudio.gui.model.class_section import ClassSection
from segstudio.gui.model.exporting import Exporting
from segstudio.gui.model.input_section import InputSection
from segstudio.gui.model.predict_section import PredictSection
from segstudio.gui.model.predicted_classes import PredictedClasses
from segstudio.gui.model_loading import Side
from segstudio.gui.scrolling import scroll_to
from segstudio.gui.theme import Theme
from segstudio.gui.workbench import Workbench
from segstudio.models import Segmenter
from segstudio.services.corrections import Correction, with_classes_of


class ModelPanel(QFrame):
    """Its sections from top to bottom; each is made in a file of its own. ``side_shown`` says which model is shown."""

    side_shown = Signal(str)

    def __init__(self, bench: Workbench, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bench, self._session, self._predictor = bench, bench.session, bench.predictor
        self.side: Side = "a"
        self.card = ModelCard(theme)
        self.input = InputSection(theme)
        self.classes = ClassSection(theme)
        self.predict = PredictSection(bench.predictor, theme)
        self.checking = Checking(self, bench, theme, self)
        self.exporting = Exporting(self, bench, theme, self)
        self.found = PredictedClasses(bench.session, theme)
        self.sections = (
            self.card,
            self.predict,
            self.input,
            self.checking.normalisation,
            self.classes,
            self.checking.mapping,
            self.found,
            self.checking.verify,
            self.exporting.section,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in self.sections:
            column.addWidget(part)
        column.addStretch(1)
        self._connect()
        self.found.hide()
        self.show_model()

    @property
    def shown(self) -> Segmenter | None:
        """The model whose card is shown."""
        return self._predictor.model_of(self.side)

    def choose_side(self, side: str) -> None:
        """Show the card of A or of B."""
        self.side = "b" if side == "b" and self._predictor.other is not None else "a"
        self.show_model()

    def show_model(self) -> None:
        """Show what is known of the model, and let be done with it what can be done now."""
        a, b = self._predictor.model, self._predictor.other
        if b is None:
            self.side = "a"
        if (model := self.shown) is not None:
            self.card.show_model(model.info, self._bench.measures.of(model, self._size()) if self.isVisible() else None)
            self.input.show_model(model.info)
            self.classes.show_model(model.info)
            self.checking.show_model(model)
        self.card.show_sides(self.side, a.info if a is not None else None, b.info if b is not None else None)
        self.predict.offer_sides(b is not None)
        self._enable()
        self._show_shares()
        self.side_shown.emit(self.side)

    def correct_what_is_assumed(self) -> None:
        """Open what the file does not tell."""
        if (model := self.shown) is not None:
            self.input.set_opened("preprocess" in model.info.assumed)
            self.classes.set_opened("classes" in model.info.assumed)
            first = self.input if self.input.opened else self.classes
            (self.input.usual if self.input.opened else self.classes.view).setFocus()
            scroll_to(first)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_model()

    def _connect(self) -> None:
        session, predictor = self._session, self._predictor
        predictor.model_changed.connect(self.show_model)
        predictor.busy_changed.connect(lambda _: self._enable())
        predictor.loading.changed.connect(self._enable)
        self._bench.measures.changed.connect(self._show_costs)
        self.card.side_chosen.connect(self.choose_side)
        self.card.correct.clicked.connect(self.correct_what_is_assumed)
        self.card.options.edited.connect(lambda name, value: self._correct(Correction(options={name: value})))
        self.input.edited.connect(lambda said: self._correct(Correction(preprocess=said)))
        self.classes.edited.connect(lambda schema: self._correct(Correction(classes=schema)))
        self.classes.project_wanted.connect(self.take_classes)
        self.checking.normalisation.used.connect(lambda said: self._correct(Correction(preprocess=said)))
        session.project_opened.connect(lambda _: self._enable())
        session.sample_opened.connect(lambda _: self._on_sample())
        session.prediction_changed.connect(lambda _: self._show_shares())

    def take_classes(self) -> None:
        """Call the outputs of the model what the project calls its classes, in order."""
        project, model = self._session.project, self.shown
        if project is not None and model is not None:
            self._correct(Correction(classes=with_classes_of(model.info, project.schema)))

    def _correct(self, correction: Correction) -> None:
        self._bench.correcting.correct(self.side, correction)

    def _enable(self) -> None:
        loading = self._predictor.loading.current
        known = self.shown is not None
        self.predict.allow(not self._predictor.busy, known)
        for section in (self.input, self.classes):
            section.setVisible(known)
            section.setEnabled(not self._leaves)
        self.checking.allow(loading is None and not self._predictor.busy)
        self.exporting.allow()
        self.card.options.setEnabled(self.input.isEnabled())
        self.classes.take.setEnabled(self._session.project is not None)

    @property
    def _leaves(self) -> bool:
        """Whether another model is about to take the place of the one that is shown; a correction is none."""
        loading, model = self._predictor.loading.current, self.shown
        return (
            loading is not None and loading.side == self.side and model is not None and loading.path != model.info.file
        )

    def _size(self) -> tuple[int, int] | None:
        current = self._session.current
        return (current.document.labels.shape[0], current.document.labels.shape[1]) if current is not None else None

    def _show_costs(self) -> None:
        if self.isVisible() and (model := self.shown) is not None:
            self.card.show_model(model.info, self._bench.measures.of(model, self._size()))

    def _on_sample(self) -> None:
        self._show_costs()
        self._show_shares()

    def _show_shares(self) -> None:
        if self.isVisible():
            self.found.show_shares(self.side)
