"""``segstudio evaluate --task instances`` as somebody types it."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from segstudio.cli import main
from segstudio.core.rle import numbered_counts

SAMPLE = "scored/coco_val2014_100"
FIGURES = ("ap", "ap50", "ap75", "ar100")


def scored(words: Sequence[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    status = main(["evaluate", "--task", "instances", "--json", "-", *map(str, words)])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def counts(document: dict[str, Any]) -> tuple[int, ...]:
    """Return how many objects matched, were called another class, missed, false, merged and split."""
    found = document["objects"]
    return tuple(found[key] for key in ("matched", "mistaken", "missed", "false", "merged", "split"))


def numbers(folder: Path, **rows: list[list[int]]) -> Path:
    """Write files that number objects."""
    folder.mkdir(parents=True)
    for name, row in rows.items():
        Image.fromarray(np.array(row, np.uint16)).save(folder / f"{name}.png")
    return folder


def test_cocos_published_figures(shared_data: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared_data(SAMPLE)
    truth = folder / "instances_val2014_100.json"
    status, document, err = scored([truth, folder / "instances_val2014_fakesegm100_results.json"], capsys)
    assert (status, err, document["task"], document["images"]) == (0, "", "instances", 100)
    assert [round(document[key], 3) for key in FIGURES] == [0.320, 0.562, 0.299, 0.417]
    assert len(document["classes"]) == 80
    assert document["classes"][0].keys() == {"id", "name", "ap", "ap50"}
    status, document, _ = scored([truth, folder / "instances_val2014_fakebbox100_results.json"], capsys)
    assert [document[key] for key in FIGURES] == [None] * 4, "boxes are no masks"
    assert [round(document["boxes"][key], 3) for key in FIGURES] == [0.505, 0.697, 0.573, 0.595]


def test_the_table_names_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = numbers(tmp_path / "t", a=[[1, 1, 0, 2, 2, 0]])
    prediction = numbers(tmp_path / "p", a=[[1, 1, 0, 0, 2, 3]])
    assert main(["evaluate", "--task", "instances", str(truth), str(prediction)]) == 0
    out, err = capsys.readouterr()
    lines = [line.split() for line in out.splitlines() if line]
    assert ["masks", "boxes"] in lines
    assert ["matched", "2"] in lines
    assert ["false", "1"] in lines
    assert "numbers objects" in err
    assert "3 predicted objects without a score" in err


def test_numbered_files_are_objects_of_one_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = numbers(tmp_path / "t", a=[[1, 1, 0, 7, 7, 7]], b=[[0, 0, 9]])
    prediction = numbers(tmp_path / "p", a=[[4, 4, 0, 3, 3, 0]], b=[[0, 0, 0]])
    status, document, _ = scored([truth, prediction], capsys)
    assert status == 0
    assert [c["name"] for c in document["classes"]] == ["object"]
    # Of three objects one is found at every threshold, one up to an IoU of 2/3, one never.
    assert counts(document) == (2, 0, 1, 0, 0, 0)
    assert document["ar100"] == pytest.approx((4 * 2 / 3 + 6 * 1 / 3) / 10)
    assert document["ap_large"] is None
    assert document["confusion"] == {"labels": [1, None], "counts": [[2, 1], [0, 0]]}
    averages = [document["objects"][key] for key in ("voc", "voc11", "by_ranking")]
    # Both that are found are right, and they are two of three.
    assert averages == pytest.approx([2 / 3, 7 / 11, 2 / 3])


def test_masks_without_numbers_are_connected_areas_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = numbers(tmp_path / "t", a=[[1, 1, 0, 1, 1, 1]])
    status, document, err = scored([truth, truth], capsys)
    assert (status, document["objects"]["matched"], document["ap50"]) == (0, 2, pytest.approx(1.0))
    assert "The truth of 1 image tells no objects apart" in err


@pytest.fixture
def project(tiny_project: Path) -> Path:
    """The tiny project with a run that numbers objects of ``a`` and says how sure it is of them."""
    run = tiny_project / "predictions" / "run"
    shutil.copytree(tiny_project / "masks", run)
    plane = np.zeros((24, 32), np.uint16)
    plane[6:18, 4:14], plane[2:4, 20:30] = 1, 2
    with Image.open(run / "a.png") as mask:
        labels, palette = np.array(mask), mask.getpalette()
    labels[2:4, 20:30] = 1
    changed = Image.fromarray(labels)
    changed.putpalette(palette or [])
    changed.save(run / "a.png")
    Image.fromarray(plane).save(run / "a.instances.png")
    entries = [
        {"image_id": "a", "category_id": 1, "score": score, "segmentation": {"size": [24, 32], "counts": counts}}
        for score, counts in zip((0.9, 0.3), whole(plane).values(), strict=True)
    ]
    (run / "instances.json").write_text(json.dumps(entries), encoding="utf-8")
    return tiny_project


def whole(plane: np.ndarray[Any, np.dtype[np.uint16]]) -> dict[int, list[int]]:
    """Return runs that end where the picture does, as other programs have them."""
    found = numbered_counts(plane.astype(np.uint32))
    return {n: counts + [plane.size - sum(counts)] * (sum(counts) < plane.size) for n, counts in found.items()}


def test_a_project_is_scored_with_the_scores_of_its_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, document, err = scored([project, project], capsys)
    assert (status, document["images"]) == (0, 2)
    assert counts(document) == (2, 0, 0, 1, 0, 0)
    # The one false object is the least sure of all three, so it costs no precision.
    assert document["ap"] == pytest.approx(1.0)
    assert "The prediction of 1 image tells no objects apart" in err
    assert "1 predicted object without a score" in err


def test_results_are_those_of_the_run_and_it_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = project / "predictions" / "run"
    for prediction in (project, run):
        _, document, err = scored([project, prediction], capsys)
        assert document["ap"] == pytest.approx(1.0)
        assert f"is read from {run / 'instances.json'}" in err


def test_results_of_somebody_else_above_a_folder_are_not_its(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = project / "predictions" / "run"
    (run / "instances.json").rename(project.parent / "instances.json")
    shutil.copy(project.parent / "instances.json", run.parent)
    status, _, err = scored([project, run], capsys)
    assert status == 0
    assert "instances.json" not in err
    assert "3 predicted objects without a score" in err


def test_results_alone_are_a_prediction(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = project / "predictions" / "run" / "instances.json"
    status, document, _ = scored([project, results], capsys)
    assert (status, document["images"]) == (0, 2)
    assert counts(document) == (1, 0, 1, 1, 0, 0)
    assert document["ar100"] == pytest.approx(0.5)


def test_a_result_of_another_size_fails_its_image(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = project / "predictions" / "run" / "instances.json"
    entries = json.loads(results.read_text(encoding="utf-8"))
    entries[0]["segmentation"] = {"size": [2, 2], "counts": [1, 3]}
    results.write_text(json.dumps(entries), encoding="utf-8")
    status, document, err = scored([project, project], capsys)
    assert status == 1
    assert [failure["id"] for failure in document["failures"]] == ["a"]
    assert "2 x 2 pixels" in document["failures"][0]["error"]
    assert "2 x 2 pixels" in err


def test_ignored_pixels_excuse_what_lies_in_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classes = tmp_path / "classes.csv"
    classes.write_text("id,name,ignore\n0,background,\n1,cell,\n255,void,1\n", encoding="utf-8")
    truth = numbers(tmp_path / "t", a=[[1, 1, 0, 255, 255, 255]])
    prediction = numbers(tmp_path / "p", a=[[1, 1, 0, 1, 1, 1]])
    words = [truth, prediction, "--classes", classes]
    status, document, _ = scored(words, capsys)
    assert (status, document["ap"]) == (0, pytest.approx(1.0))
    assert document["objects"]["false"] == 0


def test_classes_have_a_matrix_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classes = tmp_path / "classes.csv"
    classes.write_text("id,name\n0,background\n1,cat\n2,dog\n", encoding="utf-8")
    truth = numbers(tmp_path / "t", a=[[1, 1, 0, 2, 2, 2]])
    prediction = numbers(tmp_path / "p", a=[[2, 2, 0, 2, 2, 2]])
    words = ["evaluate", "--task", "instances", str(truth), str(prediction), "--classes", str(classes)]
    assert main(words) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["truth", "\\", "prediction", "cat", "dog"] in lines
    assert ["cat", "0", "1"] in lines
    assert ["dog", "0", "1"] in lines
    status, document, _ = scored([truth, prediction, "--classes", classes], capsys)
    assert (status, counts(document)) == (0, (1, 1, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--boundary"], "does not go with --boundary"),
        (["--per-image"], "does not go with --per-image"),
    ],
)
def test_options_that_say_nothing_here_are_refused(
    project: Path, words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(project), str(project), "--task", "instances", *words]) == 2
    assert why in capsys.readouterr().err


def test_the_tables_are_written_as_html_markdown_and_latex(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / f"report.{name}" for name in ("html", "markdown", "latex")}
    words = ["evaluate", "--task", "instances", str(project), str(project)]
    assert main([*words, *(word for name, path in files.items() for word in (f"--{name}", str(path)))]) == 0
    assert all("AP50" in path.read_text(encoding="utf-8") for path in files.values())
    assert "http" not in files["html"].read_text(encoding="utf-8")
    capsys.readouterr()
    results = project / "predictions" / "run" / "instances.json"
    before = results.read_bytes()
    assert main([*words, "--html", str(results)]) == 2
    assert "one of the files that are compared" in capsys.readouterr().err
    assert results.read_bytes() == before


def test_files_are_checked_before_they_are_scored(
    shared_data: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = shared_data(SAMPLE) / "instances_val2014_100.json"
    results = tmp_path / "results.json"
    for entry, why in (
        ({"image_id": 3, "category_id": 1, "score": 0.5, "bbox": [0, 0, 1, 1]}, "none of its results"),
        ({"image_id": 42, "category_id": 1, "score": 0.5, "segmentation": {"size": [2, 2], "counts": [4]}}, "2 x 2"),
    ):
        results.write_text(json.dumps([entry]), encoding="utf-8")
        assert main(["evaluate", "--task", "instances", str(truth), str(results)]) == 2
        assert why in capsys.readouterr().err
    assert main(["evaluate", "--task", "instances", str(truth), str(tmp_path)]) == 2
    assert "Name a JSON file of COCO results" in capsys.readouterr().err
    assert main(["evaluate", "--task", "instances", str(truth), str(results), "--json", str(results)]) == 2
    assert "one of the files that are compared" in capsys.readouterr().err


def test_real_cells_against_themselves_moved(
    shared_data: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = shared_data("cells_dsb2018") / "labels"
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in sorted(labels.glob("*.png"))[:4]:
        with Image.open(path) as picture:
            Image.fromarray(np.roll(np.array(picture), 2, axis=1)).save(moved / path.name)
    status, document, _ = scored([labels, moved], capsys)
    assert status == 1, "most images have no prediction"
    assert (document["images"], len(document["failures"])) == (4, 18)
    assert 0.3 < document["ap"] < document["ap50"] <= 1.0


def test_results_may_name_images_by_their_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a run of ours has them: by the sample's id, which is a path without suffix."""
    mask = {"size": [2, 3], "counts": [0, 4, 2]}
    images = [
        {"id": n, "file_name": name, "height": 2, "width": 3}
        for n, name in ((7, "a/x.jpg"), (8, "b/x.jpg"), (9, "b/y.jpg"))
    ]
    objects = [
        {"id": n, "image_id": n, "category_id": 1, "area": 4, "iscrowd": 0, "bbox": [0, 0, 2, 2], "segmentation": mask}
        for n in (7, 8, 9)
    ]
    truth, results = tmp_path / "t.json", tmp_path / "r.json"
    truth.write_text(json.dumps({"images": images, "annotations": objects, "categories": [{"id": 1, "name": "cell"}]}))
    found = [
        {"image_id": name, "category_id": 1, "score": 0.9, "segmentation": mask} for name in ("a/x", "b/x.jpg", "y")
    ]
    results.write_text(json.dumps(found))
    status, document, err = scored([truth, results], capsys)
    assert (status, err, document["ap"]) == (0, "", 1)
    results.write_text(json.dumps([*found, {**found[0], "image_id": "x"}]))
    _, document, err = scored([truth, results], capsys)
    assert "1 result of images or classes that the truth does not have left out" in err, "x is the name of two"
