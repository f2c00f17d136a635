"""COCO's instance format: the objects of a data set, and a list of results with scores."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from segstudio.core.rle import Counts, check_counts, counts_of, text_of
from segstudio.io.coco_json import CocoFile, all_numbers

TRUTH_HINT = "Name the JSON file of a data set in COCO's instance format."
RESULTS_HINT = "Name a JSON file of COCO results: a list of objects with image_id, category_id, score and segmentation."
MOST_PIXELS = 1 << 30
"""The largest picture that a run-length code is believed to be of, as in decoding."""


class CocoImage(NamedTuple):
    """An image as the file lists it: ``shape`` is (height, width)."""

    name: str
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CocoTruth:
    """Images and names of categories by id, and annotations as the file has them, checked.

    ``masks`` and ``boxes`` say whether every annotation has a segmentation, and a box.
    """

    images: Mapping[int, CocoImage]
    categories: Mapping[int, str]
    annotations: tuple[Mapping[str, Any], ...]
    masks: bool
    boxes: bool


class CocoResult(NamedTuple):
    """A predicted object: ``image`` is an id of the truth, or a sample's. One of the last two may be missing.

    ``segmentation`` is as in the file, checked but for its size; ``box`` is left, top, width and height.
    """

    image: int | str
    category: int
    score: float
    segmentation: Any = None
    box: list[float] | None = None


def read_truth(path: Path) -> CocoTruth:
    """Read a data set; raises ``UnreadableFile`` with the entry of the fault."""
    file = CocoFile(path, TRUTH_HINT)
    document = file.document()
    images = dict(_images(file, document))
    categories = {
        file.whole(entry, "id", "a category"): str(entry.get("name", entry["id"]))
        for entry in file.objects(document, "categories")
    }
    if not images or not categories:
        raise file.fault("it lists no images or no categories")
    annotations = [
        _annotation(file, entry, f"annotation number {number}", images, categories)
        for number, entry in enumerate(file.objects(document, "annotations"), 1)
    ]
    masks, boxes = (all(key in entry for entry in annotations) for key in ("segmentation", "bbox"))
    return CocoTruth(images, categories, tuple(annotations), masks, boxes)


def read_results(path: Path) -> list[CocoResult]:
    """Read a list of results; raises ``UnreadableFile`` with the entry of the fault."""
    file = CocoFile(path, RESULTS_HINT)
    entries = file.listed(file.parsed(), "the file")
    return [_result(file, entry, f"result number {number}") for number, entry in enumerate(entries, 1)]


def results_json(results: Iterable[CocoResult]) -> bytes:
    """Return results as a file has them, which ``read_results`` reads: one an object, scores to six digits."""
    lines = ",\n".join(json.dumps(_result_entry(result), ensure_ascii=False) for result in results)
    return f"[{lines}]\n".encode()


def run_length_code(counts: Counts, shape: tuple[int, int]) -> dict[str, Any]:
    """Return lengths of runs in a picture of ``shape`` (height, width) as COCO's compressed form."""
    return {"size": list(shape), "counts": text_of(counts)}


def runs_of(segmentation: Any) -> tuple[Counts | list[int], tuple[int, int]]:
    """Return the lengths of runs of a run-length code and its picture's (height, width).

    Raises ``ValueError`` for what is none, which polygons are not either.
    """
    if not isinstance(segmentation, dict):
        raise ValueError("it is no run-length code")
    size, counts = segmentation.get("size"), segmentation.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not all(isinstance(side, int) and side > 0 for side in size):
        raise ValueError('its "size" has to be height and width')
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError("it claims to be of more than a gigapixel")
    if isinstance(counts, str):
        counts = counts_of(counts)
    elif not isinstance(counts, list) or not all(isinstance(n, int) and 0 <= n <= MOST_PIXELS for n in counts):
        raise ValueError('its "counts" have to be a text or whole numbers')
    check_counts(counts, (size[0], size[1]))
    return counts, (size[0], size[1])


def _images(file: CocoFile, document: Mapping[str, Any]) -> Iterator[tuple[int, CocoImage]]:
    for entry in file.objects(document, "images"):
        number = file.whole(entry, "id", "an image")
        shape = file.whole(entry, "height", f"image {number}"), file.whole(entry, "width", f"image {number}")
        if not 0 < shape[0] * shape[1] <= MOST_PIXELS or min(shape) < 1:
            raise file.fault(f"image {number} has a size that no picture has")
        yield number, CocoImage(str(entry.get("file_name", number)), shape)


def _annotation(
    file: CocoFile,
    entry: Mapping[str, Any],
    where: str,
    images: Mapping[int, CocoImage],
    categories: Mapping[int, str],
) -> Mapping[str, Any]:
    image, category = file.whole(entry, "image_id", where), file.whole(entry, "category_id", where)
    if image not in images or category not in categories:
        raise file.fault(f"{where}: it is of an image or a category that the file does not list")
    crowd = int(bool(entry.get("iscrowd", 0)))
    checked: dict[str, Any] = {"image_id": image, "category_id": category, "iscrowd": crowd}
    checked["area"] = file.number(entry, "area", where)
    if "segmentation" in entry:
        _check_segmentation(file, entry["segmentation"], where, images[image].shape)
        checked["segmentation"] = entry["segmentation"]
    if "bbox" in entry:
        checked["bbox"] = file.box(entry, where)
    return checked


def _result(file: CocoFile, entry: Mapping[str, Any], where: str) -> CocoResult:
    image = entry.get("image_id")
    if not isinstance(image, str):
        image = file.whole(entry, "image_id", where)
    category, score = file.whole(entry, "category_id", where), file.number(entry, "score", where)
    segmentation = entry.get("segmentation")
    if segmentation is not None:
        _check_segmentation(file, segmentation, where)
    box = file.box(entry, where) if "bbox" in entry else None
    if segmentation is None and box is None:
        raise file.fault(f'{where} needs a "segmentation" or a "bbox"')
    return CocoResult(image, category, score, segmentation, box)


def _result_entry(result: CocoResult) -> dict[str, Any]:
    entry: dict[str, Any] = {"image_id": result.image, "category_id": result.category, "score": round(result.score, 6)}
    if result.box is not None:
        entry["bbox"] = [round(side, 3) for side in result.box]
    if result.segmentation is not None:
        entry["segmentation"] = result.segmentation
    return entry


def _check_segmentation(file: CocoFile, found: Any, where: str, shape: tuple[int, int] | None = None) -> None:
    if isinstance(found, list):
        polygons = all(isinstance(p, list) and len(p) >= 6 and len(p) % 2 == 0 and all_numbers(p) for p in found)
        if not found or not polygons:
            raise file.fault(f"{where}: a polygon needs three corners or more, x and y of each")
        return
    try:
        _, size = runs_of(found)
    except ValueError as error:
        raise file.fault(f"{where}: {error}") from error
    if shape is not None and size != shape:
        raise file.fault(f"{where}: its mask is {size[1]} x {size[0]} pixels, its image {shape[1]} x {shape[0]}")
