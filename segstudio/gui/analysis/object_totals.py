"""What the page of objects shows of the data set: read once, added up anew at any threshold, both in workers."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.following import Following
from segstudio.gui.analysis.side_choice import SideChoice
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.evaluate import project_pairs
from segstudio.services.instance_scores import ImageObjects, ObjectStep, score_objects
from segstudio.services.object_maps import run_results
from segstudio.services.open_objects import MatchedObjects, ObjectTotal, match_image, total_of
from segstudio.services.session import Session

TIMES = 20
"""How often there is news while a data set is read."""


@dataclass(frozen=True, slots=True)
class ObjectQuestion:
    """The least IoU of a pair, the least score of a prediction, and the class that is looked at, None for all.

    PQ of all is a mean over the classes ``averaged``, over those of stuff too where it is None.
    """

    threshold: float = 0.5
    least_score: float = 0.0
    class_id: int | None = None
    averaged: frozenset[int] | None = None

    def match(self, image: ImageObjects) -> MatchedObjects:
        """Match the objects of an image as asked."""
        return match_image(image, self.threshold, self.least_score, self.class_id)

    def total(self, images: Iterable[MatchedObjects]) -> ObjectTotal:
        """Add up what was matched as asked."""
        return total_of(images, self.class_id, self.averaged)


class ObjectTotals(Following):
    """``total`` is of the images that were read, at what was asked for last."""

    def __init__(self, session: Session, sides: SideChoice, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(session, messages, parent)
        self._sides = sides
        self._messages = messages
        self._background = Background(1, "object sums", self)
        self._of: Compared | None = None
        self._adding = self._stale = False
        self._images: dict[str, ImageObjects] = {}
        self.asked = ObjectQuestion()
        self.total = ObjectTotal()

    def follow(self) -> None:
        """Read the data set as far as it is not known, and what was written to since."""
        if (of := compared(self._session, self._sides.run)) != self._of:
            self._of, self._images, self.total = of, {}, ObjectTotal()
            self._read()
            self.changed.emit()
        else:
            self._go_on(self._read)

    def ask(self, asked: ObjectQuestion) -> None:
        """Add up at something else."""
        if asked != self.asked:
            self.asked = asked
            self._add_up()

    def put(self, sample_id: str, found: ImageObjects) -> None:
        """Take an image as it is now in place of what was read of it, if it was."""
        if sample_id in self._images and self._images[sample_id] is not found:
            self._images[sample_id] = found
            self._add_up()

    def close(self) -> None:
        super().close()
        self._background.close()

    def _read(self) -> None:
        project, run = self._session.project, self._sides.run
        if project is None or run is None:
            self.going.stop()
            return
        every = [sample.id for sample in project.samples]
        self.going.begin(lambda project, _: _read(project, run, every))

    def _on_step(self, step: ObjectStep) -> None:
        if step.found is not None:
            self._images[step.id] = step.found
        if step.done % max(1, step.total // TIMES) == 0:
            self._add_up()

    def _on_end(self) -> None:
        self._add_up()

    def _add_up(self) -> None:
        """Add up in the worker, and once more where something else was asked for meanwhile."""
        self._stale = self._adding
        if self._adding:
            return
        self._adding = True
        asked, images = self.asked, list(self._images.values())
        self._background.run(lambda: asked.total(map(asked.match, images)), self._on_total, self._on_failed)

    def _on_total(self, total: ObjectTotal) -> None:
        self._adding, self.total = False, total
        self.changed.emit()
        if self._stale:
            self._add_up()

    def _on_failed(self, error: Exception) -> None:
        self._adding = False
        self._messages.fail(error)


def _read(project: Project, run: LabelSource, every: Sequence[str]) -> Generator[ObjectStep, None, None]:
    """Read the objects of a project's samples; ``every`` are the ids of all that the run may be of."""
    results = run_results(run.folder, every)
    yield from score_objects(project_pairs(project, run), project.segments, results)
