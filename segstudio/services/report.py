"""An evaluation as tables to read."""

import math
from collections.abc import Sequence

from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.services.evaluate import Evaluation

_SHOWN = ("iou", "dice", "precision", "recall")
"""The metrics that fit a terminal."""


def to_text(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return the table of classes and means, and the scores over all; with ``per_image`` the images, worst first."""
    parts = [_heading(evaluation), _class_table(evaluation), _score_table(evaluation)]
    if per_image:
        parts.append(_image_table(evaluation))
    return "\n\n".join(parts) + "\n"


def _heading(evaluation: Evaluation) -> str:
    total, images = evaluation.total, len(evaluation.ids)
    heading = f"{images} {'image' if images == 1 else 'images'}, {total.pixels:,} pixels scored"
    return f"{heading}, {total.ignored:,} ignored" if total.ignored else heading


def _class_table(evaluation: Evaluation) -> str:
    total = evaluation.total
    values = [METRICS[key].by_class(total) for key in _SHOWN]
    pixels = overlap.truth_pixels(total)
    rows = [
        [c.name, *(_figure(of_class[index]) for of_class in values), f"{pixels[index]:,}"]
        for index, c in enumerate(evaluation.schema.scored)
    ]
    means = [_figure(overlap.mean(total, of_class, evaluation.without)) for of_class in values]
    titles = [METRICS[key].title for key in _SHOWN]
    return _aligned([["class", *titles, "pixels"], *rows, [_mean_title(evaluation), *means, f"{total.pixels:,}"]])


def _mean_title(evaluation: Evaluation) -> str:
    left_out = [c.name for c in evaluation.schema.scored if c.id in evaluation.without]
    return f"mean without {', '.join(left_out)}" if left_out else "mean"


def _score_table(evaluation: Evaluation) -> str:
    scores = {key.replace("_", " "): score(evaluation.total) for key, score in SCORES.items()}
    outside = int(evaluation.total.counts[:, -1].sum())
    counted = [["predicted as no scored class", f"{outside:,} px"]] if outside else []
    return _aligned([*([name, _figure(score)] for name, score in scores.items()), *counted])


def _image_table(evaluation: Evaluation) -> str:
    rows = [(i, evaluation.means(c), overlap.pixel_accuracy(c)) for i, c in evaluation.images()]
    rows.sort(key=lambda row: (math.isnan(row[1]["iou"]), row[1]["iou"]))
    shown = [[i, *(_figure(means[key]) for key in ("iou", "dice")), _figure(accuracy)] for i, means, accuracy in rows]
    return _aligned([["image", "mean IoU", "mean Dice", "pixel accuracy"], *shown])


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table: the first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _figure(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4f}"
