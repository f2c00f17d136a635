"""What the page of thresholds shows, counted in workers: of the open image as it is now, and of the data set."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from segstudio.core.raster import Confidence, LabelPlane
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.gui.jobs import Background, JobRunner
from segstudio.gui.messages import Messages
from segstudio.io.sureness import beside, read_sureness
from segstudio.metrics.probability import Counts
from segstudio.services.each_pair import PairStep
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session
from segstudio.services.sweeps import Asked, SweepTotal, asked_of, sweep_run


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is counted: a run against the labels, with one class table."""

    project: Project
    run: LabelSource
    asked: Asked

    def same(self, project: Project | None, run: LabelSource | None) -> bool:
        same_schema = project is not None and project.schema == self.project.schema
        return same_schema and project is not None and project.root == self.project.root and run is self.run


class Sweeping(QObject):
    """Counts what is asked for, the newest last; what comes too late is dropped. ``changed`` says there is news."""

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._background = Background(1, "sweep", self)
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)
        self._messages = messages
        self._again = False
        self._counting = False
        self._opened: OpenSample | None = None
        self._counted: tuple[int, LabelSchema] | None = None
        self.subject: Subject | None = None
        self.total = SweepTotal()
        self.done, self.of, self.failures = 0, 0, dict[str, str]()
        self.sure: Confidence | None = None
        self.image: Counts | None = None

    def follow(self) -> None:
        """Count what is open now, as far as that is not counted."""
        project, run = self._session.project, self._session.run
        if self.subject is None or not self.subject.same(project, run):
            asked = asked_of(project, run) if project is not None and run is not None else None
            self.subject = None
            if project is not None and run is not None and asked is not None:
                self.subject = Subject(project, run, asked)
            self.total, self.sure, self.image, self._opened = SweepTotal(), None, None, None
            self.done = self.of = 0
            self.failures = {}
            self._start()
        elif self.done < self.of or not self.of:
            self._start()
        if self._session.current is not self._opened:
            self._opened, self.sure, self.image, self._counted = self._session.current, None, None, None
        self._count_image()

    def stop(self) -> None:
        """Count the data set no further; what is counted stays, and is kept."""
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()
        self._background.close()

    @property
    def dataset(self) -> Counts | None:
        """The counts of the data set, with the open image as it is now where that was counted; None before any."""
        if self._opened is not None and self.image is not None and self._opened.sample.id in self.total:
            self.total.put(self._opened.sample.id, self.image)
        return self.total.counts if len(self.total) else None

    # The data set

    def _start(self) -> None:
        if self._runner.running:
            self._again = True
            self._runner.cancel()
        elif self.subject is not None:
            self._runner.start(sweep_run(self.subject.project, self.subject.run, self.subject.asked))

    def _on_step(self, step: PairStep[Counts]) -> None:
        if self._again:
            return  # of what was asked for before
        self.done, self.of = step.done, step.total
        if step.found is not None:
            self.total.put(step.id, step.found)
        elif step.error is not None:
            self.failures[step.id] = step.error.sentence()
        self.changed.emit()

    def _on_end(self) -> None:
        if self._again:
            self._again = False
            self._start()
        else:
            self.changed.emit()

    # The open image

    def _count_image(self) -> None:
        """Count the open image in the worker, unless that is under way or as it is: a stroke asks for it many times."""
        opened, subject = self._opened, self.subject
        if opened is None or subject is None or self._counting:
            return
        now = (opened.document.revision, subject.project.schema)
        if now == self._counted:
            return
        self._counting = True
        self._counted = now
        predicted = opened.stored if opened.stored is not None else opened.prediction
        known = self.sure

        def counted(found: tuple[Confidence, Counts | None] | None) -> None:
            self._counting = False
            if self._opened is opened and self.subject is subject:
                self.sure, self.image = found if found is not None else (None, None)
                self.changed.emit()
            self._count_image()

        def failed(error: Exception) -> None:
            self._counting = False
            self._messages.fail(error)

        self._background.run(lambda: _count(opened, predicted, subject, known), counted, failed)


def _count(
    opened: OpenSample, predicted: LabelPlane | None, subject: Subject, sure: Confidence | None
) -> tuple[Confidence, Counts | None] | None:
    """Read, unless it is known, how sure the model was of an image, and count it; None where that was not kept."""
    mask = subject.run.find(opened.sample.id)
    if sure is None and mask is not None and (file := beside(mask, subject.asked.kept)).is_file():
        sure = read_sureness(file)
    labels = opened.document.labels
    if sure is None or sure.shape != labels.shape or (predicted is None and subject.asked.binary is None):
        return None
    return sure, subject.asked.count(labels, predicted, sure) if opened.has_truth else None
