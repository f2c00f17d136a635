"""The twelve figures of COCO's evaluation, counted by hotcoco as pycocotools counts them.

Lin et al., Microsoft COCO: Common Objects in Context (ECCV 2014); the counting is that of pycocotools' COCOeval.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from segstudio.core.late import imported_extra
from segstudio.metrics.instances import Floats

TWELVE = (
    "ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large",
    "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large",
)  # fmt: skip
"""The figures in the order in which pycocotools prints them."""

COCO_TITLES = {
    "ap": "AP", "ap50": "AP50", "ap75": "AP75", "ap_small": "AP small", "ap_medium": "AP medium",
    "ap_large": "AP large", "ar1": "AR1", "ar10": "AR10", "ar100": "AR100", "ar_small": "AR small",
    "ar_medium": "AR medium", "ar_large": "AR large",
}  # fmt: skip

RECALLS = np.linspace(0.0, 1.0, 101)
"""Where COCO samples the precision."""

_AT_50 = 0
_ALL_AREAS, _HUNDRED = 0, -1


class CocoFigures(NamedTuple):
    """The twelve figures by name, AP and AP50 of each category, and the precision at ``RECALLS`` for an IoU of 0.5.

    All are 0..1, and nan where the truth has no object: where pycocotools has -1.
    """

    summary: dict[str, float]
    by_category: dict[int, tuple[float, float]]
    precision: dict[int, Floats]


def coco_figures(
    truth: Mapping[str, Any], results: Sequence[Mapping[str, Any]], kind: Literal["segm", "bbox"]
) -> CocoFigures:
    """Evaluate results against a data set, both as COCO's files have them, by masks or by boxes.

    Both must have been checked: image ids and categories are known, masks are of the size of their images, and
    annotations of the truth have ids. Raises ``SegstudioError`` where hotcoco is not installed.
    """
    hotcoco = _hotcoco()
    sizes = {image["id"]: (image["height"], image["width"]) for image in truth["images"]}
    images, categories = (_places(truth[key]) for key in ("images", "categories"))
    data = hotcoco.COCO(
        {
            "images": [{**entry, "id": images[entry["id"]]} for entry in truth["images"]],
            "categories": [{**entry, "id": categories[entry["id"]]} for entry in truth["categories"]],
            "annotations": [_numbered(entry, images, categories) for entry in truth["annotations"]],
        }
    )
    packed = [
        _numbered(_packed(result, sizes[result["image_id"]], hotcoco.mask), images, categories) for result in results
    ]
    evaluation = hotcoco.COCOeval(data, data.load_res(packed), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summary_lines()  # fills in the stats, and prints nothing
    summary = dict(zip(TWELVE, map(_defined, evaluation.stats), strict=True))
    # Shape (10 IoU thresholds, 101 recalls, categories); categories are in the order of their ids.
    precision = np.asarray(evaluation.eval["precision"], np.float64)[..., _ALL_AREAS, _HUNDRED]
    curves = np.where(precision[_AT_50] < 0, np.nan, precision[_AT_50])
    return CocoFigures(
        summary,
        {c: (_mean(precision[..., k]), _mean(precision[_AT_50, :, k])) for k, c in enumerate(categories)},
        {c: curves[:, k] for k, c in enumerate(categories)},
    )


def _places(entries: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Return the places of ids in their order, from 1 on, which hotcoco takes where ids are below 0 or long."""
    return {known: place for place, known in enumerate(sorted(entry["id"] for entry in entries), 1)}


def _numbered(entry: Mapping[str, Any], images: Mapping[int, int], categories: Mapping[int, int]) -> dict[str, Any]:
    """Return an object as one of the places of its image and its category."""
    return {**entry, "image_id": images[entry["image_id"]], "category_id": categories[entry["category_id"]]}


def _packed(result: Mapping[str, Any], size: tuple[int, int], mask: Any) -> dict[str, Any]:
    """Return a result whose mask is compressed: of others there would be neither area nor box."""
    found = result.get("segmentation")
    if found is None or (isinstance(found, dict) and isinstance(found["counts"], str)):
        return dict(result)
    made = mask.frPyObjects(found, *size)
    return {**result, "segmentation": mask.merge(made) if isinstance(found, list) else made}


def _hotcoco() -> Any:
    return imported_extra("hotcoco", "coco", "Counting COCO's figures")


def _mean(precision: Floats) -> float:
    return float(np.mean(precision)) if precision.size and precision.flat[0] >= 0 else float("nan")


def _defined(value: float) -> float:
    return float(value) if value >= 0 else float("nan")
