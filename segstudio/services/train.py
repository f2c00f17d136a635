"""Train a network on a project's labels: which samples it learns from, which it is scored on, and what is written."""

import csv
import io
import os
import time
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import Project, Sample, first_with
from segstudio.core.schema import LabelSchema
from segstudio.io.files import write_atomically
from segstudio.io.images import read_image
from segstudio.models.description import Description, Preprocess
from segstudio.models.references import Option
from segstudio.models.training.plan import Epoch, Plan, Step
from segstudio.models.zoo import ARCHITECTURES
from segstudio.services.ahead import in_order
from segstudio.services.opening import read_labels

if TYPE_CHECKING:
    from segstudio.models.training.trainer import Trainer

LEARNT, SCORED = {"train", "training"}, {"val", "valid", "validation"}
"""Names of folders that say which samples are which."""

HELD_OUT: Final = 5
"""Where no folder says so, every so many-th sample, or stack, is scored on and not learnt from."""

CHECKPOINT_EVERY: Final = 300.0
"""Seconds between two checkpoints within an epoch."""


@dataclass(frozen=True, slots=True)
class Split:
    """The samples that are learnt from, those that are scored on, and a sentence about why these."""

    learnt: tuple[Sample, ...]
    scored: tuple[Sample, ...]
    because: str


def split(project: Project) -> Split:
    """Divide the labelled samples of a project; raises ``SegstudioError`` where there are not two of them.

    Folders named ``LEARNT`` and ``SCORED`` in the sample ids say which are which, and then others are left out.
    Else a fifth is held out, evenly over the project; stacks are held out whole where there are several.
    """
    labelled = [sample for sample in project.samples if first_with(project.sources, sample.id)]
    if len(labelled) < 2:
        raise SegstudioError(
            f"{project.root} has {len(labelled)} labelled images, and training takes two at least.",
            "Label more images: one to learn from, one to score on.",
        )
    learnt, scored = (tuple(s for s in labelled if _lies_in(s, names)) for names in (LEARNT, SCORED))
    if learnt and scored:
        return Split(learnt, scored, f"{len(learnt)} images to learn from and {len(scored)} to score on, by folder.")
    stacks = sorted({_stack(sample) for sample in labelled})
    by = _stack if len(stacks) > 1 else lambda sample: sample.id
    groups = sorted({by(sample) for sample in labelled})
    held = set(groups[min(HELD_OUT, len(groups)) - 1 :: HELD_OUT])
    learnt, scored = (tuple(s for s in labelled if (by(s) in held) == out) for out in (False, True))
    return Split(learnt, scored, f"{len(scored)} of {len(labelled)} images are held out to score on.")


def _lies_in(sample: Sample, folders: Collection[str]) -> bool:
    return any(part.casefold() in folders for part in sample.id.split("/")[:-1])


def _stack(sample: Sample) -> str:
    return sample.id.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Files:
    """Examples that are read from a project's files each time they are asked for."""

    project: Project
    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int, /) -> tuple[RgbImage, LabelPlane]:
        """Raises ``SegstudioError`` for what cannot be read, or where image and labels differ in size."""
        sample = self.samples[index]
        labels = read_labels(self.project, sample)
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

    def look(self) -> Generator[Looked, None, None]:
        """Read every sample once: what cannot be read is left out. Raises ``SegstudioError`` where too little stays."""
        schema, self.pixels = self.project.schema, np.zeros(len(self.project.schema.scored), np.int64)
        samples = (*self.split.learnt, *self.split.scored)
        files, learnt = Files(self.project, samples), len(self.split.learnt)
        reading = in_order(range(len(samples)), lambda pool, i: pool.submit(lambda: counted(files[i][1], schema)))
        for index, found in reading:
            if isinstance(found, SegstudioError):
                self.failures[samples[index].id] = found
                yield Looked(samples[index], index + 1, len(samples), found)
            else:
                self.pixels += found * (index < learnt)
                yield Looked(samples[index], index + 1, len(samples))
        self._check()

    def files(self, samples: Iterable[Sample]) -> Files:
        return Files(self.project, [sample for sample in samples if sample.id not in self.failures])

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
        if (self.pixels > 0).sum() < 2:
            raise SegstudioError(
                f"The labels of {self.project.root} hold fewer than two classes, so there is nothing to tell apart.",
                "Label something else beside it, or choose other classes.",
            )


def counted(labels: LabelPlane, schema: LabelSchema) -> NDArray[np.int64]:
    """Return the number of pixels of each scored class."""
    counts = np.bincount(labels.ravel(), minlength=max(c.id for c in schema.scored) + 1)
    return counts[[c.id for c in schema.scored]]


def described(architecture: str, options: Mapping[str, Option], schema: LabelSchema) -> Description:
    """Return what is to be trained; raises ``SegstudioError`` for what cannot learn from a project's labels."""
    entry = ARCHITECTURES[architecture]
    backbone = options.get("backbone")
    if entry.instances:
        raise SegstudioError(
            f"{entry.title} learns objects, and labels of classes are trained here.", "Choose another."
        )
    if backbone is not None and backbone not in entry.backbones:
        known = ", ".join(entry.backbones) or "none"
        raise SegstudioError(f"{entry.title} has no backbone '{backbone}'.", f"It takes {known}.")
    if len(schema.scored) < 2:
        raise SegstudioError("There is only one class, so there is nothing to tell apart.", "Declare another class.")
    config = {"in_channels": 3, "classes": len(schema.scored), **options}
    return Description(architecture, config, schema, Preprocess())


def begun(description: Description, plan: Plan, device: str) -> "Trainer":
    """Return a trainer of a new network; raises ``SegstudioError`` where it cannot be built."""
    from segstudio.models.training.trainer import Trainer

    try:
        return Trainer(description, plan, device)
    except (TypeError, ValueError) as error:
        raise SegstudioError(f"No network can be built: {error}.", "Choose other options.") from error


def gone_on(checkpoint: Path, device: str, schema: LabelSchema) -> "Trainer":
    """Return the trainer of a checkpoint; raises ``SegstudioError`` where it learns other classes than ``schema``."""
    from segstudio.models.training.trainer import resumed

    trainer = resumed(checkpoint, device)
    if trainer.description.classes.scored != schema.scored:
        raise SegstudioError(
            f"{checkpoint} was trained to tell other classes apart than the project has.", "Begin a new training."
        )
    return trainer


def model_path(project: Project, architecture: str, backbone: str, now: datetime | None = None) -> Path:
    """Return where a new model goes: ``models/<name>-<date>T<time>`` in a project, beside a folder that is none."""
    name = "-".join(filter(None, (architecture, backbone, f"{now or datetime.now():%Y-%m-%dT%H%M%S}")))
    parent = project.root if project.configured else Path(os.path.abspath(project.root)).parent  # noqa: PTH100 - ".."
    return parent / "models" / f"{name}.safetensors"


def checkpoint_path(model: Path) -> Path:
    return model.with_name(f"{model.stem}.resume.pt")


def curve_path(model: Path) -> Path:
    return model.with_suffix(".csv")


def train(trainer: "Trainer", material: Material, model: Path) -> Generator[Step, None, None]:
    """Train, and write as it goes: the best network to ``model``, the curve and a checkpoint beside it.

    Each file is whole at any time. Closing the generator writes a checkpoint from which training goes on; a training
    that has ended leaves none. Raises ``UnwritableFile``, and what reading an example raises.
    """
    learnt, scored = (material.files(samples) for samples in (material.split.learnt, material.split.scored))
    write_atomically(curve_path(model), curve(trainer.epochs))
    kept = time.monotonic()
    try:
        for step in trainer.run(learnt, scored):
            if step.epoch is not None:
                write_atomically(curve_path(model), curve(trainer.epochs))
                if step.epoch.best or not model.is_file():
                    write_atomically(model, trainer.model(_record(trainer, step.epoch, len(learnt), len(scored))))
            if step.epoch is not None or time.monotonic() - kept > CHECKPOINT_EVERY:
                write_atomically(checkpoint_path(model), trainer.checkpoint())
                kept = time.monotonic()
            yield step
    except GeneratorExit:
        write_atomically(checkpoint_path(model), trainer.checkpoint())
        raise
    with suppress(OSError):  # a file that stays does no harm
        checkpoint_path(model).unlink(missing_ok=True)


def curve(epochs: Sequence[Epoch]) -> bytes:
    """Return the curve of a training as CSV, one row an epoch."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("epoch", "loss", "mean_iou", "learning_rate", "seconds", "best"))
    for e in epochs:
        rows.writerow(
            (e.number, f"{e.loss:.6f}", f"{e.mean_iou:.6f}", f"{e.learning_rate:.3g}", f"{e.seconds:.1f}", int(e.best))
        )
    return text.getvalue().encode()


def _record(trainer: "Trainer", epoch: Epoch, learnt: int, scored: int) -> dict[str, Any]:
    return {
        "script": "segstudio train",
        "date": date.today().isoformat(),
        "images": learnt,
        "epochs": epoch.number,
        "minutes": round(epoch.seconds / 60, 1),
        "mean_iou": round(epoch.mean_iou, 4),
        "scored_on": f"{scored} images that it did not learn from",
        "loss": trainer.plan.loss,
        "crop": trainer.plan.crop,
    }
