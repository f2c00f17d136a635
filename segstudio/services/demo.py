"""The demo: a sample project, predicted with the model that comes with the program, and scored from the files."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Keep, Project
from segstudio.io.project import CONFIG_NAME
from segstudio.models import load_model
from segstudio.services.evaluate import Evaluation, evaluate, project_pairs
from segstudio.services.opening import open_path
from segstudio.services.predict import predict_folder, run_folder
from segstudio.services.resources import resource
from segstudio.services.sample_project import IMAGES, make_sample_project

MODEL: Final = "demo_unet.safetensors"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """``project`` as it is with the run in it; ``worst`` is the sample with the lowest mean IoU."""

    project: Project
    run: str
    folder: Path
    worst: str
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class DemoStep:
    """How far the demo is; the last step, and only that, has the ``result``."""

    stage: str
    done: int
    total: int
    error: SegstudioError | None = None
    result: DemoResult | None = None


def default_folder() -> Path:
    return platformdirs.user_data_path("segstudio", appauthor=False) / "demo"


def run_demo(folder: Path, images: int = IMAGES, device: str = "auto") -> Generator[DemoStep, None, None]:
    """Make a sample project in ``folder``, or take the one that is there as it is; predict it and score it.

    Each time is a new run, so nothing that a person did is written over. Raises ``SegstudioError`` where the folder
    holds something else, or cannot be written.
    """
    if not (folder / CONFIG_NAME).is_file():
        for done in make_sample_project(folder, images):
            yield DemoStep("drawn", done, images)
    project = open_path(folder)
    run = run_folder(project, resource(MODEL))
    model = load_model(resource(MODEL), device)
    for step in predict_folder(project.samples, model, project.schema, run, keep=Keep(confidence=True)):
        yield DemoStep("predicted", step.done, step.total, step.error)
    yield from _scored(open_path(folder), run)


def _scored(project: Project, run: Path) -> Iterator[DemoStep]:
    """Score what lies on the disk, read as anybody else would read it."""
    source = next(source for source in project.runs if source.folder == run)
    pairs = project_pairs(project, source)
    evaluation = Evaluation(project.schema)
    for step in evaluate(pairs, project.schema):
        evaluation.add(step)
        yield DemoStep("scored", step.done, step.total, step.error)
    worst = next((sample_id for sample_id, _ in evaluation.scores.worst_first()), "")
    yield DemoStep("scored", len(pairs), len(pairs), result=DemoResult(project, source.name, run, worst, evaluation))
