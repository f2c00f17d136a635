"""What of a project a network learns from, and what it is scored on."""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelMap, LabelPlane, RgbImage
from segstudio.core.records import Project, Sample, first_with
from segstudio.core.schema import LabelSchema
from segstudio.io.images import read_image
from segstudio.models.zoo import ARCHITECTURES
from segstudio.services.ahead import in_order
from segstudio.services.label_maps import read_label_map
from segstudio.services.opening import read_labels

LEARNT, SCORED, TESTED = {"train", "training"}, {"val", "valid", "validation"}, {"test", "testing"}
"""Names of folders that say which samples are which."""

HELD_OUT: Final = 5
"""Where no folder says so, every so many-th sample, or stack, is scored on and not learnt from."""


@dataclass(frozen=True, slots=True)
class Split:
    """The samples that are learnt from, those that are scored on, and a sentence about why these."""

    learnt: tuple[Sample, ...]
    scored: tuple[Sample, ...]
    because: str


def split(project: Project) -> Split:
    """Divide the labelled samples of a project; raises ``SegstudioError`` where there are not two of them.

    Folders named ``LEARNT`` and ``SCORED`` in the sample ids say which are which, and then others are left out.
    Where one of the two is there, those in folders named ``TESTED`` are left out. Else a fifth is held out, evenly
    over the project; stacks are held out whole where there are several.
    """
    labelled = [sample for sample in project.samples if first_with(project.sources, sample.id)]
    learnt, scored = (tuple(s for s in labelled if _lies_in(s, names)) for names in (LEARNT, SCORED))
    if learnt and scored:
        said = f"{len(learnt)} images to learn from and {len(scored)} to score on, by folder"
        return Split(learnt, scored, said + _left_out(len(labelled) - len(learnt) - len(scored)))
    kept = [s for s in labelled if not ((learnt or scored) and _lies_in(s, TESTED))]
    return _held_out(project, kept, _left_out(len(labelled) - len(kept)))


def _held_out(project: Project, labelled: Sequence[Sample], others: str) -> Split:
    if len(labelled) < 2:
        raise SegstudioError(
            f"{project.root} has {len(labelled)} labelled images to learn from, and training takes two at least"
            f"{others}",
            "Label more images: one to learn from, one to score on.",
        )
    stacks = {_stack(sample) for sample in labelled}
    by = _stack if len(stacks) > 1 else lambda sample: sample.id
    groups = sorted({by(sample) for sample in labelled})
    held = set(groups[min(HELD_OUT, len(groups)) - 1 :: HELD_OUT])
    learnt, scored = (tuple(s for s in labelled if (by(s) in held) == out) for out in (False, True))
    return Split(learnt, scored, f"{len(scored)} of {len(labelled)} images are held out to score on{others}")


def _left_out(count: int) -> str:
    """Return the end of a sentence about a split."""
    return f"; {count} in other folders are left out." if count else "."


def _lies_in(sample: Sample, folders: Collection[str]) -> bool:
    return any(part.casefold() in folders for part in sample.id.split("/")[:-1])


def _stack(sample: Sample) -> str:
    return sample.id.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Files:
    """Examples that are read from a project's files each time they are asked for, their labels by ``read``."""

    project: Project
    samples: Sequence[Sample]
    read: Callable[[Project, Sample], LabelPlane | LabelMap | None]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int, /) -> tuple[RgbImage, LabelPlane | LabelMap]:
        """Raises ``SegstudioError`` for what cannot be read, or where image and labels differ in size."""
        sample = self.samples[index]
        labels = self.read(self.project, sample)
        if labels is None:
            raise SegstudioError(f"The labels of {sample.id} are gone.", "Train again.")
        return read_image(sample.image, sample.page), labels


@dataclass(frozen=True, slots=True)
class Looked:
    """One labelled sample was read, or could not be: ``error`` says why."""

    sample: Sample
    done: int
    total: int
    error: SegstudioError | None = None


@dataclass(slots=True, eq=False)
class Material:
    """What of a project can be learnt from. ``pixels`` counts those of each scored class in what is learnt."""

    project: Project
    split: Split
    failures: dict[str, SegstudioError] = field(default_factory=dict)
    pixels: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def read(self, project: Project, sample: Sample) -> LabelPlane | LabelMap | None:
        """Return the labels of a sample as a network learns from them; raises as ``read_labels`` does."""
        return read_labels(project, sample)

    def counted(self, labels: Any) -> NDArray[np.int64]:
        """Return the number of pixels of each scored class in what ``read`` gave."""
        return counted(labels, self.project.schema)

    def look(self) -> Generator[Looked, None, None]:
        """Read every sample once: what cannot be read is left out. Raises ``SegstudioError`` where too little stays."""
        self.pixels = np.zeros(len(self.project.schema.scored), np.int64)
        samples = (*self.split.learnt, *self.split.scored)
        files, learnt = Files(self.project, samples, self.read), len(self.split.learnt)
        reading = in_order(range(len(samples)), lambda pool, i: pool.submit(lambda: self.counted(files[i][1])))
        for index, found in reading:
            if isinstance(found, SegstudioError):
                self.failures[samples[index].id] = found
                yield Looked(samples[index], index + 1, len(samples), found)
            else:
                self.pixels += found * (index < learnt)
                yield Looked(samples[index], index + 1, len(samples))
        self._check()

    def files(self, samples: Iterable[Sample]) -> Files:
        return Files(self.project, [sample for sample in samples if sample.id not in self.failures], self.read)

    def balance(self) -> tuple[float, ...]:
        """Return the weight of each class: the median frequency over its own, 0 for a class that does not occur.

        Eigen and Fergus 2015, section 6.3.2, with frequencies over all that is learnt.
        """
        present = self.pixels > 0
        weights = np.zeros(len(self.pixels))
        weights[present] = np.median(self.pixels[present]) / self.pixels[present]
        return tuple(weights.tolist())

    def _check(self) -> None:
        if not len(self.files(self.split.learnt)) or not len(self.files(self.split.scored)):
            raise SegstudioError(
                f"Too few labels of {self.project.root} can be read.", "See what is said of each of them."
            )
        self._check_pixels()

    def _check_pixels(self) -> None:
        if (self.pixels > 0).sum() < 2:
            raise SegstudioError(
                f"The labels of {self.project.root} hold fewer than two classes, so there is nothing to tell apart.",
                "Label something else beside it, or choose other classes.",
            )


class ObjectMaterial(Material):
    """What of a project that tells objects apart can be learnt from; ``pixels`` are those of objects."""

    def read(self, project: Project, sample: Sample) -> LabelMap | None:
        """Return the labels of a sample with the numbers of its objects; raises as ``read_label_map`` does."""
        found = read_label_map(project, sample)
        return None if found is None else found.planes

    def counted(self, labels: Any) -> NDArray[np.int64]:
        """Return the number of pixels of each scored class that belong to an object."""
        classes, numbers = labels
        return counted(classes[numbers > 0], self.project.schema)

    def _check_pixels(self) -> None:
        if not self.pixels.any():
            raise SegstudioError(
                f"The labels of {self.project.root} hold no objects to learn from.",
                "Label some, of classes that have instances to tell apart.",
            )


def material_of(project: Project, architecture: str) -> Material:
    """Return what of a project a network can learn from.

    Raises as ``split`` does, and ``SegstudioError`` where it takes objects and the project tells none apart.
    """
    entry = ARCHITECTURES[architecture]
    if not entry.instances:
        return Material(project, split(project))
    if project.task != "instances":
        raise SegstudioError(
            f"{entry.title} learns instances, and {project.root} does not tell instances apart.",
            'Choose "Tell instances apart" in the window, or write task = "instances" into its segstudio.toml.',
        )
    return ObjectMaterial(project, split(project))


def counted(labels: LabelPlane, schema: LabelSchema) -> NDArray[np.int64]:
    """Return the number of pixels of each scored class."""
    counts = np.bincount(labels.ravel(), minlength=max(c.id for c in schema.scored) + 1)
    return counts[[c.id for c in schema.scored]]
