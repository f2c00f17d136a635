"""What is read off while one works: the pixel under the pointer, and how far a job is."""

import math

from PySide6.QtCore import QObject, QTimer

from segstudio.core.schema import LabelClass
from segstudio.gui.bars import StatusBar
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.pace import time_left
from segstudio.services.predict import Step
from segstudio.services.session import Session

OF_B = ("other", "other outline")
"""What shows the second prediction alone, or in the first place: its classes are told then."""
READ_MS = 30
"""Between two readings of the pointer: it moves far more often than anybody reads."""


class Readout(QObject):
    """Follows the pointer."""

    def __init__(self, session: Session, canvas: Canvas, status: StatusBar) -> None:
        super().__init__(canvas)
        self._session, self._canvas, self._status = session, canvas, status
        self._at: tuple[float, float] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MS)
        self._timer.timeout.connect(self._read)
        canvas.pointed.connect(self._on_pointed)

    def show_step(self, step: Step) -> None:
        """Show how far a run is."""
        text = f"Predicting {step.done:,} / {step.total:,}, {step.rate:.1f} img/s, {time_left(step.seconds_left)}"
        self._status.show_job(text, step.done, step.total, can_cancel=True)

    def again(self) -> None:
        """Read the pixel under the pointer anew: the labels may have changed below it."""
        self._on_pointed(self._at)

    def _on_pointed(self, at: tuple[float, float] | None) -> None:
        self._at = at
        if not self._timer.isActive():
            self._timer.start()

    def _read(self) -> None:
        at = self._at
        current = self._session.current
        if at is None or current is None:
            self._status.show_pixel(None, "", "")
            return
        column, row = math.floor(at[0]), math.floor(at[1])
        height, width = current.document.labels.shape
        if not (0 <= column < width and 0 <= row < height):
            self._status.show_pixel(None, "", "")
            return
        text = self._name(int(current.document.labels[row, column]))
        if current.document.instances is not None and (number := current.document.instances[row, column]):
            text = f"{text} #{number}"
        b = self._canvas.layout_shown.overlays[0] in OF_B
        said = current.other if b else current.prediction
        if said is not None:
            name = self._name(int(said[row, column]), current.other_classes if b else self._session.predicted)
            text = f"Truth {text}, prediction {'B ' if b else ''}{name}"
        self._status.show_pixel((column, row), current.seen.text_at(row, column), text)

    def _name(self, class_id: int, beside: tuple[LabelClass, ...] = ()) -> str:
        project = self._session.project
        found = project.schema.with_beside(beside).get(class_id) if project is not None else None
        return found.name if found else f"value {class_id}"
