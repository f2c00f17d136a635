"""What the page of objects shows of the open image, found in a worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from segstudio.core.raster import LabelMap
from segstudio.core.records import LabelSource, Sample
from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.newest import Same
from segstudio.gui.analysis.object_outlines import Outlines, outlines_of
from segstudio.gui.analysis.side_choice import SideChoice
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.object_maps import RunResults, run_results
from segstudio.services.open_objects import OpenObjects, open_objects
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at; two are equal where what is found of them is the same."""

    opened: OpenSample
    revision: int
    shown: Same
    run: LabelSource | None
    schema: LabelSchema


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The objects of the open image and the lines around them."""

    subject: Subject
    objects: OpenObjects
    truth: Outlines
    prediction: Outlines


class ObjectFinder(QObject):
    """Finds the objects of what is open, the newest last. ``changed`` says that there is news."""

    changed = Signal()

    def __init__(self, session: Session, sides: SideChoice, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._sides, self._messages = session, sides, messages
        self._background = Background(1, "objects", self)
        self._under_way: Subject | None = None
        self._failed: Subject | None = None
        self._results: tuple[LabelSource, RunResults] | None = None
        self.seen: Seen | None = None

    def follow(self) -> None:
        """Find the objects of what is open now, unless they are known; a stroke asks for it many times."""
        wanted, project = self._wanted(), self._session.project
        if self.seen is not None and (wanted is None or wanted.opened is not self.seen.subject.opened):
            self.seen = None
            self.changed.emit()
        known = self.seen.subject if self.seen is not None else None
        if wanted is None or project is None or self._under_way is not None or wanted in (known, self._failed):
            return
        self._under_way = wanted
        said = self._sides.said(wanted.opened)
        assert said is not None
        find = partial(self._find, wanted, said, project.samples, self._results)
        self._background.run(find, self._on_found, self._on_failed)

    @property
    def reading(self) -> bool:
        """Whether the objects of what is open are being found."""
        return self._under_way is not None

    def close(self) -> None:
        self._background.close()

    def _wanted(self) -> Subject | None:
        project, opened = self._session.project, self._session.current
        said = None if opened is None else self._sides.said(opened)
        if project is None or opened is None or said is None or not opened.has_truth:
            return None
        return Subject(opened, opened.document.revision, Same(said.classes), self._sides.run, project.segments)

    def _find(
        self, wanted: Subject, said: LabelMap, samples: Iterable[Sample], known: tuple[LabelSource, RunResults] | None
    ) -> tuple[tuple[LabelSource, RunResults] | None, Seen]:
        """Find the objects of a document that may be written to meanwhile: then it is done once more."""
        if wanted.run is None:
            known = None
        elif known is None or known[0] is not wanted.run:
            known = wanted.run, run_results(wanted.run.folder, (sample.id for sample in samples))
        document = wanted.opened.document
        planes = LabelMap(document.labels, document.instances)
        results = known[1] if known is not None else RunResults()
        found = open_objects(wanted.opened.sample, planes, wanted.run, said, wanted.schema, results)
        sides = ((found.truth, found.found.overlap.truth), (found.prediction, found.found.overlap.prediction))
        return known, Seen(wanted, found, *(outlines_of(side, objects) for side, objects in sides))

    def _on_found(self, found: tuple[tuple[LabelSource, RunResults] | None, Seen]) -> None:
        self._under_way = None
        self._results, seen = found
        if (wanted := self._wanted()) is not None and wanted.opened is seen.subject.opened:
            self.seen = seen
            self.changed.emit()
        self.follow()

    def _on_failed(self, error: Exception) -> None:
        self._failed, self._under_way = self._under_way, None
        self._messages.fail(error)
        self.follow()
