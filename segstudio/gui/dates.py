"""When images were changed, asked of the disk in a worker once somebody wants to sort by it."""

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.records import Sample
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.flow import image_dates


class Dates(QObject):
    """``came`` hands over all dates at once, by sample id: a list that sorts itself piece by piece is of no use."""

    came = Signal(object)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = JobRunner(self)
        self._wanted: tuple[Sample, ...] = ()
        self._reading: tuple[Sample, ...] = ()
        self._dates: dict[str, float] = {}
        self._runner.stepped.connect(lambda dates: self._dates.update(dates))
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)

    def ask(self, samples: tuple[Sample, ...]) -> None:
        """Read the dates of samples; of others that were asked for before, nothing is heard any more."""
        self._wanted = samples
        if self._runner.running:
            if samples is not self._reading:
                self._runner.cancel()
            return
        self._reading, self._dates = samples, {}
        self._runner.start(image_dates(samples))

    def close(self) -> None:
        self._runner.close()

    def _on_end(self) -> None:
        if self._reading is self._wanted:
            self.came.emit(self._dates)
        else:
            QTimer.singleShot(0, self, lambda: self.ask(self._wanted))
