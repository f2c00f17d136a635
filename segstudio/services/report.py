"""An evaluation as tables to read."""

import math
from collections.abc import Sequence

from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import TITLES, Summary
from segstudio.services.evaluate import Evaluation

_SHOWN = ("iou", "dice", "precision", "recall")
"""The metrics that fit a terminal."""


def to_text(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return the table of classes and means, and the scores over all; with ``per_image`` the images, worst first."""
    parts = [heading(evaluation), _class_table(evaluation), _score_table(evaluation)]
    if evaluation.scoring.outlines.keys:
        parts.append(_outline_table(evaluation))
    if per_image:
        parts.append(_image_table(evaluation))
    return "\n\n".join(parts) + "\n"


def heading(evaluation: Evaluation) -> str:
    """Return how much was scored."""
    total, images = evaluation.total, len(evaluation.ids)
    heading = f"{images} {'image' if images == 1 else 'images'}, {total.pixels:,} pixels scored"
    return f"{heading}, {total.ignored:,} ignored" if total.ignored else heading


def _class_table(evaluation: Evaluation) -> str:
    total = evaluation.total
    values = [METRICS[key].by_class(total) for key in _SHOWN]
    pixels = overlap.truth_pixels(total)
    rows = [
        [c.name, *(figure(of_class[index]) for of_class in values), f"{pixels[index]:,}"]
        for index, c in enumerate(evaluation.schema.scored)
    ]
    means = [figure(overlap.mean(total, of_class, evaluation.without)) for of_class in values]
    titles = [METRICS[key].title for key in _SHOWN]
    return aligned([["class", *titles, "pixels"], *rows, [mean_title(evaluation), *means, f"{total.pixels:,}"]])


def mean_title(evaluation: Evaluation) -> str:
    """Return what the row of means is called: it says which classes they leave out."""
    left_out = [c.name for c in evaluation.schema.scored if c.id in evaluation.without]
    return f"mean without {', '.join(left_out)}" if left_out else "mean"


def _score_table(evaluation: Evaluation) -> str:
    scores = {key.replace("_", " "): score(evaluation.total) for key, score in SCORES.items()}
    outside = int(evaluation.total.counts[:, -1].sum())
    counted = [["predicted as no scored class", f"{outside:,} px"]] if outside else []
    return aligned([*([name, figure(score)] for name, score in scores.items()), *counted])


def _outline_table(evaluation: Evaluation) -> str:
    figures = evaluation.outline_figures()
    rows = [
        [c.name, *(outline_figure(found[index]) for found in figures.values())]
        for index, c in enumerate(evaluation.schema.scored)
    ]
    means = [outline_figure(evaluation.outline_mean(found)) for found in figures.values()]
    titles = ["class", *(TITLES[key] for key in figures)]
    table = aligned([titles, *rows, [mean_title(evaluation), *means]])
    return f"{table}\n\n{OUTLINE_NOTE}" if any("(" in cell for row in rows for cell in row) else table


def _image_table(evaluation: Evaluation) -> str:
    rows = [(i, evaluation.means(c), overlap.pixel_accuracy(c)) for i, c in evaluation.images()]
    rows.sort(key=lambda row: (math.isnan(row[1]["iou"]), row[1]["iou"]))
    shown = [[i, *(figure(means[key]) for key in ("iou", "dice")), figure(accuracy)] for i, means, accuracy in rows]
    return aligned([["image", "mean IoU", "mean Dice", "pixel accuracy"], *shown])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table: the first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def figure(value: float) -> str:
    """Return a value with four digits, a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.4f}"


OUTLINE_NOTE = "(+n inf): a mean of what is finite; in n more images the class is in one of the two masks alone."


def outline_figure(found: Summary) -> str:
    """Return a figure, and beside it how many were infinite and are left out of it."""
    return figure(found.value) + (f" (+{found.infinite} inf)" if found.infinite and math.isfinite(found.value) else "")
