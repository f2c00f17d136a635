"""An evaluation as JSON and as CSV."""

from collections.abc import Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelSchema
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import DISTANCES, OUTLINE_TITLES, Summary
from segstudio.services.documents import csv_text, json_text, null, nulls
from segstudio.services.evaluate import Evaluation

_PIXELS = {
    "truth_pixels": overlap.truth_pixels,
    "predicted_pixels": overlap.predicted_pixels,
    "intersection": overlap.intersection,
}


def to_json(evaluation: Evaluation, per_image: bool = False, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the evaluation as JSON text in ASCII; what is not defined is null, and an infinite distance "inf".

    ``more`` are entries that were asked for beside it.
    """
    return json_text(_document(evaluation, per_image) | dict(more))


def to_csv(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return one table: a row for each class, then one named "mean" with the means and the scores over all classes.

    The rows of the data set come first and have no ``image``; with ``per_image`` those of each image follow, by id.
    What is not defined is empty. What was measured of outlines comes last, with how many images a mean leaves out.
    """
    outlines = [column for key in evaluation.scoring.outlines.keys for column in _columns(key)]
    heads = ["image", "id", "name", *METRICS, *_PIXELS, *SCORES, *outlines]
    images = evaluation.images() if per_image else ()
    rows = (row for sample_id, confusion in images for row in _rows(sample_id, confusion, evaluation))
    return csv_text(chain([heads], _rows(None, evaluation.total, evaluation), rows))


def _document(evaluation: Evaluation, per_image: bool) -> dict[str, Any]:
    total = evaluation.total
    document: dict[str, Any] = {
        "task": "semantic",
        "images": len(evaluation.ids),
        "pixels": total.pixels,
        "ignored_pixels": total.ignored,
        "classes": _classes(evaluation),
        "mean": _means(evaluation),
        **{key: null(score(total)) for key, score in SCORES.items()},
        "confusion": _confusion(total),
    }
    if per_image:
        document["per_image"] = [_image(i, confusion, evaluation) for i, confusion in evaluation.images()]
    document |= _settings(evaluation)
    failures = sorted(evaluation.failures.items())
    return document | {"failures": [{"id": i, "error": error.sentence()} for i, error in failures]}


def class_entries(schema: LabelSchema, counts: overlap.Counts) -> list[dict[str, Any]]:
    """Return for each scored class its scores and pixels in some counts."""
    metrics = {key: metric.by_class(counts) for key, metric in METRICS.items()}
    pixels = {key: count(counts) for key, count in _PIXELS.items()}
    return [
        {"id": c.id, "name": c.name}
        | {key: null(values[index]) for key, values in metrics.items()}
        | {key: int(values[index]) for key, values in pixels.items()}
        for index, c in enumerate(schema.scored)
    ]


def _classes(evaluation: Evaluation) -> list[dict[str, Any]]:
    outlines = evaluation.outline_figures()
    return [
        entry | dict.fromkeys(OUTLINE_TITLES) | _outline_entries({key: found[index] for key, found in outlines.items()})
        for index, entry in enumerate(class_entries(evaluation.schema, evaluation.total))
    ]


def _confusion(total: Confusion) -> dict[str, Any]:
    """Return the counts; the column of predictions outside the classes only where there are any."""
    if total.counts[:, -1].any():
        return {"labels": [*total.labels, None], "counts": total.counts.tolist()}
    return {"labels": list(total.labels), "counts": total.counts[:, :-1].tolist()}


def _image(sample_id: str, confusion: Confusion, evaluation: Evaluation) -> dict[str, Any]:
    by_class = zip(confusion.labels, overlap.iou(confusion), overlap.dice(confusion), strict=True)
    means = evaluation.means(confusion)
    outlines = evaluation.outline_figures(sample_id)
    return {
        "id": sample_id,
        "mean_iou": null(means["iou"]),
        "mean_dice": null(means["dice"]),
        "pixel_accuracy": null(overlap.pixel_accuracy(confusion)),
        "classes": [
            {"id": label, "iou": null(iou), "dice": null(dice)}
            | {key: null(found[index].value) for key, found in outlines.items()}
            for index, (label, iou, dice) in enumerate(by_class)
        ],
    }


def _rows(image: str | None, confusion: Confusion, evaluation: Evaluation) -> Iterator[list[object]]:
    """Yield the rows of an image, None for the data set."""
    outlines = evaluation.outline_figures(image)
    metrics = [metric.by_class(confusion) for metric in METRICS.values()]
    pixels = [count(confusion) for count in _PIXELS.values()]
    for index, c in enumerate(evaluation.schema.scored):
        values = [float(values[index]) for values in metrics]
        areas = (int(values[index]) for values in pixels)
        far = [cell for key, found in outlines.items() for cell in _left_out(key, found[index])]
        yield [image, c.id, c.name, *values, *areas, *[""] * len(SCORES), *far]
    means = [evaluation.mean(values) for values in metrics]
    scores = [score(confusion) for score in SCORES.values()]
    far = [cell for key, found in outlines.items() for cell in _left_out(key, evaluation.outline_mean(found))]
    yield [image, "", "mean", *means, *[""] * len(_PIXELS), *scores, *far]


def _means(evaluation: Evaluation) -> dict[str, Any]:
    means = nulls(evaluation.means(evaluation.total))
    found = {key: evaluation.outline_mean(figures) for key, figures in evaluation.outline_figures().items()}
    return means | _outline_entries(found)


def _settings(evaluation: Evaluation) -> dict[str, Any]:
    """Return how outlines were measured and what was resized, where that is so."""
    asked, found = evaluation.scoring.outlines, dict[str, Any]()
    if asked.surface is not None:
        found["surface"] = {
            "convention": asked.surface,
            "spacing": list(asked.spacing),
            "tolerance": asked.tolerance,
        }
    return found | ({"resized": sorted(evaluation.resized)} if evaluation.resized else {})


def _outline_entries(figures: Mapping[str, Summary]) -> dict[str, Any]:
    """Return the figures of a class, or their means, by the keys of ``_columns``."""
    return {
        column: null(value) if column == key else int(value)
        for key, found in figures.items()
        for column, value in zip(_columns(key), _left_out(key, found), strict=True)
    }


def _columns(key: str) -> tuple[str, ...]:
    """Return the names of a figure and of the numbers of images, or classes, that its mean leaves out."""
    if key == "boundary_iou":
        return (key,)
    return (key, *([f"{key}_infinite"] if key in DISTANCES else ()), f"{key}_undefined")


def _left_out(key: str, found: Summary) -> tuple[float, ...]:
    if key == "boundary_iou":
        return (found.value,)
    return (found.value, *([found.infinite] if key in DISTANCES else ()), found.undefined)
