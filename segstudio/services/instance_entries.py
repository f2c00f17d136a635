"""Objects as COCO's files have them, which is how its evaluation wants them."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from segstudio.core.raster import LabelMap
from segstudio.core.rle import numbered_counts
from segstudio.io.coco_instances import CocoImage, CocoResult
from segstudio.metrics.instances import VOID, Objects, coded
from segstudio.services.object_maps import check_size

Entry: TypeAlias = dict[str, Any]


def image_entry(number: int, image: CocoImage) -> Entry:
    height, width = image.shape
    return {"id": number, "file_name": image.name, "height": height, "width": width}


def object_entries(objects: Objects, planes: LabelMap, image: int) -> Iterator[Entry]:
    """Yield the objects of an image with their masks, boxes, areas and scores."""
    assert planes.instances is not None
    counts, shape = numbered_counts(planes.instances), planes.classes.shape
    for number, class_id, area, (y0, x0, y1, x1), score in zip(*(c.tolist() for c in objects), strict=True):
        yield {
            "image_id": image,
            "category_id": class_id,
            "area": area,
            "bbox": [x0, y0, x1 - x0, y1 - y0],
            "segmentation": {"size": list(shape), "counts": counts[number]},
            "score": score,
        }


def crowd_entries(planes: LabelMap, scored: Sequence[int], predicted: Sequence[int], image: int) -> Iterator[Entry]:
    """Yield what of a truth is ignored, and what of its things is not told apart, as a crowd of each category.

    Of those ``predicted`` only: a crowd of another excuses nothing.
    """
    codes = coded(planes, scored)
    for category in predicted:
        crowd = (codes == VOID) | (codes == category + 1)
        if area := int(np.count_nonzero(crowd)):
            counts = numbered_counts(crowd.astype(np.uint32))[1]
            yield {
                "image_id": image,
                "category_id": category,
                "area": area,
                "iscrowd": 1,
                "segmentation": {"size": list(crowd.shape), "counts": counts},
            }


def result_entry(result: CocoResult, number: int, image: CocoImage) -> Entry:
    """Return a result as the file has it, as one of the image with a number; raises as ``check_size`` does."""
    check_size(result, image.shape)
    entry: Entry = {"image_id": number, "category_id": result.category, "score": result.score}
    if result.segmentation is not None:
        entry["segmentation"] = result.segmentation
    if result.box is not None:
        entry["bbox"] = result.box
    return entry
