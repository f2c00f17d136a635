"""A run at another threshold, from the probabilities that were kept."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segstudio.io.masks import read_mask
from segstudio.io.sureness import read_sureness
from segstudio.services import thresholding
from segstudio.services.ahead import in_order
from segstudio.services.binary import Binary
from segstudio.services.opening import open_path
from segstudio.services.run_record import read_run, written_classes
from segstudio.services.sweeps import SweepQuestion, asked_of
from segstudio.services.thresholding import thresholded, thresholded_run, write_thresholded
from tests.services.sure_project import add_sure_run, random_probabilities

BINARY = Binary(0, 1)


@pytest.fixture
def project(tiny_project: Path) -> Path:
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b", "c"))
    return tiny_project


def test_ids_may_be_wide() -> None:
    probability = np.array([[0, 99, 100, 255]], np.uint8)
    assert thresholded(probability, 100, Binary(0, 1)).tolist() == [[0, 0, 1, 1]]
    assert thresholded(probability, 100, Binary(300, 2)).tolist() == [[300, 300, 2, 2]]


def test_a_run_at_another_threshold_is_a_run_like_any(project: Path) -> None:
    opened = open_path(project)
    run = opened.runs[-1]
    folder = thresholded_run(run, 200)
    steps = list(write_thresholded(opened, run, BINARY, 200, folder))
    assert [(s.id, s.done, s.total, s.path) for s in steps] == [
        (i, n, 3, folder / f"{i}.png") for n, i in enumerate(("a", "c", "deep/b"), 1)
    ]
    again = open_path(project)
    made = next(r for r in again.runs if r.folder == folder)
    assert made.name == "sure-t200"
    assert thresholded_run(run, 200).name == "sure-t200-2"
    assert asked_of(again, made) == SweepQuestion(again.schema, BINARY)
    record = read_run(folder)
    assert (record["state"], record["from"], record["threshold"], record["done"]) == ("done", "sure", 200, 3)
    assert written_classes(folder) == written_classes(run.folder)
    for sample_id in ("a", "deep/b", "c"):
        probability = read_sureness(run.folder / f"{sample_id}.probability.png")
        np.testing.assert_array_equal(read_mask(folder / f"{sample_id}.png", again.schema), probability >= 200)
        np.testing.assert_array_equal(read_sureness(folder / f"{sample_id}.probability.png"), probability)
        sure = np.where(probability >= 200, probability, 255 - probability)
        np.testing.assert_array_equal(read_sureness(folder / f"{sample_id}.confidence.png"), sure)


def test_a_missing_probability_is_listed_and_the_rest_goes_on(project: Path) -> None:
    opened = open_path(project)
    run = opened.runs[-1]
    (run.folder / "c.probability.png").unlink()
    folder = thresholded_run(run, 10)
    steps = list(write_thresholded(opened, run, BINARY, 10, folder))
    assert [s.id for s in steps if s.error] == ["c"]
    assert not (folder / "c.png").exists()
    assert [f["id"] for f in read_run(folder)["failed"]] == ["c"]


def test_the_record_is_written_once_nothing_else_is(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_path(project)
    run = opened.runs[-1]
    folder = thresholded_run(run, 10)
    states: list[str] = []

    def watched(*args: Any) -> Generator[Any, None, None]:
        try:
            yield from in_order(*args)
        finally:
            states.append(read_run(folder)["state"])

    monkeypatch.setattr(thresholding, "in_order", watched)
    steps = write_thresholded(opened, run, BINARY, 10, folder)
    next(steps)
    steps.close()
    assert states == ["running"], "as long as threads write masks"
    assert read_run(folder)["state"] == "cancelled"


def test_stopping_leaves_whole_files_and_says_so(project: Path) -> None:
    opened = open_path(project)
    run = opened.runs[-1]
    folder = thresholded_run(run, 10)
    steps = write_thresholded(opened, run, BINARY, 10, folder)
    next(steps)
    assert read_run(folder)["state"] == "running"
    steps.close()
    assert read_run(folder)["state"] == "cancelled"
    for mask in folder.glob("[a-c].png"):
        assert read_mask(mask, opened.schema).shape == (24, 32)
        assert mask.with_name(f"{mask.stem}.confidence.png").is_file()
