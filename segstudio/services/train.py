"""Train a network on a project's labels, and write what comes of it as it goes."""

import csv
import io
import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.records import Project
from segstudio.core.schema import LabelSchema
from segstudio.io.files import write_atomically
from segstudio.models.description import Description, Preprocess
from segstudio.models.references import Option
from segstudio.models.training.plan import Diverged, Epoch, Plan, Step
from segstudio.models.zoo import ARCHITECTURES
from segstudio.services.object_quality import ObjectQuality
from segstudio.services.training_material import Material

if TYPE_CHECKING:
    from segstudio.models.training.trainer import Trainer

CHECKPOINT_EVERY: Final = 300.0
"""Seconds between two checkpoints, each as large as four models."""

SUFFIX: Final = ".safetensors"
"""Of model files."""


def described(architecture: str, options: Mapping[str, Option], schema: LabelSchema) -> Description:
    """Return what is to be trained; raises ``SegstudioError`` for what cannot learn from a project's labels."""
    entry = ARCHITECTURES[architecture]
    backbone = options.get("backbone")
    if backbone is not None and backbone not in entry.backbones:
        known = ", ".join(entry.backbones) or "none"
        raise SegstudioError(f"{entry.title} has no backbone '{backbone}'.", f"It takes {known}.")
    classes = learnt_classes(architecture, schema)
    if len(classes.scored) < 2:
        raise SegstudioError("There is only one class, so there is nothing to tell apart.", "Declare another class.")
    config = {"in_channels": 3, "classes": len(classes.scored), **options}
    return Description(architecture, config, classes, Preprocess())


def learnt_classes(architecture: str, schema: LabelSchema) -> LabelSchema:
    """Return the classes that a network tells apart: all, or of one that finds objects the background and the things.

    What is no object is the background's, also where that is ignored otherwise.
    """
    if not ARCHITECTURES[architecture].instances:
        return schema
    known = schema.with_background()
    background = next(c for c in known.classes if c.id == known.background)
    things = (c for c in schema.scored if c.id in schema.things and c.id != background.id)
    return LabelSchema((replace(background, ignore=False, background=True), *things))


def begun(description: Description, plan: Plan, device: str, schema: LabelSchema | None = None) -> "Trainer":
    """Return a trainer of a new network; raises ``SegstudioError`` where it cannot be built.

    ``schema`` is that of the labels, where the description has not all of its classes.
    """
    from segstudio.models.training.trainer import Trainer

    try:
        return Trainer(description, plan, device, partial(ObjectQuality, schema or description.classes))
    except (TypeError, ValueError) as error:
        raise SegstudioError(f"No network can be built: {error}.", "Choose other options.") from error


def gone_on(checkpoint: Path, device: str, schema: LabelSchema) -> "Trainer":
    """Return the trainer of a checkpoint; raises ``SegstudioError`` where it learns other classes than ``schema``.

    Classes are the same by number and name; colours, and what is ignored, are taken from ``schema``.
    """
    from segstudio.models.training.checkpoint import resumed

    trainer = resumed(checkpoint, device, partial(ObjectQuality, schema))
    classes = learnt_classes(trainer.description.architecture, schema)
    before, now = ([(c.id, c.name) for c in s.scored] for s in (trainer.description.classes, classes))
    if before != now:
        raise SegstudioError(
            f"{checkpoint} was trained to tell other classes apart than the project has.", "Begin a new training."
        )
    trainer.description = replace(trainer.description, classes=classes)
    return trainer


def model_path(project: Project, architecture: str, backbone: str, now: datetime | None = None) -> Path:
    """Return where a new model goes: ``models/<name>-<date>T<time>`` in a project, beside a folder that is none."""
    name = "-".join(filter(None, (architecture, backbone, f"{now or datetime.now():%Y-%m-%dT%H%M%S}")))
    parent = project.root if project.configured else Path(os.path.abspath(project.root)).parent  # noqa: PTH100 - ".."
    return parent / "models" / f"{name}{SUFFIX}"


def checkpoint_path(model: Path) -> Path:
    return model.with_name(f"{model.stem}.resume.pt")


def curve_path(model: Path) -> Path:
    return model.with_name(f"{model.stem}.curve.csv")


def check_writable(model: Path) -> None:
    """Raise ``UnwritableFile`` where no model can be: in the place of a folder, or under the name of something else."""
    if model.suffix.casefold() != SUFFIX:
        raise UnwritableFile(model, f"a model's name ends in {SUFFIX}", f"Choose {model.name}{SUFFIX}, for example.")
    for path in (model, curve_path(model), checkpoint_path(model)):
        if path.is_dir():
            raise UnwritableFile(path, "it is a folder", "Choose another name.")


def train(trainer: "Trainer", material: Material, model: Path) -> Generator[Step, None, None]:
    """Train, and write as it goes: the best network to ``model``, the curve and a checkpoint beside it.

    Each file is whole at any time. Closing the generator writes a checkpoint from which training goes on, and so does
    whatever ends it early, unless it has diverged; a training that has ended leaves none. Raises ``UnwritableFile``,
    what reading an example raises, and what ``Trainer.run`` raises.
    """
    check_writable(model)
    learnt, scored = (material.files(samples) for samples in (material.split.learnt, material.split.scored))
    counts = len(learnt), len(scored)
    write_atomically(curve_path(model), curve(trainer.epochs, trainer.measure))
    if trainer.best is not None:  # it goes on: the model so far is in the checkpoint, and need not be here
        _write_model(trainer, trainer.best, model, counts)
    kept = time.monotonic()
    try:
        for step in trainer.run(learnt, scored):
            if step.epoch is not None:
                write_atomically(curve_path(model), curve(trainer.epochs, trainer.measure))
                if step.epoch.best:
                    _write_model(trainer, step.epoch, model, counts)
            if time.monotonic() - kept > CHECKPOINT_EVERY:
                write_atomically(checkpoint_path(model), trainer.checkpoint())
                kept = time.monotonic()
            yield step
    except GeneratorExit:
        write_atomically(checkpoint_path(model), trainer.checkpoint())
        raise
    except Diverged:  # what goes on from here comes to the same end
        raise
    except BaseException:
        with suppress(SegstudioError, RuntimeError, MemoryError):  # what has ended it is the news
            if trainer.steps:
                write_atomically(checkpoint_path(model), trainer.checkpoint())
        raise
    with suppress(OSError):  # a file that stays does no harm
        checkpoint_path(model).unlink(missing_ok=True)


def _write_model(trainer: "Trainer", best: Epoch, model: Path, counts: tuple[int, int]) -> None:
    write_atomically(model, trainer.model(_record(trainer, best, *counts)))


def curve(epochs: Sequence[Epoch], measure: str) -> bytes:
    """Return the curve of a training as CSV, one row an epoch; ``measure`` names the score."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("epoch", "loss", measure, "learning_rate", "seconds", "best"))
    for e in epochs:
        rows.writerow(
            (e.number, f"{e.loss:.6f}", f"{e.score:.6f}", f"{e.learning_rate:.3g}", f"{e.seconds:.1f}", int(e.best))
        )
    return text.getvalue().encode()


def _record(trainer: "Trainer", epoch: Epoch, learnt: int, scored: int) -> dict[str, Any]:
    return {
        "script": "segstudio train",
        "date": date.today().isoformat(),
        "images": learnt,
        "epochs": epoch.number,
        "minutes": round(epoch.seconds / 60, 1),
        trainer.measure: round(epoch.score, 4),
        "scored_on": f"{scored} images that it did not learn from",
        **({} if trainer.plan.crop is None else {"loss": trainer.plan.loss, "crop": trainer.plan.crop}),
    }
