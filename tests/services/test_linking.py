"""Predictions from a folder that somebody chose, compared as a run of the project."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.metrics.overlap import iou
from segstudio.services.evaluate import evaluate, project_pairs
from segstudio.services.linking import found_run, with_linked
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import configure, open_path, save_schema
from segstudio.services.pairs import find_pairs


def write(path: Path, value: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((24, 32), value, np.uint8)).save(path)
    return path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "osvos"


def test_masks_go_by_the_whole_id(tiny_project: Path, elsewhere: Path) -> None:
    wanted = {"a": write(elsewhere / "a.png"), "deep/b": write(elsewhere / "deep" / "b.png")}
    write(elsewhere / "b.png")  # of no image: another one has that name, in a folder
    assert found_run(open_path(tiny_project), elsewhere).files == wanted


def test_masks_go_by_name_where_no_id_fits(tiny_project: Path, elsewhere: Path) -> None:
    wanted = {"c": write(elsewhere / "out" / "c_pred.png"), "deep/b": write(elsewhere / "out" / "b.png")}
    assert found_run(open_path(tiny_project), elsewhere).files == wanted


def test_a_name_that_two_files_share_is_for_neither_image(tiny_project: Path, elsewhere: Path) -> None:
    wanted = {"c": write(elsewhere / "out" / "c.png")}
    write(elsewhere / "out" / "b.png")
    write(elsewhere / "old" / "b.png")
    assert found_run(open_path(tiny_project), elsewhere).files == wanted


def test_a_folder_without_a_fitting_name_is_a_sentence(tiny_project: Path, elsewhere: Path) -> None:
    write(elsewhere / "x.png")
    with pytest.raises(SegstudioError, match=r"No mask in .*osvos has the name of an image") as raised:
        found_run(open_path(tiny_project), elsewhere)
    assert "a.png" in raised.value.hint


def test_a_folder_that_is_read_already_is_a_sentence(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    masks = found_run(project, tiny_project / "images" / ".." / "masks")
    with pytest.raises(SegstudioError, match="already read as truth"):
        with_linked(project, masks)


def test_what_is_linked_is_there_when_the_project_opens_again(tiny_project: Path, elsewhere: Path) -> None:
    write(elsewhere / "a.png")
    project = open_path(tiny_project)
    save_schema(with_linked(project, found_run(project, elsewhere)))
    again = open_path(tiny_project)
    assert [(run.name, run.folder, dict(run.files)) for run in again.runs] == [
        ("osvos", elsewhere, {"a": elsewhere / "a.png"})
    ]
    assert [source.name for source in again.sources] == ["truth"], "no prediction is taken for truth"
    save_schema(replace(again, unit="um"))
    assert [run.name for run in open_path(tiny_project).runs] == ["osvos"], "it is named as long as nobody takes it out"


def test_a_second_folder_of_the_same_name_has_another(tiny_project: Path, elsewhere: Path, tmp_path: Path) -> None:
    write(elsewhere / "a.png")
    write(tmp_path / "second" / "osvos" / "a.png")
    project = open_path(tiny_project)
    project = with_linked(project, found_run(project, elsewhere))
    project = with_linked(project, found_run(project, tmp_path / "second" / "osvos"))
    assert [run.name for run in project.runs] == ["osvos", "osvos 2"]


def test_a_linked_folder_that_is_gone_is_told(tiny_project: Path, elsewhere: Path) -> None:
    file = write(elsewhere / "a.png")
    project = open_path(tiny_project)
    save_schema(with_linked(project, found_run(project, elsewhere)))
    file.unlink()
    elsewhere.rmdir()
    again = open_path(tiny_project)
    assert again.runs == ()
    assert any("osvos" in note for note in again.notes)
    assert [run.name for run in again.linked] == ["osvos"], "it may come back, as on a disk that is not mounted"


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """A folder of two pictures whose labels number 20 objects each in 16 bits, and a run of them elsewhere."""
    rng = np.random.default_rng(3)
    for name in ("a", "b"):
        numbers = np.zeros((40, 50), np.uint16)
        for place in range(20):
            y, x = divmod(place, 5)
            numbers[y * 10 : y * 10 + 6, x * 10 : x * 10 + 6] = place + 300
        for folder, made in (("masks", numbers), ("out", np.where(numbers, numbers - 290, 0).astype(np.uint16))):
            path = tmp_path / ("cells/masks" if folder == "masks" else "out") / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(made).save(path)
        image = tmp_path / "cells" / "images" / f"{name}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8)).save(image)
    return tmp_path / "cells"


def test_a_run_that_numbers_objects_is_read_as_labels_that_do(cells: Path) -> None:
    project = open_path(cells)
    run = found_run(project, cells.parent / "out")
    assert run.holds == "instances"
    linked = configure(with_linked(project, run))
    again = open_path(cells)
    assert [(s.name, s.holds) for s in (*linked.linked, *again.runs)] == [("out", "instances")] * 2
    opened = load_sample(again, again.samples[0], again.runs[0])
    assert opened.prediction is not None
    np.testing.assert_array_equal(opened.prediction, opened.document.labels)
    steps = [*evaluate(project_pairs(again, again.runs[0]), again.schema)]
    assert [iou(step.confusion).tolist() for step in steps if step.confusion is not None] == [[1, 1], [1, 1]]


def test_a_run_among_the_predictions_may_number_objects_too(cells: Path) -> None:
    (cells / "predictions").mkdir()
    (cells.parent / "out").rename(cells / "predictions" / "out")
    assert [run.holds for run in open_path(cells).runs] == ["instances"], "before there is a project"
    configure(open_path(cells))
    again = open_path(cells)
    assert [run.holds for run in again.runs] == ["instances"]
    assert "out numbers objects: they are of one class." in again.notes


def test_a_folder_scored_against_a_project_of_objects_may_number_them(cells: Path) -> None:
    configure(open_path(cells))
    found = find_pairs(cells, cells.parent / "out")
    steps = [*evaluate(found.pairs, found.schema)]
    assert [iou(step.confusion).tolist() for step in steps if step.confusion is not None] == [[1, 1], [1, 1]]


def test_a_run_of_classes_stays_one_where_the_labels_number_objects(cells: Path) -> None:
    project = open_path(cells)
    for name in ("a", "b"):
        Image.fromarray(np.full((40, 50), 255, np.uint8)).save(cells.parent / "out" / f"{name}.png")
    assert found_run(project, cells.parent / "out").holds == "classes"
