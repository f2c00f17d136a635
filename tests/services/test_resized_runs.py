"""A run that is to be resized counts everywhere as if its masks had the size of the labels, and nowhere before."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SizeMismatch
from segstudio.core.records import LabelSource, Project
from segstudio.services.binary import Binary
from segstudio.services.evaluate import evaluate, project_pairs
from segstudio.services.instance_scores import score_objects
from segstudio.services.object_maps import RunResults
from segstudio.services.opening import open_path
from segstudio.services.outline_curves import OutlineQuestion, measure_run
from segstudio.services.slices import count_slices
from segstudio.services.suspicion import look_through
from segstudio.services.sweeps import SweepQuestion, sweep_run

SHAPE = (30, 40)
CLASSES = """\
version = 1
task = "instances"
images = "images"
[[labels]]
name = "truth"
folder = "masks"
[[class]]
id = 0
name = "ground"
color = "#000000"
background = true
[[class]]
id = 1
name = "cell"
color = "#e6194b"
thing = true
"""
Passed = Iterable[tuple[object, object]]
"""What each image came to, as something that can be compared, and its error."""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two runs that say the same: "small" in masks of half the size, "large" in the size of the labels."""
    rng = np.random.default_rng(5)
    for name in ("a", "b"):
        numbers = np.kron(rng.integers(0, 4, (3, 4)), np.ones((10, 10))).astype(np.uint8)
        small = np.asarray(cv2.resize(np.roll(numbers, 3, axis=1), (20, 15), interpolation=cv2.INTER_NEAREST_EXACT))
        sure = rng.integers(0, 256, small.shape).astype(np.uint8)
        write(tmp_path / "images" / f"{name}.png", rng.integers(0, 256, (*SHAPE, 3)).astype(np.uint8))
        write(tmp_path / "masks" / f"{name}.png", np.minimum(numbers, 1))
        write(tmp_path / "masks" / f"{name}.instances.png", numbers.astype(np.uint16))
        for run, size in (("small", None), ("large", SHAPE)):
            folder = tmp_path / "predictions" / run
            write(folder / f"{name}.png", sized((small > 0).astype(np.uint8), size))
            write(folder / f"{name}.instances.png", sized(np.asarray(small, np.uint16), size))
            for kind in ("confidence", "probability"):
                write(folder / f"{name}.{kind}.png", sized(sure, size))
    (tmp_path / "segstudio.toml").write_text(CLASSES, encoding="utf-8")
    return open_path(tmp_path)


def write(path: Path, plane: np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)


def sized(plane: np.ndarray[Any, Any], size: tuple[int, int] | None) -> np.ndarray[Any, Any]:
    if size is None:
        return plane
    return np.asarray(cv2.resize(plane, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT))


def counts(project: Project, run: LabelSource) -> Passed:
    for step in evaluate(project_pairs(project, run), project.schema):
        yield step.confusion and step.confusion.counts.tolist(), step.error


def outlines(project: Project, run: LabelSource) -> Passed:
    for step in measure_run(project, run, OutlineQuestion(project.schema, 1, None)):
        yield step.found and (step.found.values.tolist(), step.found.bands.tolist()), step.error


def sweeps(project: Project, run: LabelSource) -> Passed:
    for binary in (None, Binary(0, 1)):
        for step in sweep_run(project, run, SweepQuestion(project.schema, binary)):
            yield step.found and (step.found.true.tolist(), step.found.false.tolist()), step.error


def suspicion(project: Project, run: LabelSource) -> Passed:
    for step in look_through(project_pairs(project, run), project.schema, 1):
        yield step.regions, step.error


def objects(project: Project, run: LabelSource) -> Passed:
    for step in score_objects(project_pairs(project, run), project.schema, RunResults()):
        found = step.found
        yield found and ([c.tolist() for c in found.overlap.prediction], found.overlap.pixels.tolist()), step.error


PASSES: list[Callable[[Project, LabelSource], Passed]] = [counts, outlines, sweeps, suspicion, objects]


@pytest.mark.parametrize("passed", PASSES)
def test_a_pass_sees_a_resized_run_in_the_size_of_the_labels(
    project: Project, passed: Callable[[Project, LabelSource], Passed]
) -> None:
    large, small = project.runs
    refused = list(passed(project, small))
    assert all(isinstance(error, SizeMismatch) for _, error in refused)
    expected, found = list(passed(project, large)), list(passed(project, replace(small, resized=True)))
    assert all(error is None for _, error in found)
    assert found == expected


def test_agreement_takes_the_resized_run_to_the_size_of_the_other(project: Project) -> None:
    large, small = project.runs
    resized = replace(small, resized=True)
    for first, second in ((large, resized), (resized, large)):
        steps = list(evaluate(project_pairs(project, second, [first]), project.schema))
        assert [step.confusion is not None and step.confusion.pixels for step in steps] == [30 * 40] * 2
        for step in steps:
            assert step.confusion is not None
            assert np.trace(step.confusion.counts) == step.confusion.pixels


def test_areas_of_a_resized_run_are_those_in_the_picture(project: Project) -> None:
    large, small = project.runs
    sources = {"large": [large], "small": [small], "resized": [replace(small, resized=True)]}
    for step in count_slices(project, project.samples, sources):
        assert step.pixels["resized"] == step.pixels["large"]
        assert sum(step.pixels["small"].values()) == 15 * 20
