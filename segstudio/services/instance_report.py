"""What was found of objects, as tables to read and as JSON."""

import json
import math
from dataclasses import asdict
from typing import Any

from segstudio.metrics.average_precision_coco import TITLES, TWELVE, CocoFigures
from segstudio.services.instance_evaluation import InstanceEvaluation
from segstudio.services.score_files import VERSION
from segstudio.services.tables import aligned, figure


def instances_text(evaluation: InstanceEvaluation) -> str:
    """Return the twelve figures of masks and boxes, the classes, and how many objects were found."""
    kinds = {"masks": evaluation.masks, "boxes": evaluation.boxes}
    shown = {name: figures for name, figures in kinds.items() if figures is not None}
    rows = [["", *shown]]
    rows += [[TITLES[key], *(figure(of.summary[key]) for of in shown.values())] for key in TWELVE]
    tables = [_heading(evaluation), aligned(rows)]
    if chosen := evaluation.masks or evaluation.boxes:
        tables.append(aligned(_class_rows(evaluation, chosen)))
    if counts := evaluation.counts():
        tables.append(aligned([[name, str(value)] for name, value in asdict(counts).items()]))
    return "\n\n".join(tables) + "\n"


def instances_json(evaluation: InstanceEvaluation) -> str:
    """Return the evaluation as JSON text in ASCII; what is not defined is null.

    The twelve figures are those of masks, null where there are only boxes; ``boxes`` has those of boxes.
    """
    masks, boxes = evaluation.masks, evaluation.boxes
    document: dict[str, Any] = {
        "version": VERSION,
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
    if counts := evaluation.counts():
        document["objects"] = asdict(counts)
    return json.dumps(document, indent=1) + "\n"


def _heading(evaluation: InstanceEvaluation) -> str:
    images, objects, found = len(evaluation.images), len(evaluation.annotations), len(evaluation.results)
    return f"{images:,} images, {objects:,} objects in the truth, {found:,} predicted"


def _class_rows(evaluation: InstanceEvaluation, figures: CocoFigures) -> list[list[str]]:
    """Return a row for each class that the truth has."""
    defined = {c: values for c, values in figures.by_category.items() if not math.isnan(values[0])}
    rows = [[evaluation.categories[c], *map(figure, values)] for c, values in defined.items()]
    return [["class", "AP", "AP50"], *rows]


def _summary(figures: CocoFigures | None) -> dict[str, float | None]:
    return {key: None if figures is None else _null(figures.summary[key]) for key in TWELVE}


def _of_class(figures: CocoFigures | None, number: int) -> tuple[float | None, float | None]:
    if figures is None:
        return None, None
    ap, ap50 = figures.by_category[number]
    return _null(ap), _null(ap50)


def _null(value: float) -> float | None:
    return None if math.isnan(value) else value
