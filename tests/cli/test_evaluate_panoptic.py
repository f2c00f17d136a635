"""``segstudio evaluate --task panoptic`` as somebody types it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from segstudio.cli import main
from tests.journeys.compared import STREET, write_project

CATEGORIES = [{"id": 1, "name": "cat", "isthing": 1}, {"id": 2, "name": "sky", "isthing": 0}, {"id": 3, "name": "no"}]


def written(folder: Path, name: str, images: dict[int, tuple[list[int], dict[int, int]]]) -> Path:
    """Write a set of images of one row: ids of segments, and the category of each."""
    (folder / name).mkdir()
    annotations = []
    for key, (row, categories) in images.items():
        rgb = np.zeros((1, len(row), 3), np.uint8)
        rgb[0, :, 0], rgb[0, :, 1] = np.array(row) % 256, np.array(row) // 256
        Image.fromarray(rgb).save(folder / name / f"{key}.png")
        info = [{"id": i, "category_id": c, "area": row.count(i)} for i, c in categories.items()]
        annotations.append({"image_id": key, "file_name": f"{key}.png", "segments_info": info})
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"categories": CATEGORIES, "annotations": annotations}), encoding="utf-8")
    return path


@pytest.fixture
def sets(tmp_path: Path) -> list[str]:
    truth = written(tmp_path, "t", {1: ([300, 300, 300, 300, 9, 9], {300: 1, 9: 2}), 2: ([8, 8, 8, 8], {8: 2})})
    prediction = written(tmp_path, "p", {1: ([4, 4, 4, 0, 9, 9], {4: 1, 9: 2}), 2: ([1, 1, 5, 5], {1: 1, 5: 2})})
    return [str(truth), str(prediction)]


def scored(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    status = main(["evaluate", "--task", "panoptic", "--json", "-", *words])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def test_json_has_the_agreed_form(sets: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, document, err = scored(sets, capsys)
    assert status == 0
    assert "Note" not in err
    # cat: 3 of 4 pixels, and one false; sky: one found, one missed, and one false.
    cat = {"id": 1, "name": "cat", "pq": 0.75 / 1.5, "sq": 0.75, "rq": 1 / 1.5, "tp": 1, "fp": 1, "fn": 0}
    sky = {"id": 2, "name": "sky", "pq": 1 / 2, "sq": 1.0, "rq": 1 / 2, "tp": 1, "fp": 1, "fn": 1}
    none = {"id": 3, "name": "no", "pq": None, "sq": None, "rq": None, "tp": 0, "fp": 0, "fn": 0}
    assert document["classes"] == [cat, sky, none]
    assert document["pq"] == 0.5
    assert document["things"] == {key: cat[key] for key in ("pq", "sq", "rq")}
    assert document["stuff"] == {key: sky[key] for key in ("pq", "sq", "rq")}
    assert (document["task"], document["images"], document["failures"]) == ("panoptic", 2, [])


def test_prints_a_table(sets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *sets, "--task", "panoptic", "--json", str(tmp_path / "out.json")]) == 0
    assert "cat     0.5000  0.7500  0.6667   1   1   0" in capsys.readouterr().out
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["pq"] == 0.5


def test_bad_images_are_failures_and_the_rest_is_scored(sets: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for name, said in (("1.png", "which the JSON does not list"), ("2.png", "is 9 x 1 pixels")):
        row = [7] * 6 if name == "1.png" else [1, 1, 5, 5, 0, 0, 0, 0, 0]
        rgb = np.zeros((1, len(row), 3), np.uint8)
        rgb[0, :, 0] = row
        Image.fromarray(rgb).save(Path(sets[1]).with_suffix("") / name)
        status, document, _ = scored(sets, capsys)
        assert status == (1 if name == "1.png" else 2)
        assert said in document["failures"][-1]["error"]


def test_a_stale_area_is_said_and_the_pixels_are_believed(sets: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    _, before, _ = scored(sets, capsys)
    path = Path(sets[0])
    path.write_text(path.read_text(encoding="utf-8").replace('"area": 4', '"area": 400'), encoding="utf-8")
    status, document, err = scored(sets, capsys)
    assert status == 0
    assert document["stale_areas"] == 2
    assert "2 areas" in err
    assert document | {"stale_areas": 0} == before


def test_what_lacks_a_prediction_fails_and_what_lacks_a_truth_is_noted(
    sets: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(sets[1])
    path.write_text(path.read_text(encoding="utf-8").replace('"image_id": 2', '"image_id": 3'), encoding="utf-8")
    status, document, err = scored(sets, capsys)
    assert status == 1
    assert [failure["id"] for failure in document["failures"]] == ["2"]
    assert "1 prediction without a truth left out" in err


@pytest.mark.parametrize(
    "words", [["--boundary"], ["--ignore", "3"], ["--csv", "x.csv"], ["--resize", "nearest"], ["--tolerance", "2"]]
)
def test_options_that_say_nothing_here_are_refused(
    sets: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *sets, "--task", "panoptic", *words]) == 2
    assert f"does not go with {words[0]}" in capsys.readouterr().err


def test_nothing_is_written_over_and_nothing_in_common_is_said(
    sets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path(sets[0]).read_bytes()
    assert main(["evaluate", *sets, "--task", "panoptic", "--json", sets[0]]) == 2
    assert Path(sets[0]).read_bytes() == before
    other = written(tmp_path, "other", {55: ([1], {1: 1})})
    assert main(["evaluate", sets[0], str(other), "--task", "panoptic"]) == 2
    assert "no image in common" in capsys.readouterr().err


def test_cocos_sample_against_itself(shared_data: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = str(shared_data("coco_panoptic") / "panoptic_examples.json")
    status, document, _ = scored([path, path], capsys)
    assert status == 0
    assert document["things"] == document["stuff"] == {"pq": 1.0, "sq": 1.0, "rq": 1.0}
    assert document["stale_areas"] == 0


def test_label_maps_are_segments_too(tiny_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    masks = str(tiny_project / "masks")
    status, document, _ = scored([str(tiny_project), masks], capsys)
    assert (status, document["images"], document["pq"]) == (0, 2, 1.0)
    assert [(c["name"], c["tp"]) for c in document["classes"]] == [("background", 2), ("cell", 2)]
    assert document["things"]["pq"] == document["stuff"]["pq"] == 1.0
    assert main(["evaluate", "--task", "panoptic", str(tiny_project), masks, "--ignore", "1"]) == 0
    assert "cell" not in capsys.readouterr().out


def test_without_things_a_class_is_one_segment_as_on_conventions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth, predicted = np.zeros((6, 12), np.uint8), np.zeros((6, 12), np.uint8)
    truth[1:3, 1:4] = truth[1:3, 6:9] = predicted[1:3, 1:5] = predicted[1:3, 6:8] = 1
    root = write_project(tmp_path, {"images/a": truth, "masks/a": truth, "predictions/one/a": predicted}, STREET)
    words = [str(root), str(root / "predictions" / "one")]
    _, document, _ = scored(words, capsys)
    # Of the car 10 pixels are right, 2 false, 2 missed; of the road 58, and the same 4.
    assert document["pq"] == document["stuff"]["pq"] == pytest.approx((10 / 14 + 58 / 62) / 2)
    assert [(c["tp"], c["fp"], c["fn"]) for c in document["classes"]] == [(1, 0, 0), (1, 0, 0), (0, 0, 0)]
    assert document["things"]["pq"] is None
