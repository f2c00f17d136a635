"""The same predictions scored as other tools would: one table, and a sentence on what each does otherwise."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segstudio.core.schema import LabelSchema
from segstudio.metrics import conventions as by
from segstudio.metrics.conventions import Counted, Figures, SurfaceFigures
from segstudio.metrics.outlines import NO_OUTLINES, Outlines
from segstudio.metrics.surface import Convention
from segstudio.services.documents import json_text, null
from segstudio.services.evaluate import ScoredStep, evaluate
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import Pair, Scoring
from segstudio.services.tables import Table, figure

FIGURE_TITLES = {
    "iou": "mean IoU", "dice": "mean Dice", "accuracy": "pixel accuracy", "pq": "PQ", "hd95": "HD95", "nsd": "NSD",
}  # fmt: skip
"""The fields of ``Figures``, in the order shown."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the conventions are restated from; distances None where they were not asked for.

    ``own`` are measured with ignored pixels masked, ``edges`` and ``lattice`` with nothing masked.
    """

    counted: Counted
    own: SurfaceFigures | None = None
    edges: SurfaceFigures | None = None
    lattice: SurfaceFigures | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What one tool reports, and in a sentence or two how it comes to that."""

    tool: str
    figures: Figures
    why: str


_ROWS: tuple[tuple[str, Callable[[Measured], Figures], str], ...] = (
    (
        "segstudio",
        lambda m: by.segstudio(m.counted, m.own),
        "Counts of all images are added. A class in neither truth nor prediction is left out of means; what is "
        "predicted as no scored class is an error of the true class; pixels whose truth is ignored count nowhere.",
    ),
    (
        "segstudio, mean over images",
        lambda m: by.over_images(m.counted),
        "Each image is scored by itself, then the images are averaged: a class that is in few images weighs by how "
        "many it is in, not by its pixels.",
    ),
    (
        "Cityscapes scripts",
        lambda m: by.cityscapes(m.counted),
        "As segstudio: counts are added, ignored pixels are taken out, 0 / 0 is nan and left out of the mean.",
    ),
    (
        "mmsegmentation",
        lambda m: by.mmseg(m.counted),
        "As segstudio, but areas are 32-bit floats: exact to 16,777,216 pixels of a class, rounded beyond.",
    ),
    (
        "torchmetrics JaccardIndex",
        lambda m: by.torchmetrics_jaccard(m.counted),
        "Macro average with ignore_index: as segstudio. By class, one in neither reads 0 and not nan, so that "
        "averaging its per-class values by hand gives less; a predicted value without class is refused.",
    ),
    (
        "torchmetrics segmentation",
        lambda m: by.torchmetrics_segmentation(m.counted),
        "MeanIoU and DiceScore ignore nothing: an ignored class is scored like the others. IoU is averaged over all "
        "pairs of an image and a class in it, Dice over the classes of each image and then over images.",
    ),
    (
        "MONAI",
        lambda m: by.monai(m.counted, m.edges),
        "Averages the classes of each image, then images. A class that an image's truth does not have is left out "
        "there, also where it is predicted. Channels are made of the scored classes, so that what is predicted on "
        "ignored pixels is false. HD95 is nan where one mask is empty, so missed objects do not raise it.",
    ),
    (
        "surface-distance (DeepMind)",
        lambda m: by.deepmind(m.counted, m.lattice),
        "Scores two masks and ignores nothing; the mean over images and classes is the caller's. Surfaces lie on the "
        "corners between pixels and are weighted by their length, and HD95 is not interpolated.",
    ),
    (
        "scikit-learn",
        lambda m: by.sklearn(m.counted),
        "Sees the pixels of all images in a row, from which its caller takes the ignored ones. With the classes "
        "given by labels=, one in neither counts as 0 (zero_division), which lowers the mean.",
    ),
    (
        "COCO panoptic",
        lambda m: by.coco_panoptic(m.counted),
        "Counts segments, here all of a class in an image, not pixels: one of IoU 0.5 or less is missed and false, "
        "however large; the mean IoU of the others is weighed with them. What is mostly on void is not false.",
    ),
)  # fmt: skip


def restated(measured: Measured) -> list[Row]:
    """Return what each tool reports, this program first."""
    return [Row(tool, score(measured), why) for tool, score, why in _ROWS]


def table(rows: Sequence[Row]) -> Table:
    """Return the figures that any of the tools has; a dash where one is not defined, nothing where it has none."""
    keys = [key for key in FIGURE_TITLES if any(getattr(row.figures, key) is not None for row in rows)]
    shown = [[row.tool, *(_cell(getattr(row.figures, key)) for key in keys)] for row in rows]
    whys = [f"{row.tool}: {row.why}" for row in rows]
    return Table(
        "The same predictions as other tools score them", ["tool", *(FIGURE_TITLES[key] for key in keys)], shown, whys
    )


def entries(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows as entries of JSON: null is not defined, and what a tool does not have is left out."""
    return [
        {"tool": row.tool, "why": row.why}
        | {key: null(value) for key in FIGURE_TITLES if (value := getattr(row.figures, key)) is not None}
        for row in rows
    ]


def entries_text(rows: Sequence[Row]) -> str:
    """Return the rows as JSON text in ASCII."""
    return json_text({"conventions": entries(rows)})


def _cell(value: float | None) -> str:
    return "" if value is None else figure(value)


def measure(
    pairs: Sequence[Pair], schema: LabelSchema, scoring: Scoring, root: Path
) -> Generator[ScoredStep | Measured, None, None]:
    """Score pairs in all the ways that conventions need: a step a pair and way, then what was measured, if anything.

    Distances are measured where ``scoring`` asks for surfaces, whatever its convention: of the three ways two differ
    from it. ``root`` is where scores are kept. Steps are without their scores, and with an
    error where there is one.
    """
    opened = LabelSchema(tuple(replace(c, ignore=False) for c in schema.classes))
    asked = scoring.outlines
    ways: list[tuple[LabelSchema, Convention | None]] = [(opened, None)]
    if asked.surface is not None:
        ways += [(schema, "edges"), (opened, "edges"), (opened, "lattice")]
    ignored = np.array([c.ignore for c in schema.classes])
    counted: list[Counted] = []
    outlines: list[dict[str, Outlines]] = [{} for _ in ways]
    for at, (classes, surface) in enumerate(ways):
        settings = NO_OUTLINES if surface is None else replace(asked, boundary=False, surface=surface)
        way = replace(scoring, outlines=settings)
        for step in evaluate(pairs, classes, way, ScoreCache(root, classes, way)):
            yield replace(step, done=step.done + at * len(pairs), total=len(ways) * len(pairs), score=None)
            if at == 0 and step.confusion is not None:
                counted.append(Counted.of(step.confusion, ignored))
            if step.score is not None and step.score.outlines is not None:
                outlines[at][step.id] = step.score.outlines
    if counted:
        kept = ~ignored
        distances = (_distances(list(found.values()), kept) for found in outlines[1:])
        yield Measured(Counted.together(counted), *distances)


def _distances(images: Sequence[Outlines], scored: NDArray[np.bool_]) -> SurfaceFigures:
    """Return the distances of images, of the classes that are scored."""
    hd95, nsd = (np.stack([image.get(key) for image in images]) for key in ("hd95", "nsd"))
    if hd95.shape[1] == len(scored):  # ignored classes were measured too
        hd95, nsd = hd95[:, scored], nsd[:, scored]
    return SurfaceFigures(hd95, nsd)
