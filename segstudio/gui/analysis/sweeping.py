"""What the page of thresholds shows, counted in workers: of the open image as it is now, and of the data set."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from segstudio.core.raster import Confidence, LabelPlane
from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.messages import Messages
from segstudio.io.sureness import beside, read_sureness
from segstudio.metrics.probability import Counts
from segstudio.services.each_pair import PairStep
from segstudio.services.open_sample import OpenSample
from segstudio.services.scoring import resized
from segstudio.services.session import Session
from segstudio.services.sweeps import SweepQuestion, SweepTotal, asked_of, sweep_run


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is counted: a run against the labels, with one class table."""

    project: Project
    run: LabelSource
    asked: SweepQuestion


class Sweeping(QObject):
    """Counts what is asked for, the newest last; what comes too late is dropped. ``changed`` says there is news.

    A stroke goes on while its labels are read: for a moment the open image may be counted half before, half after.
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
        self.subject: Subject | None = None
        self.total = SweepTotal()
        self.sure: Confidence | None = None
        self.image: Counts | None = None

    def follow(self) -> None:
        """Count what is open now, and what was written to, as far as that is not counted."""
        if (of := compared(self._session)) != self._of:
            self._of = of
            self._begin(self._session.project, self._session.run)
        elif not self.going.whole and not self.going.running:
            self._count_set()
        else:
            self.going.catch_up()
        if self._session.current is not self._opened:
            self._opened, self.sure, self.image = self._session.current, None, None
            self._newest.forget()
        self._count_image()

    def stop(self) -> None:
        """Count the data set no further; what is counted stays, and is kept."""
        self.going.stop()

    def close(self) -> None:
        self.going.close()
        self._newest.close()

    @property
    def dataset(self) -> Counts | None:
        """The counts of the data set, with the open image as it is now where that was counted; None before any."""
        if self._opened is not None and self.image is not None and self._opened.sample.id in self.total:
            self.total.put(self._opened.sample.id, self.image)
        return self.total.counts if len(self.total) else None

    def _begin(self, project: Project | None, run: LabelSource | None) -> None:
        self.subject, self.total, self._opened = None, SweepTotal(), None
        if project is not None and run is not None and (asked := asked_of(project, run)) is not None:
            self.subject = Subject(project, run, asked)
            self._count_set()
        else:
            self.going.stop()

    def _count_set(self) -> None:
        if (subject := self.subject) is not None:
            self.going.begin(lambda project, _: sweep_run(project, subject.run, subject.asked))

    def _on_step(self, step: PairStep[Counts]) -> None:
        if step.found is not None:
            self.total.put(step.id, step.found)
        self.changed.emit()

    def _count_image(self) -> None:
        opened, subject, known = self._opened, self.subject, self.sure
        if opened is None or subject is None:
            return
        predicted = opened.stored if opened.stored is not None else opened.prediction

        def counted(found: tuple[Confidence, Counts | None] | None) -> None:
            self.sure, self.image = found if found is not None else (None, None)
            self.changed.emit()

        key = (Same(opened), opened.document.revision, Same(predicted), subject.asked)
        self._newest.ask(key, lambda: _count(opened, predicted, subject, known), counted)


def _count(
    opened: OpenSample, predicted: LabelPlane | None, subject: Subject, sure: Confidence | None
) -> tuple[Confidence, Counts | None] | None:
    """Read, unless it is known, how sure the model was of an image, and count it; None where that was not kept."""
    mask = subject.run.find(opened.sample.id)
    if sure is None and mask is not None and (file := beside(mask, subject.asked.kept)).is_file():
        sure = read_sureness(file)
        sure = resized(sure, opened.document.labels.shape) if subject.run.resized else sure
    labels = opened.document.labels
    if sure is None or sure.shape != labels.shape or (predicted is None and subject.asked.binary is None):
        return None
    return sure, subject.asked.count(labels, predicted, sure) if opened.has_truth else None
