"""COCO's instance files: what is read, and what is refused with the entry of the fault."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segstudio.core.errors import UnreadableFile
from segstudio.core.rle import mask_of
from segstudio.io.coco_instances import CocoImage, read_results, read_truth, runs_of

SQUARE = [1.0, 1.0, 3.0, 1.0, 3.0, 3.0]
TRUTH: dict[str, Any] = {
    "images": [{"id": 7, "file_name": "a/b.jpg", "height": 2, "width": 3}],
    "categories": [{"id": 4, "name": "cat"}],
    "annotations": [{"image_id": 7, "category_id": 4, "area": 2.0, "bbox": [0, 0, 2, 1], "segmentation": [SQUARE]}],
}


def written(folder: Path, document: object) -> Path:
    path = folder / "file.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def changed(key: str, **fields: object) -> dict[str, Any]:
    """Return the truth with other fields in the first entry under a key; None takes one away."""
    entry = {name: value for name, value in (TRUTH[key][0] | fields).items() if value is not None}
    return {**TRUTH, key: [entry]}


def test_a_data_set_is_read(tmp_path: Path) -> None:
    found = read_truth(written(tmp_path, TRUTH))
    assert (found.images, found.categories) == ({7: CocoImage("a/b.jpg", (2, 3))}, {4: "cat"})
    assert found.annotations[0] == {**TRUTH["annotations"][0], "iscrowd": 0}
    assert (found.masks, found.boxes) == (True, True)
    without = read_truth(written(tmp_path, changed("annotations", bbox=None)))
    assert (without.masks, without.boxes) == (True, False)


def test_cocos_sample_is_read(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("scored/coco_val2014_100")
    truth = read_truth(folder / "instances_val2014_100.json")
    assert (len(truth.images), len(truth.categories), sum(a["iscrowd"] for a in truth.annotations)) == (100, 80, 9)
    results = read_results(folder / "instances_val2014_fakesegm100_results.json")
    counts, shape = runs_of(results[0].segmentation)
    assert shape == truth.images[int(results[0].image)].shape
    assert 0 < np.count_nonzero(mask_of(counts, shape)) < shape[0] * shape[1]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ([], "not a JSON object"),
        ({**TRUTH, "images": 3}, "list of objects"),
        ({**TRUTH, "images": []}, "lists no images"),
        (changed("images", height=0), "size that no picture has"),
        (changed("images", height=1 << 20, width=1 << 20), "size that no picture has"),
        (changed("annotations", image_id=8), "annotation number 1.*does not list"),
        (changed("annotations", category_id=5), "does not list"),
        (changed("annotations", area=None), '"area"'),
        (changed("annotations", area=float("nan")), '"area"'),
        (changed("annotations", area=10**400), '"area"'),
        (changed("annotations", bbox=[0, 0, -1, 1]), '"bbox"'),
        (changed("annotations", bbox=[0, 0, 10**400, 1]), '"bbox"'),
        (changed("images", id=1 << 63), '"id"'),
        (changed("categories", id=-(10**400)), '"id"'),
        (changed("annotations", segmentation=[]), "corners"),
        (changed("annotations", segmentation=[[1, 2, 3, 4]]), "corners"),
        (changed("annotations", segmentation={"size": [2, 3], "counts": [1, 2]}), "3 pixels, the picture has 6"),
        (changed("annotations", segmentation={"size": [3, 2], "counts": [6]}), "2 x 3 pixels, its image 3 x 2"),
        (changed("annotations", segmentation={"size": [2, 3], "counts": "zzz"}), "no run-length code"),
        (changed("annotations", segmentation={"size": [1 << 30, 4], "counts": [1 << 32]}), "gigapixel"),
        (changed("annotations", segmentation={"size": [2, 3], "counts": [True, 5.5]}), "whole numbers"),
    ],
)
def test_a_fault_of_a_data_set_is_named(tmp_path: Path, document: object, why: str) -> None:
    path = written(tmp_path, document)
    with pytest.raises(UnreadableFile, match=why) as caught:
        read_truth(path)
    assert str(path) in str(caught.value)


def test_results_are_of_numbered_images_or_named_ones(tmp_path: Path) -> None:
    entries = [
        {"image_id": 7, "category_id": 4, "score": 0.5, "segmentation": {"size": [2, 3], "counts": [1, 5]}},
        {"image_id": "a/b", "category_id": 4, "score": 1, "bbox": [0, 1, 2, 3]},
    ]
    first, second = read_results(written(tmp_path, entries))
    assert (first.image, first.score, first.box) == (7, 0.5, None)
    assert mask_of(*runs_of(first.segmentation)).tolist() == [[False, True, True], [True, True, True]]
    assert (second.image, second.segmentation, second.box) == ("a/b", None, [0.0, 1.0, 2.0, 3.0])
    assert read_results(written(tmp_path, [])) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"image_id": 1.5}, '"image_id"'),
        ({"score": None}, '"score"'),
        ({"score": float("inf")}, '"score"'),
        ({"score": 10**400}, '"score"'),
        ({"image_id": 1e300}, '"image_id"'),
        ({"category_id": 1 << 63}, '"category_id"'),
        ({"bbox": None}, 'needs a "segmentation" or a "bbox"'),
        ({"bbox": [1, 2, 3]}, '"bbox"'),
        ({"segmentation": 5}, "no run-length code"),
    ],
)
def test_a_fault_of_results_is_named(tmp_path: Path, fields: dict[str, object], why: str) -> None:
    entry = {"image_id": 7, "category_id": 4, "score": 0.5, "bbox": [0, 0, 1, 1]} | fields
    entry = {name: value for name, value in entry.items() if value is not None}
    with pytest.raises(UnreadableFile, match=f"result number 1.*{why}"):
        read_results(written(tmp_path, [entry]))
    with pytest.raises(UnreadableFile, match="list of objects"):
        read_results(written(tmp_path, {"results": []}))
