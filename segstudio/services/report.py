"""An evaluation as tables to read."""

import math
from collections.abc import Mapping, Sequence

from segstudio import __version__
from segstudio.core.wording import counted
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics.outlines import OUTLINE_TITLES, Summary
from segstudio.services.evaluate import Evaluation
from segstudio.services.tables import Table, figure, laid_out

_SHORT = ("iou", "dice", "precision", "recall")
"""The metrics that fit a terminal."""

SCORE_TITLES = {
    "pixel_accuracy": "pixel accuracy",
    "frequency_weighted_iou": "frequency-weighted IoU",
    "kappa": "Cohen's kappa",
    "mcc": "MCC",
}
"""What the scores over all classes are called."""


def tables(
    evaluation: Evaluation,
    per_image: bool = False,
    more: Sequence[Table] = (),
    metrics: tuple[str, ...] = tuple(METRICS),
) -> list[Table]:
    """Return the table of classes and means, the scores over all, and ``more``.

    With ``per_image`` the images come last, worst first.
    """
    found = [class_table(evaluation, metrics), score_table(evaluation)]
    if evaluation.scoring.outlines.keys:
        found.append(outline_table(evaluation))
    return [*found, *more, *([image_table(evaluation)] if per_image else ())]


def to_text(evaluation: Evaluation, per_image: bool = False, more: Sequence[Table] = ()) -> str:
    """Return the tables as a terminal has room for; ``more`` have their titles."""
    shown = [*tables(evaluation, metrics=_SHORT), *more, *([image_table(evaluation)] if per_image else ())]
    titled = (f"{table.title}\n{laid_out(table)}" if table in more else laid_out(table) for table in shown)
    return "\n\n".join([heading(evaluation), *titled]) + "\n"


def heading(evaluation: Evaluation) -> str:
    """Return how much was scored."""
    total, images = evaluation.total, len(evaluation.ids)
    heading = f"{counted(images, 'image')}, {total.pixels:,} pixels scored"
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
    means = [figure(evaluation.mean(of_class)) for of_class in values]
    titles = [METRICS[key].title for key in metrics]
    rows.append([mean_title(evaluation), *means, f"{total.pixels:,}"])
    return Table("Classes", ["class", *titles, "pixels"], rows, last=True)


def mean_title(evaluation: Evaluation) -> str:
    """Return what the row of means is called: it says which classes they leave out."""
    left_out = [c.name for c in evaluation.schema.scored if c.id in evaluation.without]
    return f"mean without {', '.join(left_out)}" if left_out else "mean"


def score_table(evaluation: Evaluation) -> Table:
    """Return the scores that are of all classes together."""
    scores = {SCORE_TITLES[key]: score(evaluation.total) for key, score in SCORES.items()}
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
    notes = (OUTLINE_NOTE,) if any("(" in cell for row in rows for cell in row) else ()
    heads = ["class", *(OUTLINE_TITLES[key] for key in figures)]
    return Table("Outlines", heads, [*rows, [mean_title(evaluation), *means]], notes, last=True)


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


def report_settings(evaluation: Evaluation, sides: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what figures depend on, as names and values; ``sides`` names what was compared.

    No date and no machine: the same files and settings give the same report.
    """
    schema, asked = evaluation.schema, evaluation.scoring
    ignored = ", ".join(f"{c.id} {c.name}" for c in schema.classes if c.ignore) or "none"
    left_out = ", ".join(c.name for c in schema.scored if c.id in evaluation.without) or "none"
    found = [
        *sides.items(),
        ("scored classes", ", ".join(f"{c.id} {c.name}" for c in schema.scored)),
        ("ignored values of the truth", ignored),
        ("classes left out of means", left_out),
        ("predictions of another size", "resized to the nearest pixel" if evaluation.resized else "not scored"),
    ]
    outlines = asked.outlines
    if outlines.surface is not None:
        spacing = f"{outlines.spacing[0]:g} x {outlines.spacing[1]:g}"
        found.append(("surfaces", f"{outlines.surface}, pixels of {spacing}, tolerance {outlines.tolerance:g}"))
    return [*found, ("segstudio", __version__)]
