"""What the page of objects shows of the data set: read once, added up anew at any threshold, both in workers."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import LabelSource, Project
from segstudio.gui.jobs import Background, JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.evaluate import project_pairs
from segstudio.services.instance_scores import ImageObjects, ObjectStep, score_objects
from segstudio.services.object_maps import run_results
from segstudio.services.open_objects import ObjectTotal, total_of
from segstudio.services.session import Session

TIMES = 20
"""How often there is news while a data set is read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The least IoU of a pair, the least score of a prediction, and the class that is looked at, None for all."""

    threshold: float = 0.5
    least_score: float = 0.0
    class_id: int | None = None


class ObjectTotals(QObject):
    """``total`` is of the images that were read, at what was asked for last. ``changed`` says that there is news."""

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._background = Background(1, "object sums", self)
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)
        self._subject: tuple[Project, LabelSource] | None = None
        self._adding = self._stale = self._again = False
        self._images: dict[str, ImageObjects] = {}
        self.asked = Asked()
        self.total = ObjectTotal()
        self.done = self.of = 0
        self.failures: dict[str, str] = {}

    def follow(self) -> None:
        """Read the data set as far as it is not known."""
        project, run = self._session.project, self._session.run
        wanted = (project, run) if project is not None and run is not None else None
        if not _same(self._subject, wanted):
            self._subject, self._images, self.failures = wanted, {}, {}
            self.total, self.done, self.of = ObjectTotal(), 0, 0
            self._start()
            self.changed.emit()
        elif self.done < self.of and not self._runner.running:
            self._start()

    def ask(self, asked: Asked) -> None:
        """Add up at something else."""
        if asked != self.asked:
            self.asked = asked
            self._add_up()

    def put(self, sample_id: str, found: ImageObjects) -> None:
        """Take an image as it is now in place of what was read of it, if it was."""
        if sample_id in self._images and self._images[sample_id] is not found:
            self._images[sample_id] = found
            self._add_up()

    def stop(self) -> None:
        """Read no further; what is known stays."""
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()
        self._background.close()

    def _start(self) -> None:
        if self._runner.running:
            self._again = True
            self._runner.cancel()
        elif self._subject is not None:
            self._runner.start(_read(*self._subject))

    def _on_step(self, step: ObjectStep) -> None:
        if self._again:
            return  # of what was asked for before
        self.done, self.of = step.done, step.total
        if step.found is not None:
            self._images[step.id] = step.found
        elif step.error is not None:
            self.failures[step.id] = step.error.sentence()
        if step.done % max(1, step.total // TIMES) == 0:
            self._add_up()

    def _on_end(self) -> None:
        if self._again:
            self._again = False
            self._start()
        self._add_up()

    def _add_up(self) -> None:
        """Add up in the worker, and once more where something else was asked for meanwhile."""
        self._stale = self._adding
        if self._adding:
            return
        self._adding = True
        asked, images = self.asked, list(self._images.values())
        work = partial(total_of, images, asked.threshold, asked.least_score, asked.class_id)
        self._background.run(work, self._on_total, self._on_failed)

    def _on_total(self, total: ObjectTotal) -> None:
        self._adding, self.total = False, total
        self.changed.emit()
        if self._stale:
            self._add_up()

    def _on_failed(self, error: Exception) -> None:
        self._adding = False
        self._messages.fail(error)


def _same(one: tuple[Project, LabelSource] | None, other: tuple[Project, LabelSource] | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[0].root == other[0].root and one[0].schema == other[0].schema and one[1] is other[1]


def _read(project: Project, run: LabelSource) -> Generator[ObjectStep, None, None]:
    results = run_results(run.folder, (sample.id for sample in project.samples))
    yield from score_objects(project_pairs(project, run), project.schema, results)
