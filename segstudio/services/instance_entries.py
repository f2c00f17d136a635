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


def truth_entries(objects: Objects, planes: LabelMap, image: int) -> Iterator[Entry]:
    """Yield the objects of a truth with their masks, boxes and areas."""
    columns = (column.tolist() for column in (objects.areas, objects.rects))
    for entry, area, (y0, x0, y1, x1) in zip(_masks(objects, planes, image), *columns, strict=True):
        yield entry | {"area": area, "bbox": [x0, y0, x1 - x0, y1 - y0]}


def predicted_entries(objects: Objects, planes: LabelMap, image: int) -> Iterator[Entry]:
    """Yield the objects of a prediction with their masks and scores."""
    for entry, score in zip(_masks(objects, planes, image), objects.scores.tolist(), strict=True):
        yield entry | {"score": score}


def _masks(objects: Objects, planes: LabelMap, image: int) -> Iterator[Entry]:
    assert planes.instances is not None
    counts, size = numbered_counts(planes.instances), list(planes.classes.shape)
    for number, class_id in zip(objects.numbers.tolist(), objects.classes.tolist(), strict=True):
        mask = {"size": size, "counts": counts[number]}
        yield {"image_id": image, "category_id": class_id, "segmentation": mask}


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
