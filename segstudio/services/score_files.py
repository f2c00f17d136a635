"""An evaluation as JSON and as CSV."""

import csv
import io
import json
import math
from collections.abc import Iterator
from typing import Any

from segstudio.core.confusion import Confusion
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.services.evaluate import Evaluation

VERSION = 1
_DISTANCES = ("boundary_iou", "boundary_f1", "hd", "hd95", "assd", "nsd")
"""Keys of figures that need more than counts: null until they are asked for."""

_PIXELS = {
    "truth_pixels": overlap.truth_pixels,
    "predicted_pixels": overlap.predicted_pixels,
    "intersection": overlap.intersection,
}


def to_json(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return the evaluation as JSON text in ASCII; what is not defined is null."""
    return json.dumps(_document(evaluation, per_image), indent=1) + "\n"


def to_csv(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return one table: a row for each class, then one named "mean" with the means and the scores over all classes.

    The rows of the data set come first and have no ``image``; with ``per_image`` those of each image follow, by id.
    What is not defined is empty.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["image", "id", "name", *METRICS, *_PIXELS, *SCORES])
    writer.writerows(_rows("", evaluation.total, evaluation))
    if per_image:
        for sample_id, confusion in evaluation.images():
            writer.writerows(_rows(sample_id, confusion, evaluation))
    return text.getvalue()


def _document(evaluation: Evaluation, per_image: bool) -> dict[str, Any]:
    total = evaluation.total
    document: dict[str, Any] = {
        "version": VERSION,
        "task": "semantic",
        "images": len(evaluation.ids),
        "pixels": total.pixels,
        "ignored_pixels": total.ignored,
        "classes": _classes(evaluation),
        "mean": {key: _null(value) for key, value in evaluation.means(total).items()},
        **{key: _null(score(total)) for key, score in SCORES.items()},
        "confusion": _confusion(total),
    }
    if per_image:
        document["per_image"] = [_image(i, confusion, evaluation) for i, confusion in evaluation.images()]
    failures = sorted(evaluation.failures.items())
    return document | {"failures": [{"id": i, "error": error.sentence()} for i, error in failures]}


def _classes(evaluation: Evaluation) -> list[dict[str, Any]]:
    total = evaluation.total
    metrics = {key: metric.by_class(total) for key, metric in METRICS.items()}
    pixels = {key: count(total) for key, count in _PIXELS.items()}
    return [
        {"id": c.id, "name": c.name}
        | {key: _null(values[index]) for key, values in metrics.items()}
        | {key: int(values[index]) for key, values in pixels.items()}
        | dict.fromkeys(_DISTANCES)
        for index, c in enumerate(evaluation.schema.scored)
    ]


def _confusion(total: Confusion) -> dict[str, Any]:
    """Return the counts; the column of predictions outside the classes only where there are any."""
    if total.counts[:, -1].any():
        return {"labels": [*total.labels, None], "counts": total.counts.tolist()}
    return {"labels": list(total.labels), "counts": total.counts[:, :-1].tolist()}


def _image(sample_id: str, confusion: Confusion, evaluation: Evaluation) -> dict[str, Any]:
    by_class = zip(confusion.labels, overlap.iou(confusion), overlap.dice(confusion), strict=True)
    means = evaluation.means(confusion)
    return {
        "id": sample_id,
        "mean_iou": _null(means["iou"]),
        "mean_dice": _null(means["dice"]),
        "pixel_accuracy": _null(overlap.pixel_accuracy(confusion)),
        "classes": [{"id": label, "iou": _null(iou), "dice": _null(dice)} for label, iou, dice in by_class],
    }


def _rows(image: str, confusion: Confusion, evaluation: Evaluation) -> Iterator[list[object]]:
    metrics = [metric.by_class(confusion) for metric in METRICS.values()]
    pixels = [count(confusion) for count in _PIXELS.values()]
    for index, c in enumerate(evaluation.schema.scored):
        values = [_empty(values[index]) for values in metrics]
        yield [image, c.id, c.name, *values, *(int(values[index]) for values in pixels), *[""] * len(SCORES)]
    means = [_empty(overlap.mean(confusion, values, evaluation.without)) for values in metrics]
    scores = [_empty(score(confusion)) for score in SCORES.values()]
    yield [image, "", "mean", *means, *[""] * len(_PIXELS), *scores]


def _null(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _empty(value: float) -> float | str:
    return "" if math.isnan(value) else float(value)
