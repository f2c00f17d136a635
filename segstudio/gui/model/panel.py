"""The panel of Predict: the model, what is done with it, and what it found."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from segstudio.gui.model.card import ModelCard
from segstudio.gui.model.predict_section import PredictSection
from segstudio.gui.model.predicted_classes import PredictedClasses
from segstudio.gui.predictor import Predictor
from segstudio.gui.theme import Theme
from segstudio.services.session import Session


class ModelPanel(QFrame):
    """Its sections from top to bottom; each is made in a file of its own."""

    def __init__(self, session: Session, predictor: Predictor, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._predictor = predictor
        self.card = ModelCard(theme)
        self.predict = PredictSection(predictor, theme)
        self._classes = PredictedClasses(session, theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.card, self.predict, self._classes):
            column.addWidget(part)
        column.addStretch(1)
        predictor.model_changed.connect(self._on_model)
        predictor.busy_changed.connect(lambda _: self._enable())
        session.sample_opened.connect(lambda _: self._show_shares())
        session.prediction_changed.connect(lambda _: self._show_shares())
        self._enable()
        self._classes.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._classes.show_shares()

    def _on_model(self) -> None:
        if self._predictor.model is not None:
            self.card.show_model(self._predictor.model.info)
        self._enable()

    def _enable(self) -> None:
        free = not self._predictor.busy
        self.predict.allow(free and self._predictor.model is not None)
        self.card.allow(free)

    def _show_shares(self) -> None:
        if self.isVisible():
            self._classes.show_shares()
