"""One sample, read whole before it is shown: image, labels, counts, and the prediction it is compared with."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.display import Display, Kind
from segstudio.core.errors import SegstudioError
from segstudio.core.raster import Confidence, InstancePlane, LabelMap, LabelPlane
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.io.masks import undeclared
from segstudio.io.sureness import beside
from segstudio.services.compare import LiveComparison
from segstudio.services.evaluate import mask_in
from segstudio.services.instances import Extents, LiveInstances
from segstudio.services.object_maps import numbers_of
from segstudio.services.on_disk import stamps_of
from segstudio.services.opening import read_plane
from segstudio.services.recovery import Resumed, read_begun, resume
from segstudio.services.run_record import written_classes
from segstudio.services.scoring import fitted, read_sure
from segstudio.services.seen import Seen, look
from segstudio.services.shares import ClassCounts, class_counts


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What a worker counted of the labels as they were at ``revision``, should they have stayed so meanwhile."""

    revision: int
    schema: LabelSchema
    classes: NDArray[np.int64]
    objects: Extents
    confusion: Confusion | None

    @classmethod
    def of(cls, document: Document, prediction: LabelPlane | None, schema: LabelSchema) -> "Counted":
        """Count a document that may be written to meanwhile."""
        revision, labels = document.revision, document.labels
        objects = Extents.of(LabelMap(labels, document.instances))
        confusion = None if prediction is None else PairCounter(schema).count(labels, prediction)
        return cls(revision, schema, class_counts(labels), objects, confusion)


@dataclass(eq=False)
class OpenSample:
    """Everything that was read to show one sample. ``problems`` are faults that did not prevent it.

    ``prediction`` is what the labels are compared with, ``confidence`` how sure its model was, ``other`` a second one
    and ``other_confidence`` how sure the model of that was; all are of the size of the labels, or None. While other
    labels are tried in the place of the prediction, ``stored`` is what it was. ``found`` numbers the objects of the
    prediction, None where that does not tell them apart, and ``other_found`` those of the second one, which holds
    ``other_classes`` besides the project's. ``predicted_by``
    names the model that said the prediction and ``other_by`` that of the second one, where these are in no file, else
    "". ``labelled`` says that labels were found for it. ``resumed`` says what the document was made of, None where it
    was in memory already. A worker makes this; from ``follow`` on it has ``counts``,
    ``instances``, None where objects are not told apart, and a ``comparison``, None where there is no prediction, which
    are all kept up to date.
    """

    sample: Sample
    seen: Seen
    document: Document
    counted: Counted
    labelled: bool
    prediction: LabelPlane | None = None
    problems: tuple[SegstudioError, ...] = ()
    resumed: Resumed | None = None
    confidence: Confidence | None = None
    other: LabelPlane | None = None
    stored: LabelPlane | None = None
    found: InstancePlane | None = None
    predicted_by: str = ""
    other_by: str = ""
    other_confidence: Confidence | None = None
    other_found: InstancePlane | None = None
    other_classes: tuple[LabelClass, ...] = ()
    counts: ClassCounts = field(init=False)
    instances: LiveInstances | None = field(init=False, default=None)
    comparison: LiveComparison | None = field(init=False, default=None)
    other_comparison: LiveComparison | None = field(init=False, default=None)
    _follows: bool = field(init=False, default=False)

    def follow(self, schema: LabelSchema) -> None:
        """Keep what is counted up to date from now on; in the thread that writes to the document, and once.

        What the worker counted of labels that have been drawn on since, or with other classes, is counted anew, a
        slice at a time as ``catch_up`` is called.
        """
        fresh = self.counted if self.counted.revision == self.document.revision else None
        self.counts = ClassCounts(self.document, fresh.classes if fresh is not None else None)
        if self.document.instances is not None:
            self.instances = LiveInstances(self.document, fresh.objects if fresh is not None else None)
        known = fresh.confusion if fresh is not None and fresh.schema == schema else None
        self.comparison = self._compared(self.prediction, schema, known)
        self.other_comparison = self._compared(self.other, schema)
        self._follows = True

    @property
    def said(self) -> LabelMap | None:
        """What is shown as the prediction: tried labels have no objects of their own."""
        if self.prediction is None:
            return None
        return LabelMap(self.prediction, self.found if self.stored is None else None)

    @property
    def other_said(self) -> LabelMap | None:
        """What is shown as the second prediction."""
        return None if self.other is None else LabelMap(self.other, self.other_found)

    @property
    def has_truth(self) -> bool:
        """Whether there is anything to compare with: labels that were found, or drawn since."""
        return self.labelled or bool(len(self.document.history))

    @property
    def scored(self) -> LiveComparison | None:
        """The comparison, where there is a truth to compare with."""
        return self.comparison if self.has_truth else None

    @property
    def other_scored(self) -> LiveComparison | None:
        """The comparison with the second prediction, where there is a truth to compare with."""
        return self.other_comparison if self.has_truth else None

    def close(self) -> None:
        """Stop following the document, if that has begun."""
        if not self._follows:
            return
        self.counts.close()
        if self.instances is not None:
            self.instances.close()
        for comparison in self._comparisons:
            comparison.close()

    def catch_up(self, seconds: float) -> bool:
        """Count what changed as long as there is time, and return whether all that is counted can be read at once."""
        return self.counts.catch_up(seconds) and all(each.catch_up(seconds) for each in self._comparisons)

    def try_labels(self, labels: LabelPlane | None, schema: LabelSchema) -> None:
        """Put other labels in the place of the prediction, if there is one; None brings back what was there."""
        stored = self.prediction if self.stored is None else self.stored
        if stored is not None and (labels is not None or self.stored is not None):
            self.compare(stored if labels is None else labels, schema)
            self.stored = None if labels is None else stored

    def compare(self, prediction: LabelPlane | None, schema: LabelSchema) -> None:
        """Compare the document with another prediction, or with none."""
        if self.comparison is not None:
            self.comparison.close()
        self.prediction = prediction
        self.comparison = self._compared(prediction, schema)

    def compare_other(self, other: LabelPlane | None, schema: LabelSchema) -> None:
        """Compare the document with another second prediction, or with none."""
        if self.other_comparison is not None:
            self.other_comparison.close()
        self.other = other
        self.other_comparison = self._compared(other, schema)

    @property
    def _comparisons(self) -> list[LiveComparison]:
        return [found for found in (self.comparison, self.other_comparison) if found is not None]

    def _compared(
        self, found: LabelPlane | None, schema: LabelSchema, counted: Confusion | None = None
    ) -> LiveComparison | None:
        return None if found is None else LiveComparison(self.document, found, schema, counted)


def load_sample(
    project: Project,
    sample: Sample,
    run: LabelSource | None,
    document: Document | None = None,
    displays: Mapping[Kind, Display] = MappingProxyType({}),
    other_run: LabelSource | None = None,
) -> OpenSample:
    """Read a sample from disk; runs in a worker. ``document`` is given where its labels are in memory already.

    ``displays`` says how the user wants pictures of some kinds shown. Raises ``SegstudioError`` where the image or its
    labels cannot be read. A prediction that cannot be read is a problem of the sample, not a reason to keep it closed.
    """
    labelled = any(source.find(sample.id) for source in project.sources)
    with ThreadPoolExecutor(1, "labels") as beside:  # of a large picture they take as long as the picture itself
        reading = beside.submit(_resumed, project, sample) if document is None else None
        seen = look(sample, displays)
    problems: list[SegstudioError] = []
    resumed: Resumed | None = None
    if document is None:
        assert reading is not None
        resumed, problems = reading.result()
        document = resumed.document
    said = read_said(sample, run, project.schema, document)
    other = read_said(sample, other_run, project.schema, document)
    problems += [*said.problems, *other.problems]
    counted = Counted.of(document, said.labels, project.schema)
    return OpenSample(
        sample,
        seen,
        document,
        counted,
        labelled,
        said.labels,
        tuple(problems),
        resumed,
        confidence=said.confidence,
        other=other.labels,
        found=said.numbers,
        other_confidence=other.confidence,
        other_found=other.numbers,
        other_classes=written_classes(other_run.folder) if other_run is not None else (),
    )


def _resumed(project: Project, sample: Sample) -> tuple[Resumed, list[SegstudioError]]:
    """Read a sample's labels, take up the work on them, and return what there is to tell beside."""
    stamps = stamps_of(project, sample.id)  # before they are read: what is written meanwhile is noticed
    planes, told = read_begun(project, sample)
    unknown = undeclared(planes.classes, project.schema)
    resumed = resume(project, sample, planes, stamps)
    values = [_undeclared_values(sample, unknown)] if unknown else []
    return resumed, [*told, *values, *resumed.problems]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a run says of a sample: labels of the size of the document's, and how sure it was, as far as it kept it.

    ``numbers`` are those of its objects, None where it does not tell them apart.
    """

    labels: LabelPlane | None = None
    confidence: Confidence | None = None
    numbers: InstancePlane | None = None
    problems: tuple[SegstudioError, ...] = ()


def read_said(sample: Sample, run: LabelSource | None, schema: LabelSchema, document: Document) -> Said:
    """Read what a run says of a sample; runs in a worker. What cannot be read, or has another size, is a problem."""
    if run is None or (path := run.find(sample.id)) is None:
        return Said()
    labels, confidence, numbers, problems = None, None, None, list[SegstudioError]()
    mask, shape = mask_in(run, path, sample.page), document.labels.shape
    try:
        plane = read_plane(mask.path, schema, mask.page, mask.holds)
        labels = fitted(plane, path, shape, sample.image, mask.resized)
        if beside(path, "confidence").is_file():
            confidence = read_sure(mask, "confidence", shape, sample.image)
        if (numbers := numbers_of(mask, plane, schema)) is not None:
            numbers = fitted(numbers, path, shape, sample.image, mask.resized)
    except SegstudioError as error:
        problems.append(error)
    return Said(labels, confidence, numbers, tuple(problems))


def _undeclared_values(sample: Sample, unknown: dict[int, int]) -> SegstudioError:
    values = ", ".join(f"{value} ({count} px)" for value, count in list(unknown.items())[:5])
    return SegstudioError(
        f"The labels of {sample.id} hold values without a class: {values}.",
        "They are kept and drawn gray; declare classes for them to score this image.",
    )
