"""What was found of objects, as tables to read and as JSON."""

import math
from dataclasses import asdict
from typing import Any

import numpy as np

from segstudio.core.wording import counted
from segstudio.metrics.average_precision_coco import COCO_TITLES, TWELVE, CocoFigures
from segstudio.services.documents import json_text, null, nulls
from segstudio.services.instance_evaluation import InstanceEvaluation
from segstudio.services.instance_scores import Matched
from segstudio.services.tables import Table, figure

AVERAGE_TITLES = {"voc": "mean AP, all points", "voc11": "mean AP, 11 points", "by_ranking": "mean AP, by ranking"}


def heading(evaluation: InstanceEvaluation) -> str:
    """Return how much was scored."""
    images, objects, found = len(evaluation.images), len(evaluation.annotations), len(evaluation.results)
    return f"{counted(images, 'image')}, {counted(objects, 'object')} in the truth, {found:,} predicted"


def instances_tables(evaluation: InstanceEvaluation) -> list[Table]:
    """Return the twelve figures of masks and boxes, the classes, and what became of the objects of label maps."""
    kinds = {"masks": evaluation.masks, "boxes": evaluation.boxes}
    shown = {name: figures for name, figures in kinds.items() if figures is not None}
    rows = [[COCO_TITLES[key], *(figure(of.summary[key]) for of in shown.values())] for key in TWELVE]
    tables = [Table("Average precision and recall", ["", *shown], rows)]
    if chosen := evaluation.masks or evaluation.boxes:
        tables.append(_class_table(evaluation, chosen))
    if (matched := evaluation.matched) is not None:
        tables.append(_matched_table(matched))
        if len(evaluation.categories) > 1:
            tables.append(_confusion_table(evaluation, matched))
    return tables


def instances_json(evaluation: InstanceEvaluation) -> str:
    """Return the evaluation as JSON text in ASCII; what is not defined is null.

    The twelve figures are those of masks, null where there are only boxes; ``boxes`` has those of boxes.
    """
    masks, boxes = evaluation.masks, evaluation.boxes
    document: dict[str, Any] = {
        "task": "instances",
        "images": len(evaluation.images),
        **_summary(masks),
        "boxes": _summary(boxes) if boxes is not None else None,
        "classes": [
            {"id": number, "name": name} | dict(zip(("ap", "ap50"), _of_class(masks, number), strict=True))
            for number, name in sorted(evaluation.categories.items())
        ],
        "failures": [{"id": i, "error": error.sentence()} for i, error in sorted(evaluation.failures.items())],
    }
    if (matched := evaluation.matched) is not None:
        document["objects"] = asdict(matched.counts) | nulls(matched.averages)
        labels = [*sorted(evaluation.categories), None]
        document["confusion"] = {"labels": labels, "counts": matched.confusion.tolist()}
    return json_text(document)


def _class_table(evaluation: InstanceEvaluation, figures: CocoFigures) -> Table:
    """Return a row for each class that the truth has."""
    defined = {c: values for c, values in figures.by_category.items() if not math.isnan(values[0])}
    rows = [[evaluation.categories[c], *map(figure, values)] for c, values in defined.items()]
    return Table("Classes", ["class", "AP", "AP50"], rows)


def _matched_table(matched: Matched) -> Table:
    rows = [[name, f"{value:,}"] for name, value in asdict(matched.counts).items()]
    rows += [[AVERAGE_TITLES[key], figure(value)] for key, value in matched.averages.items()]
    return Table("Objects", ["at an IoU of 50 %", ""], rows)


def _confusion_table(evaluation: InstanceEvaluation, matched: Matched) -> Table:
    """Return what was taken for what, of the classes that have any object."""
    names = [*(name for _, name in sorted(evaluation.categories.items())), "nothing"]
    there = np.flatnonzero(matched.confusion.any(axis=0) | matched.confusion.any(axis=1)).tolist()
    rows = [[names[t], *(f"{matched.confusion[t, p]:,}" for p in there)] for t in there]
    return Table("What was taken for what", ["truth \\ prediction", *(names[p] for p in there)], rows)


def _summary(figures: CocoFigures | None) -> dict[str, float | str | None]:
    return {key: None if figures is None else null(figures.summary[key]) for key in TWELVE}


def _of_class(figures: CocoFigures | None, number: int) -> tuple[float | str | None, float | str | None]:
    if figures is None:
        return None, None
    ap, ap50 = figures.by_category[number]
    return null(ap), null(ap50)
