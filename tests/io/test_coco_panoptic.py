"""COCO's panoptic JSON: what is read, and that faults are named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segstudio.core.errors import UnreadableFile
from segstudio.io.coco_panoptic import Category, SegmentInfo, read_panoptic

ANNOTATION: dict[str, Any] = {
    "image_id": 7,
    "file_name": "a.png",
    "segments_info": [{"id": 5, "category_id": 1, "iscrowd": 1, "area": 12.0}, {"id": 6, "category_id": 2}],
}
DOCUMENT: dict[str, Any] = {
    "categories": [{"id": 1, "name": "cat", "isthing": 1}, {"id": 2, "name": "sky", "isthing": 0}],
    "annotations": [ANNOTATION],
}


def written(folder: Path, document: object) -> Path:
    path = folder / "truth.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_images_and_segments_are_read(tmp_path: Path) -> None:
    found = read_panoptic(written(tmp_path, DOCUMENT))
    assert found.categories == {1: Category(1, "cat", True), 2: Category(2, "sky", False)}
    assert found.images["7"].path == tmp_path / "truth" / "a.png"
    assert found.images["7"].segments == (SegmentInfo(5, 1, True, 12), SegmentInfo(6, 2))


def test_a_prediction_need_not_list_categories(tmp_path: Path) -> None:
    assert read_panoptic(written(tmp_path, {"annotations": []})).categories == {}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "not a JSON object"),
        ({}, '"annotations" has to be a list'),
        ({"annotations": [3]}, '"annotations" has to be a list of objects'),
        ({"annotations": [{"image_id": 1}]}, 'annotation number 1 needs an "image_id" and a "file_name"'),
        ({"annotations": [ANNOTATION | {"file_name": "../../a.png"}]}, "leads out of the folder truth"),
        ({"annotations": [ANNOTATION | {"file_name": "/etc/passwd"}]}, "leads out of the folder truth"),
        ({"annotations": [ANNOTATION, ANNOTATION]}, "image 7 has two annotations"),
        ({"annotations": [ANNOTATION | {"segments_info": [{"id": 1.5, "category_id": 1}]}]}, '"id" has to be a whole'),
        ({"annotations": [ANNOTATION | {"segments_info": [{"id": True, "category_id": 1}]}]}, '"id" has to be a whole'),
        ({"annotations": [ANNOTATION | {"segments_info": [{"id": 0, "category_id": 1}]}]}, "0 is what has none"),
        ({"annotations": [ANNOTATION | {"segments_info": [{"id": 3, "category_id": 1}] * 2}]}, "have to be distinct"),
        ({"annotations": [ANNOTATION | {"segments_info": [{"id": float("nan"), "category_id": 1}]}]}, "whole number"),
    ],
)
def test_faults_are_named(tmp_path: Path, document: object, said: str) -> None:
    with pytest.raises(UnreadableFile, match="could not be read") as caught:
        read_panoptic(written(tmp_path, document))
    assert said in str(caught.value)


@pytest.mark.parametrize("data", [b'{"annotations": [', b"\xff\xfe\x00", b"[" * 100_000, b""])
def test_what_is_no_json_is_said(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "truth.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile):
        read_panoptic(path)


def test_cocos_own_sample(shared_data: Callable[[str], Path]) -> None:
    found = read_panoptic(shared_data("coco_panoptic") / "panoptic_examples.json")
    assert len(found.images) == 2
    assert len(found.categories) == 133
    assert sum(c.thing for c in found.categories.values()) == 80
    assert all(image.path.is_file() for image in found.images.values())
