"""What the page of thresholds shows, counted in workers: of the open image as it is now, and of the data set."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from segstudio.core.errors import SizeMismatch
from segstudio.core.raster import Confidence, LabelPlane
from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.following import FollowingImage
from segstudio.gui.analysis.newest import Same
from segstudio.gui.analysis.side_choice import SideChoice
from segstudio.gui.messages import Messages
from segstudio.io.sureness import beside
from segstudio.metrics.probability import Counts
from segstudio.services.open_sample import OpenSample
from segstudio.services.scoring import Mask, read_sure
from segstudio.services.session import Session
from segstudio.services.sweeps import SweepQuestion, SweepTotal, asked_of, sweep_run


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is counted: a run against the labels, with one class table."""

    project: Project
    run: LabelSource
    asked: SweepQuestion


class Sweeping(FollowingImage[Counts]):
    """Counts the open image and the data set; ``sure`` is how sure the model was of the open one, None until read."""

    def __init__(self, session: Session, sides: SideChoice, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(session, messages, parent)
        self._sides = sides
        self._of: Compared | None = None
        self.subject: Subject | None = None
        self.total: SweepTotal = SweepTotal()
        self.sure: Confidence | None = None

    def follow(self) -> None:
        """Count what is open now, and what was written to, as far as that is not counted."""
        if (of := compared(self._session, self._sides.run)) != self._of:
            self._of = of
            self.sure = None
            self._begin(self._session.project, self._sides.run)
        else:
            self._go_on(self._count_set)
        if self._session.current is not self._opened:
            self.sure = None
        self._look_at(self._session.current)
        self._count_image()

    @property
    def dataset(self) -> Counts | None:
        """The counts of the data set, with the open image as it is now where that was counted; None before any."""
        self._put_image()
        return self.total.counts if len(self.total) else None

    def _begin(self, project: Project | None, run: LabelSource | None) -> None:
        self.subject, self.total = None, SweepTotal()
        self._look_at(None)
        if project is not None and run is not None and (asked := asked_of(project, run)) is not None:
            self.subject = Subject(project, run, asked)
            self._count_set()
        else:
            self.going.stop()

    def _count_set(self) -> None:
        if (subject := self.subject) is not None:
            self.going.begin(lambda project, _: sweep_run(project, subject.run, subject.asked))

    def _count_image(self) -> None:
        opened, subject, known = self._opened, self.subject, self.sure
        if opened is None or subject is None:
            return
        first = self._sides.letter == "A"
        predicted = (opened.prediction if opened.stored is None else opened.stored) if first else opened.other

        def counted(found: tuple[Confidence, Counts | None] | None) -> None:
            self.sure, self.image = found if found is not None else (None, None)
            self.changed.emit()

        key = (Same(opened), opened.document.revision, Same(predicted), subject.asked)
        self._newest.ask(key, lambda: _count(opened, predicted, subject, known), counted)


def _count(
    opened: OpenSample, predicted: LabelPlane | None, subject: Subject, sure: Confidence | None
) -> tuple[Confidence, Counts | None] | None:
    """Read, unless it is known, how sure the model was of an image, and count it; None where that was not kept."""
    labels = opened.document.labels
    if sure is None and (path := subject.run.find(opened.sample.id)) is not None:
        sure = _read(Mask(path, resized=subject.run.resized), subject.asked, opened)
    if sure is None or (predicted is None and subject.asked.binary is None):
        return None
    return sure, subject.asked.count(labels, predicted, sure) if opened.has_truth else None


def _read(mask: Mask, asked: SweepQuestion, opened: OpenSample) -> Confidence | None:
    """Read how sure the model was of a mask; None where that was not kept, or where it is of another size."""
    if not beside(mask.path, asked.kept).is_file():
        return None
    try:
        return read_sure(mask, asked.kept, opened.document.labels.shape, opened.sample.image)
    except SizeMismatch:
        return None  # that of the mask was told when the sample was opened
