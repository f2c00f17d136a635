"""What models cost, found out in a worker while the card is seen."""

from PySide6.QtCore import QObject, Signal

from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.models import ModelInfo, Segmenter
from segstudio.services.model_facts import USUAL_SIZE, Measured, measure

KEPT = 4
"""Measures that are remembered: two models, each for the image before and for this one."""


class ModelMeasures(QObject):
    """``changed`` says that something was found out that had been asked for."""

    changed = Signal()

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "measure", self)
        self._known: list[tuple[ModelInfo, Measured]] = []
        self._asked: list[tuple[ModelInfo, tuple[int, int]]] = []

    def of(self, model: Segmenter, size: tuple[int, int] | None) -> Measured | None:
        """Return what is known of a model for an image of ``size``, else find it out: then ``changed`` follows."""
        info, wanted = model.info, size or USUAL_SIZE
        for known, measured in self._known:
            if known is info and measured.size == wanted:
                return measured
        if not any(asked is info and of == wanted for asked, of in self._asked):
            self._asked.append((info, wanted))
            self._background.run(lambda: measure(model, wanted), lambda found: self._keep(info, found), self._fail)
        return None

    def close(self) -> None:
        self._background.close()

    def _keep(self, info: ModelInfo, found: Measured) -> None:
        self._asked = [(asked, size) for asked, size in self._asked if asked is not info or size != found.size]
        self._known = [(info, found), *self._known][:KEPT]
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._messages.fail(error)
