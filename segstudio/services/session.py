"""The state of the running program: what is open, and what is chosen."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.events import Event
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.io.images import read_image
from segstudio.io.masks import read_mask, undeclared
from segstudio.services.compare import LiveComparison
from segstudio.services.opening import read_labels
from segstudio.services.run_record import written_classes
from segstudio.services.scores import DatasetScores
from segstudio.services.shares import ClassCounts
from segstudio.tools.base import ToolOptions

KEPT_DOCUMENTS = 16
"""Samples whose labels and undo steps stay in memory when another one is shown; unsaved ones always stay."""


@dataclass(eq=False)
class OpenSample:
    """Everything that was read to show one sample. ``problems`` are faults that did not prevent it.

    ``counted_at`` is the document's revision and the class table that its counts were begun with.
    """

    sample: Sample
    image: RgbImage
    document: Document
    counts: ClassCounts
    counted_at: tuple[int, LabelSchema]
    prediction: LabelPlane | None = None
    comparison: LiveComparison | None = None
    problems: tuple[SegstudioError, ...] = ()

    def close(self) -> None:
        """Stop following the document."""
        self.counts.close()
        if self.comparison is not None:
            self.comparison.close()

    def compare(self, prediction: LabelPlane | None, schema: LabelSchema) -> None:
        """Compare the document with another prediction, or with none."""
        if self.comparison is not None:
            self.comparison.close()
        self.prediction = prediction
        self.comparison = None if prediction is None else LiveComparison(self.document, prediction, schema)

    def recount(self, schema: LabelSchema) -> None:
        """Count anew where labels or classes changed while the sample was read: a worker may have missed that."""
        if self.counted_at != (now := (self.document.revision, schema)):
            self.counts.close()
            self.counts, self.counted_at = ClassCounts(self.document), now
            self.compare(self.prediction, schema)


def load_sample(
    project: Project, sample: Sample, run: LabelSource | None, document: Document | None = None
) -> OpenSample:
    """Read a sample from disk; runs in a worker. ``document`` is given where its labels are in memory already.

    Raises ``SegstudioError`` where the image or its labels cannot be read. A prediction that cannot be read is
    a problem of the sample, not a reason to keep it closed.
    """
    image = read_image(sample.image, sample.page)
    problems: list[SegstudioError] = []
    if document is None:
        labels = read_labels(project, sample)
        if labels is None:
            labels = np.full(image.shape[:2], project.schema.background, project.schema.dtype)
        elif unknown := undeclared(labels, project.schema):
            problems.append(_undeclared_values(sample, unknown))
        document = Document(labels)
    begun = document.revision, project.schema
    opened = OpenSample(sample, image, document, ClassCounts(document), begun)
    try:
        opened.compare(_read_prediction(sample, run, project.schema, image), project.schema)
    except SegstudioError as error:
        problems.append(error)
    opened.problems = tuple(problems)
    return opened


def _undeclared_values(sample: Sample, unknown: dict[int, int]) -> SegstudioError:
    values = ", ".join(f"{value} ({count} px)" for value, count in list(unknown.items())[:5])
    return SegstudioError(
        f"The labels of {sample.id} hold values without a class: {values}.",
        "They are kept and drawn gray; declare classes for them to score this image.",
    )


def _read_prediction(
    sample: Sample, run: LabelSource | None, schema: LabelSchema, image: RgbImage
) -> LabelPlane | None:
    path = run.find(sample.id) if run is not None else None
    if path is None:
        return None
    prediction = read_mask(path, schema, sample.page)
    if prediction.shape != image.shape[:2]:
        raise SizeMismatch(path, prediction.shape, sample.image, image.shape[:2])
    return prediction


class Session:
    """Lives in the GUI thread. Panels read it, call its methods and hear its events."""

    def __init__(self) -> None:
        self.project: Project | None = None
        self.current: OpenSample | None = None
        self.run: LabelSource | None = None
        self.predicted: tuple[LabelClass, ...] = ()
        self.scores = DatasetScores()
        self.options = ToolOptions()
        self.edited: set[str] = set()
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self.project_opened: Event[Project] = Event()
        self.project_changed: Event[Project] = Event()
        self.sample_opened: Event[OpenSample] = Event()
        self.prediction_changed: Event[OpenSample] = Event()
        self.run_changed: Event[LabelSource | None] = Event()

    def open_project(self, project: Project) -> None:
        """Put another project in place of the open one; unsaved labels must have been saved before."""
        if self.current is not None:
            self.current.close()
        self.project, self.current, self.scores = project, None, DatasetScores()
        self.run = project.runs[-1] if project.runs else None
        self.predicted = written_classes(self.run.folder) if self.run is not None else ()
        # Where the labels came from elsewhere, those in the folder that edits go to are edited ones.
        self.edited = set(project.sources[0].files) if len(project.sources) > 1 else set()
        self._documents.clear()
        self._choose_defaults(project.schema)
        self.project_opened.emit(project)

    def show(self, opened: OpenSample) -> None:
        """Make a sample that was read the current one."""
        assert self.project is not None
        opened.recount(self.project.schema)
        if self.current is not None:
            self.current.close()
        self.current = opened
        self._keep(opened.sample.id, opened.document)
        self.sample_opened.emit(opened)

    def document_of(self, sample_id: str) -> Document | None:
        """Return a sample's document where it is still in memory."""
        return self._documents.get(sample_id)

    def unsaved(self) -> list[tuple[str, Document]]:
        """Return the ids and documents with work that is not on disk."""
        return [(i, d) for i, d in self._documents.items() if d.history.dirty]

    def update_project(self, project: Project) -> None:
        """Take over a change of the open project: its classes, its runs, or that it now has a file of its own."""
        before, self.project = self.project, project
        if before is not None and before.schema != project.schema:
            self._choose_defaults(project.schema)
            self.scores = DatasetScores()
            if self.current is not None:
                self.current.compare(self.current.prediction, project.schema)
        self.project_changed.emit(project)

    def add_run(self, run: LabelSource) -> None:
        """Add a run, or what it has become, to the project and choose it."""
        assert self.project is not None
        others = tuple(r for r in self.project.runs if r.folder != run.folder)
        self.update_project(replace(self.project, runs=(*others, run)))
        self.choose_run(run)

    def choose_run(self, run: LabelSource | None) -> None:
        """Compare with another run. The prediction of the open sample is read anew by whoever hears the event."""
        self.run, self.scores = run, DatasetScores()
        self.predicted = written_classes(run.folder) if run is not None else ()
        self.run_changed.emit(run)

    @property
    def seen_schema(self) -> LabelSchema:
        """The project's classes, and after them those that only the prediction holds: all that can be on the screen."""
        assert self.project is not None
        own = self.project.schema
        return LabelSchema((*own.classes, *(c for c in self.predicted if own.get(c.id) is None)))

    def set_prediction(self, prediction: LabelPlane | None, predicted: tuple[LabelClass, ...]) -> None:
        """Give the open sample another prediction, of the size of its labels, and say which classes it holds."""
        assert self.project is not None
        assert self.current is not None
        self.predicted = predicted
        self.current.compare(prediction, self.project.schema)
        self.prediction_changed.emit(self.current)

    def live_total(self) -> Confusion | None:
        """Return the counts of the data set with the open sample as it is now; None before any image was scored."""
        comparison = self.current.comparison if self.current is not None else None
        if self.current is None or comparison is None or self.scores.get(self.current.sample.id) is None:
            return self.scores.total
        if self.scores.get(self.current.sample.id) is not comparison.confusion:
            self.scores.put(self.current.sample.id, comparison.confusion)
        return self.scores.total

    def _choose_defaults(self, schema: LabelSchema) -> None:
        chosen, background = self.options.class_id, schema.background
        if schema.get(chosen) is None or chosen == background:
            drawn = (c.id for c in schema.classes if not c.ignore and c.id != background)
            chosen = next(drawn, background)
        self.options.start(chosen, background)

    def _keep(self, sample_id: str, document: Document) -> None:
        self._documents[sample_id] = document
        self._documents.move_to_end(sample_id)
        for old in list(self._documents)[:-1]:  # the last is shown, and will be edited
            if len(self._documents) <= KEPT_DOCUMENTS:
                break
            if not self._documents[old].history.dirty:
                del self._documents[old]
