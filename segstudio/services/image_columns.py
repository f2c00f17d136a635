"""What can be said of one scored image in one number: the columns of the table of images, the axes of the scatter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.records import WorkState
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.core.wording import signed
from segstudio.metrics import METRICS, overlap
from segstudio.metrics.outlines import BOUNDARY, OUTLINE_TITLES, Outlines
from segstudio.metrics.overlap import Counts, FloatArray, Margins
from segstudio.services.records import Records
from segstudio.services.scores import DatasetScores

Rows: TypeAlias = NDArray[np.intp]
Source = Literal["scores", "both", "records", "outlines"]


class Kind(Enum):
    """What the numbers of a column are, and how they are to be shown."""

    SHARE = "share"
    """0..1."""
    DIFFERENCE = "difference"
    """-1..1."""
    PIXELS = "pixels"
    SECONDS = "seconds"
    STATE = "state"
    """The place in ``WorkState``."""


STATES = tuple(WorkState)


@dataclass(frozen=True, slots=True)
class Images:
    """What columns are made of: the scores of A and of B, None where there is no second, and the records.

    ``outlines`` are those measured so far, by sample id.
    """

    scores: DatasetScores
    other: DatasetScores | None
    records: Records
    outlines: Mapping[str, Outlines] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """``values`` of some rows of A's scores, float64 of shape (rows,), nan where not defined. ``group`` is for menus.

    ``source`` says what the values change with: A's scores, those of both, the records, or what is measured.
    """

    text: str
    tip: str
    kind: Kind
    group: str
    values: Callable[[Images, Rows], FloatArray]
    source: Source = "scores"


def columns(schema: LabelSchema, second: bool) -> dict[str, Column]:
    """Return the columns there are for a class table by key, those of B too where there is a ``second`` prediction."""
    found = _overall() | _of_work() | _of_outlines()
    if second:
        found |= _of_two()
    for key, metric in METRICS.items():
        for n, c in enumerate(schema.scored):
            title = metric.title[0].upper() + metric.title[1:]
            tip = f"{title} of {c.name} in each image"
            by_class = partial(_by_class, metric.by_class, n)
            found[f"{key}:{c.id}"] = Column(f"{title} {c.name}", tip, Kind.SHARE, f"{title} by class", by_class)
    for n, c in enumerate(schema.scored):
        found |= _parts(n, c)
    return found


def _overall() -> dict[str, Column]:
    of_means = {key: partial(_mean, METRICS[key].by_class) for key in ("iou", "dice")}
    share, pixels = Kind.SHARE, Kind.PIXELS
    return {
        "mean_iou": Column("mIoU", "Mean IoU over the classes of the image", share, "", of_means["iou"]),
        "mean_dice": Column("Mean Dice", "Mean Dice over the classes of the image", share, "", of_means["dice"]),
        "pixel_accuracy": Column("Pixel accuracy", "Part of the scored pixels that are right", share, "", _accuracy),
        "errors": Column("Errors", "Scored pixels that are wrong", pixels, "", _errors),
        "scored": Column("Scored", "Pixels whose truth is not ignored", pixels, "", _scored),
        "size": Column("Size", "All pixels of the image", pixels, "", _size),
    }


def _of_work() -> dict[str, Column]:
    state = partial(Column, source="records", group="")
    return {
        "state": state("State", "How far the work on the image is", Kind.STATE, values=_state),
        "seconds": state("Time", "Time worked on the image", Kind.SECONDS, values=_seconds),
    }


def _of_two() -> dict[str, Column]:
    mean_iou = partial(_mean, METRICS["iou"].by_class)
    of_b = partial(Column, group="A and B", source="both")
    return {
        "mean_iou_b": of_b("mIoU of B", "Mean IoU of the second prediction", Kind.SHARE, values=_of_other(mean_iou)),
        "accuracy_b": of_b("Accuracy of B", "Pixel accuracy of the second", Kind.SHARE, values=_of_other(_accuracy)),
        "difference": of_b(
            "mIoU A - B",
            "By how much the mean IoU of the first prediction is higher",
            Kind.DIFFERENCE,
            values=lambda images, rows: mean_iou(images, rows) - _of_other(mean_iou)(images, rows),
        ),
    }


def _of_outlines() -> dict[str, Column]:
    measured = partial(Column, kind=Kind.SHARE, group="Outlines", source="outlines")
    return {
        key: measured(
            f"Mean {OUTLINE_TITLES[key]}",
            f"Mean {OUTLINE_TITLES[key]} over the classes of the image; measured when the column is shown",
            values=partial(_mean_of_outlines, key),
        )
        for key in BOUNDARY
    }


def _parts(n: int, c: LabelClass) -> dict[str, Column]:
    def truth(images: Images, rows: Rows) -> FloatArray:
        margins = _margins(images, rows)
        return overlap.shares(margins.truth)[:, n]

    def wrong(images: Images, rows: Rows) -> FloatArray:
        margins = _margins(images, rows, slice(n, n + 1))
        return (margins.truth + margins.predicted - 2 * margins.intersection)[:, 0].astype(np.float64)

    share, pixels = "Share of class", "Errors by class"
    return {
        f"share:{c.id}": Column(f"{c.name} in truth", f"Part of the truth that is {c.name}", Kind.SHARE, share, truth),
        f"errors:{c.id}": Column(
            f"Errors {c.name}", f"Pixels wrongly taken for {c.name}, or for another class", Kind.PIXELS, pixels, wrong
        ),
    }


def _margins(images: Images, rows: Rows, classes: slice = slice(None)) -> Margins:
    assert images.scores.counts is not None
    return images.scores.counts.margins(rows, classes)


def _by_class(metric: Callable[[Counts], FloatArray], n: int, images: Images, rows: Rows) -> FloatArray:
    if metric is overlap.specificity:  # which needs the pixels of the others, too
        return metric(_margins(images, rows))[:, n]
    return metric(_margins(images, rows, slice(n, n + 1)))[:, 0]


def _mean(metric: Callable[[Counts], FloatArray], images: Images, rows: Rows) -> FloatArray:
    return overlap.means(metric(_margins(images, rows)))


def _accuracy(images: Images, rows: Rows) -> FloatArray:
    return overlap.pixel_accuracies(_margins(images, rows))


def _errors(images: Images, rows: Rows) -> FloatArray:
    margins = _margins(images, rows)
    wrong: FloatArray = (margins.truth - margins.intersection).sum(axis=1).astype(np.float64)
    return wrong


def _scored(images: Images, rows: Rows) -> FloatArray:
    scored: FloatArray = _margins(images, rows).truth.sum(axis=1).astype(np.float64)
    return scored


def _size(images: Images, rows: Rows) -> FloatArray:
    assert images.scores.counts is not None
    every: FloatArray = _scored(images, rows) + images.scores.counts.left_out(rows).sum(axis=1)
    return every


def _state(images: Images, rows: Rows) -> FloatArray:
    place = {state: float(n) for n, state in enumerate(STATES)}
    return _of_ids(images, rows, lambda sample_id: place[images.records.get(sample_id).state])


def _seconds(images: Images, rows: Rows) -> FloatArray:
    return _of_ids(images, rows, images.records.seconds)


def _mean_of_outlines(key: str, images: Images, rows: Rows) -> FloatArray:
    def mean(sample_id: str) -> float:
        found = images.outlines.get(sample_id)
        return np.nan if found is None else float(overlap.means(found.get(key)))

    return _of_ids(images, rows, mean)


def _of_ids(images: Images, rows: Rows, value: Callable[[str], float]) -> FloatArray:
    return np.array([value(images.scores.id_at(row)) for row in rows.tolist()], np.float64)


def _of_other(values: Callable[[Images, Rows], FloatArray]) -> Callable[[Images, Rows], FloatArray]:
    """Return a function of A's rows that asks B about the same images; nan for those that B has no score of."""

    def asked(images: Images, rows: Rows) -> FloatArray:
        found = np.full(len(rows), np.nan)
        if images.other is None or images.other.counts is None:
            return found
        there = [images.other.row(images.scores.id_at(row)) for row in rows.tolist()]
        known = [at for at, row in enumerate(there) if row is not None]
        of_b = np.array([row for row in there if row is not None], np.intp)
        found[known] = values(Images(images.other, None, images.records, {}), of_b)
        return found

    return asked


def spelled(kind: Kind, value: float) -> str:
    """Return a value as tables show it: per cent, signed per cent, pixels, seconds or a word; "-" where not defined."""
    if value != value:
        return "-"
    if kind is Kind.SHARE:
        return f"{100 * value:.1f}"
    if kind is Kind.DIFFERENCE:
        return signed(value)
    if kind is Kind.STATE:
        return STATES[int(value)].of_labels
    return f"{value:,.0f}"


def unit(kind: Kind) -> str:
    """Return the unit of a column's values as it is shown, "" where they have none."""
    return {Kind.SHARE: "%", Kind.DIFFERENCE: "%", Kind.PIXELS: "px", Kind.SECONDS: "s"}.get(kind, "")


def order_of(values: FloatArray, descending: bool, among: Sequence[int] | Rows) -> Rows:
    """Return the rows ``among`` by their values; those not defined come last either way, ties stay as they were."""
    rows = np.asarray(among, np.intp)
    keys = values[rows]
    return rows[np.argsort(-keys if descending else keys, kind="stable")]
