"""An evaluation as tables to read."""

import math

from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import TITLES, Summary
from segstudio.services.evaluate import Evaluation
from segstudio.services.tables import Table, figure, laid_out

_SHORT = ("iou", "dice", "precision", "recall")
"""The metrics that fit a terminal."""


def tables(evaluation: Evaluation, per_image: bool = False, metrics: tuple[str, ...] = tuple(METRICS)) -> list[Table]:
    """Return the table of classes and means, and the scores over all; with ``per_image`` the images, worst first."""
    found = [class_table(evaluation, metrics), score_table(evaluation)]
    if evaluation.scoring.outlines.keys:
        found.append(outline_table(evaluation))
    return [*found, image_table(evaluation)] if per_image else found


def to_text(evaluation: Evaluation, per_image: bool = False) -> str:
    """Return the tables as a terminal has room for."""
    shown = tables(evaluation, per_image, _SHORT)
    return "\n\n".join([heading(evaluation), *map(laid_out, shown)]) + "\n"


def heading(evaluation: Evaluation) -> str:
    """Return how much was scored."""
    total, images = evaluation.total, len(evaluation.ids)
    heading = f"{images} {'image' if images == 1 else 'images'}, {total.pixels:,} pixels scored"
    return f"{heading}, {total.ignored:,} ignored" if total.ignored else heading


def class_table(evaluation: Evaluation, metrics: tuple[str, ...] = tuple(METRICS)) -> Table:
    """Return the scores of each class, and their means."""
    total = evaluation.total
    values = [METRICS[key].by_class(total) for key in metrics]
    pixels = overlap.truth_pixels(total)
    rows = [
        [c.name, *(figure(of_class[index]) for of_class in values), f"{pixels[index]:,}"]
        for index, c in enumerate(evaluation.schema.scored)
    ]
    means = [figure(overlap.mean(total, of_class, evaluation.without)) for of_class in values]
    titles = [METRICS[key].title for key in metrics]
    rows.append([mean_title(evaluation), *means, f"{total.pixels:,}"])
    return Table("Classes", ["class", *titles, "pixels"], rows, last=True)


def mean_title(evaluation: Evaluation) -> str:
    """Return what the row of means is called: it says which classes they leave out."""
    left_out = [c.name for c in evaluation.schema.scored if c.id in evaluation.without]
    return f"mean without {', '.join(left_out)}" if left_out else "mean"


def score_table(evaluation: Evaluation) -> Table:
    """Return the scores that are of all classes together."""
    scores = {key.replace("_", " "): score(evaluation.total) for key, score in SCORES.items()}
    outside = int(evaluation.total.counts[:, -1].sum())
    counted = [["predicted as no scored class", f"{outside:,} px"]] if outside else []
    return Table("Over all", ["", ""], [*([name, figure(score)] for name, score in scores.items()), *counted])


def outline_table(evaluation: Evaluation) -> Table:
    """Return what was measured of outlines, by class."""
    figures = evaluation.outline_figures()
    rows = [
        [c.name, *(outline_figure(found[index]) for found in figures.values())]
        for index, c in enumerate(evaluation.schema.scored)
    ]
    means = [outline_figure(evaluation.outline_mean(found)) for found in figures.values()]
    note = OUTLINE_NOTE if any("(" in cell for row in rows for cell in row) else ""
    heads = ["class", *(TITLES[key] for key in figures)]
    return Table("Outlines", heads, [*rows, [mean_title(evaluation), *means]], note, last=True)


def image_table(evaluation: Evaluation) -> Table:
    """Return the images, those of the lowest mean IoU first."""
    rows = [(i, evaluation.means(c), overlap.pixel_accuracy(c)) for i, c in evaluation.images()]
    rows.sort(key=lambda row: (math.isnan(row[1]["iou"]), row[1]["iou"]))
    shown = [[i, *(figure(means[key]) for key in ("iou", "dice")), figure(accuracy)] for i, means, accuracy in rows]
    return Table("Images, worst first", ["image", "mean IoU", "mean Dice", "pixel accuracy"], shown)


OUTLINE_NOTE = "(+n inf): a mean of what is finite; in n more images the class is in one of the two masks alone."


def outline_figure(found: Summary) -> str:
    """Return a figure, and beside it how many were infinite and are left out of it."""
    return figure(found.value) + (f" (+{found.infinite} inf)" if found.infinite and math.isfinite(found.value) else "")
