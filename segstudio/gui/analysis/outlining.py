"""What the page of distances shows, measured in workers: of the open image as it is now, and of the data set."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.messages import Messages
from segstudio.services.each_pair import PairStep
from segstudio.services.open_sample import OpenSample
from segstudio.services.outline_curves import OutlineCurves, OutlineQuestion, OutlineTotal, measure, measure_run
from segstudio.services.session import Session


class Outlining(QObject):
    """Measures what is asked for, the newest last; what comes too late is dropped. ``changed`` says there is news.

    A stroke goes on while its labels are read: for a moment the open image may be measured half before, half after.
    """

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._newest = Newest(messages, self)
        self.going = DataSetPass(session, messages, self)
        self.going.stepped.connect(self._on_step)
        self.going.ended.connect(self.changed)
        self._of: Compared | None = None
        self._opened: OpenSample | None = None
        self.asked: OutlineQuestion | None = None
        self.image: OutlineCurves | None = None
        self.total = OutlineTotal()

    def follow(self, class_id: int | None) -> None:
        """Measure a class in the open image, and in those that were written to, as far as that is not done."""
        project = self._session.project
        asked = None
        if project is not None and class_id is not None:
            asked = OutlineQuestion(project.schema, class_id, project.spacing)
        self._forget_other(asked)
        self.asked = asked
        if len(self.total):
            self.going.catch_up()
        opened = self._session.current
        predicted = None if opened is None else opened.prediction
        if opened is None or predicted is None or asked is None or not opened.has_truth:
            self._opened, self.image = None, None
            self._newest.forget()
            return
        if opened is not self._opened:
            self._opened, self.image = opened, None
            self._newest.forget()
        key = (Same(opened), opened.document.revision, Same(predicted), asked)
        document = opened.document
        self._newest.ask(key, lambda: measure(document.labels, predicted, asked, points=True), self._arrived)

    def measure_set(self) -> None:
        """Measure the class in every labelled image."""
        run, asked = self._session.run, self.asked
        if run is not None and asked is not None:
            self.total = OutlineTotal()
            self.going.begin(lambda project, _: measure_run(project, run, asked))
            self.changed.emit()

    def stop(self) -> None:
        self.going.stop()

    def close(self) -> None:
        self.going.close()
        self._newest.close()

    def measured(self) -> OutlineTotal | None:
        """Return what was measured of the data set, with the open image as it is now; None before any."""
        if self._opened is not None and self.image is not None and self._opened.sample.id in self.total:
            kept = replace(self.image, hd_points=None, hd95_points=None)
            self.total.put(self._opened.sample.id, kept)
        return self.total if len(self.total) else None

    def _forget_other(self, asked: OutlineQuestion | None) -> None:
        """Drop what was measured of another run, class or project."""
        of = compared(self._session)
        if (of, asked) != (self._of, self.asked):
            self._of, self.total, self.image = of, OutlineTotal(), None
            self.going.stop()

    def _arrived(self, found: OutlineCurves) -> None:
        self.image = found
        self.changed.emit()

    def _on_step(self, step: PairStep[OutlineCurves]) -> None:
        if step.found is not None:
            self.total.put(step.id, step.found)
        self.changed.emit()
