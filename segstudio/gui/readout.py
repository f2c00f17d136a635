"""What the status bar says of the pixel under the pointer, of the job and of the history."""

import math

from PySide6.QtCore import QObject

from segstudio.gui.bars import StatusBar
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.panels.runs import time_left
from segstudio.services.predict import Step
from segstudio.services.session import Session


class Readout(QObject):
    """Follows the pointer."""

    def __init__(self, session: Session, canvas: Canvas, status: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._status = session, status
        canvas.pointed.connect(self._on_pointed)

    def show_step(self, step: Step) -> None:
        """Show how far a run is."""
        text = f"Predicting {step.done:,} / {step.total:,}, {step.rate:.1f} img/s, {time_left(step.seconds_left)}"
        self._status.show_job(text, step.done, step.total)

    def _on_pointed(self, at: tuple[float, float] | None) -> None:
        current = self._session.current
        if at is None or current is None:
            self._status.show_pixel(None, "", "")
            return
        column, row = math.floor(at[0]), math.floor(at[1])
        height, width = current.document.labels.shape
        if not (0 <= column < width and 0 <= row < height):
            self._status.show_pixel(None, "", "")
            return
        r, g, b = current.image[row, column]
        text = self._name(int(current.document.labels[row, column]))
        if current.prediction is not None:
            text = f"Truth {text}, prediction {self._name(int(current.prediction[row, column]))}"
        self._status.show_pixel((column, row), f"RGB {r} {g} {b}", text)

    def _name(self, class_id: int) -> str:
        project = self._session.project
        found = project.schema.get(class_id) if project else None
        return found.name if found else f"value {class_id}"
