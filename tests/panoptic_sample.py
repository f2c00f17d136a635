"""A made-up panoptic set: two images, a crowd, void, and a prediction of it that is wrong here and there."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CATEGORIES: list[dict[str, Any]] = [
    {"id": 1, "name": "cat", "isthing": 1, "color": [220, 20, 60]},
    {"id": 7, "name": "dog", "isthing": 1},
    {"id": 200, "name": "sky", "isthing": 0, "color": [1, 2, 3]},
]
CAT, OTHER_CAT, CROWD, SKY = 5, 70_000, 300, 9
"""Numbers of the segments of both images; pixels of 0 have none."""


def picture(numbers: Sequence[Sequence[int]]) -> NDArray[np.uint8]:
    """Return numbers as the colours of a panoptic PNG, each number a square of 8 x 8 pixels."""
    plane = np.kron(np.array(numbers, "<u4"), np.ones((8, 8), "<u4")).astype("<u4")
    return plane.view(np.uint8).reshape(*plane.shape, 4)[..., :3].copy()


def write_set(
    path: Path,
    images: Mapping[str, Sequence[Sequence[int]]],
    segments: Sequence[tuple[int, int, int]],
    categories: Sequence[Mapping[str, Any]] | None = CATEGORIES,
) -> Path:
    """Write a JSON under ``path`` and its folder; ``segments`` are number, category, and whether it is a crowd."""
    path.with_suffix("").mkdir(parents=True, exist_ok=True)
    annotations = []
    for name, numbers in images.items():
        Image.fromarray(picture(numbers)).save(path.with_suffix("") / f"{name}.png")
        there = {number for row in numbers for number in row}
        info = [{"id": i, "category_id": c, "iscrowd": crowd} for i, c, crowd in segments if i in there]
        annotations.append({"image_id": name, "file_name": f"{name}.png", "segments_info": info})
    document = {"annotations": annotations} | ({"categories": categories} if categories is not None else {})
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


SEGMENTS = [(CAT, 1, 0), (OTHER_CAT, 1, 0), (CROWD, 7, 1), (SKY, 200, 0)]
TRUTH = {
    "a": [[CAT, CAT, SKY, SKY], [CAT, 0, SKY, OTHER_CAT], [CROWD, CROWD, SKY, OTHER_CAT]],
    "b": [[SKY, SKY, SKY, SKY], [0, 0, CAT, CAT], [CROWD, CAT, CAT, SKY]],
}
PREDICTED = {
    "a": [[CAT, CAT, CAT, SKY], [CAT, 0, SKY, SKY], [77, 77, SKY, OTHER_CAT]],
    "b": [[SKY, SKY, 0, SKY], [CAT, CAT, 77, 77], [77, 77, 77, SKY]],
}
PREDICTED_SEGMENTS = [(CAT, 1, 0), (OTHER_CAT, 1, 0), (77, 7, 0), (SKY, 200, 0)]


def panoptic_sample(root: Path) -> tuple[Path, Path]:
    """Make a folder "set" of images and their truth, and "net.json", the prediction; return the truth's JSON and that.

    The prediction lists no categories.
    """
    for name in TRUTH:
        image = root / "set" / "images" / f"{name}.jpg"
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((24, 32, 3), 90, np.uint8)).save(image)
    truth = write_set(root / "set" / "annotations" / "truth.json", TRUTH, SEGMENTS)
    return truth, write_set(root / "net.json", PREDICTED, PREDICTED_SEGMENTS, None)
