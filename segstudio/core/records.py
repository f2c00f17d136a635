"""What the files of a project say: samples, where their labels lie, and the predictions made for them."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, TypeAlias

from segstudio.core.raster import Confidence, InstancePlane, LabelPlane, Probabilities, Rect
from segstudio.core.rle import Counts
from segstudio.core.schema import LabelSchema

Origin = Literal["person", "run", "import"]
Holds: TypeAlias = Literal["classes", "instances", "panoptic"]
"""What the pixels of a label file are: class ids, numbers of objects of one class, or of segments that a JSON lists."""

Spacing: TypeAlias = tuple[float, float]
"""The size of a pixel, y then x, both above 0."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One image, or one page of a stack; ``id`` is the path below the image root without its suffix."""

    id: str
    image: Path
    page: int = 0

    @property
    def name(self) -> str:
        """The last part of the id: what a list shows."""
        return self.id.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Instance:
    """One object of an image: its number in the instance plane, its class, its pixels, the rectangle around them."""

    number: int
    class_id: int
    area: int
    rect: Rect


class WorkState(StrEnum):
    """How far the work on a sample is. ``UNLABELLED``: nobody has said more; it may have labels from elsewhere."""

    UNLABELLED = "unlabelled"
    IN_WORK = "in work"
    REVIEW = "needs review"
    DONE = "done"

    @property
    def of_labels(self) -> str:
        """What it is called of a sample that has labels: one of which nobody has said more is labelled."""
        return "labelled" if self is WorkState.UNLABELLED else self.value


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """What people did about a sample beside its labels; an untouched one has the blank record.

    ``seconds`` is the time worked on it, ``author`` who last did. ``mask_from`` says what its labels were begun from:
    "labels:<source>", "sample:<id>" where they were carried over, "" where they were drawn from nothing.
    """

    state: WorkState = WorkState.UNLABELLED
    notes: str = ""
    tags: tuple[str, ...] = ()
    seconds: float = 0.0
    author: str = ""
    mask_from: str = ""


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Where one set of label maps lies: the truth, an annotator, or a model's run.

    ``files`` names the files found, by sample id. Where ``read_only`` is False the mask of a sample may be
    written to ``folder/<id>.png``. ``images`` is the part of the image root that ``folder`` mirrors ("" = all
    of it). Files that hold "instances" count objects: every number but 0 stands for the one class there is; those that
    hold "panoptic" number segments, and a JSON beside ``folder`` tells the class of each. Where ``resized``, masks of
    another size than the labels are compared as if they had it, each pixel from the nearest.
    """

    name: str
    folder: Path
    origin: Origin = "person"
    read_only: bool = False
    files: Mapping[str, Path] = field(default_factory=dict)
    images: str = ""
    holds: Holds = "classes"
    resized: bool = False

    def find(self, sample_id: str) -> Path | None:
        """Return the file that holds a sample's labels, or None where there is none; what was written goes first."""
        known = self.files.get(sample_id)
        # Compared as text: to make the paths of ten thousand samples, or ask the disk, takes many times as long.
        if self.read_only or str(known) == f"{self.folder}{os.sep}{sample_id}.png":
            return known
        written = self.target(sample_id)
        return written if written.is_file() else known

    @property
    def read_as(self) -> tuple[Path, bool]:
        """What tells apart what is computed of two sources: where they lie, and whether they are resized."""
        return self.folder, self.resized

    def target(self, sample_id: str) -> Path:
        """Return the file that a sample's labels are written to."""
        return self.folder / f"{sample_id}.png"


def first_with(sources: Iterable[LabelSource], sample_id: str) -> tuple[LabelSource, Path] | None:
    """Return the first source that has a sample's labels, and the file; None where none has."""
    found = ((source, source.find(sample_id)) for source in sources)
    return next(((source, path) for source, path in found if path is not None), None)


@dataclass(frozen=True, slots=True)
class Project:
    """An opened folder. ``sources`` are in order: a sample is read from the first that has it; edits go to the first.

    ``configured`` says whether ``segstudio.toml`` exists: only then is the folder written to. ``notes`` are
    sentences for the user: what was paired, what was left over, what was assumed. Sample ids are paths below
    ``image_root``, which is ``root`` where it is None. ``config_stamp`` tells the content of ``segstudio.toml`` as it
    was read or written last, "" where there is none: what somebody else wrote there since is not written over.
    ``spacing`` is the size of a pixel in ``unit``, None where it is not known. ``linked`` are those of the ``runs``
    that ``segstudio.toml`` names, since they lie where nobody would look for them.
    """

    root: Path
    schema: LabelSchema
    samples: tuple[Sample, ...]
    sources: tuple[LabelSource, ...]
    runs: tuple[LabelSource, ...] = ()
    configured: bool = False
    task: Literal["semantic", "instances"] = "semantic"
    notes: tuple[str, ...] = ()
    image_root: Path | None = None
    config_stamp: str = ""
    spacing: Spacing | None = None
    unit: str = ""
    linked: tuple[LabelSource, ...] = ()

    @property
    def segments(self) -> LabelSchema:
        """The classes with those of things marked: without marks all are stuff, unless objects are told apart."""
        return self.schema.telling_apart() if self.task == "instances" else self.schema

    @property
    def predictions(self) -> Path:
        """The folder that holds one folder a run."""
        return self.root / "predictions"

    @property
    def records(self) -> Path:
        """The folder that holds the records of the samples that were touched."""
        return self.root / "records"


@dataclass(frozen=True, slots=True, eq=False)
class FoundObject:
    """An object that a model found in an image; objects may overlap.

    ``score`` is how sure the model is, 0..1; ``box`` is left, top, width and height in pixels, and ``counts`` are the
    lengths of runs of its mask, as ``core.rle`` has them. ``number`` is that in the prediction's instance plane, 0
    where it is not in there.
    """

    class_id: int
    score: float
    box: tuple[float, float, float, float]
    counts: Counts
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model says of one image: class ids by pixel, and the seconds that each stage took.

    ``confidence`` is the probability of the class that was chosen, ``probabilities`` are those of all classes in the
    order in which the model scores them; None where they were not asked for. Of a model that tells objects apart
    ``instances`` has their numbers by pixel, and ``objects`` all of them, the surest first; of others it is None.
    """

    labels: LabelPlane
    seconds: Mapping[str, float] = field(default_factory=dict)
    confidence: Confidence | None = None
    probabilities: Probabilities | None = None
    instances: InstancePlane | None = None
    objects: tuple[FoundObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """What of a prediction is kept beside its labels: how sure the model was of them, what it says of each class."""

    confidence: bool = False
    probabilities: bool = False


LABELS_ONLY: Final = Keep()
