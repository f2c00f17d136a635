"""Two models against each other as text, JSON and CSV."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelSchema
from segstudio.metrics import METRICS
from segstudio.metrics.agreement import Agreement, mean_dice
from segstudio.metrics.comparison import DRAWS, LEVEL, Difference, Estimate
from segstudio.metrics.overlap import means
from segstudio.services.contest import BOUT_TITLES, Bout, Lead
from segstudio.services.documents import csv_text, json_text, null
from segstudio.services.tables import Table, figure, laid_out, signed

NO_TRUTH = "There is no truth: this says how much the two agree, not which of them is right."
_SHORT = ("iou",)
"""The metrics that a terminal has room for by class."""

MOST_IMAGES = 5
"""Images that the text names for either side."""


@dataclass(slots=True, eq=False)
class Contest:
    """What was found of two models, or annotators, named ``first`` and ``second``.

    ``bouts`` and ``leads``, of mean IoU, are of both against a truth; without one there are none. ``agreement`` is
    of the two with each other, None where that was not asked for. ``failures`` are images that one of them could not
    be scored in.
    """

    first: str
    second: str
    schema: LabelSchema
    agreement: Agreement | None = None
    bouts: list[Bout] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    failures: Mapping[str, SegstudioError] = field(default_factory=dict)


def tables(found: Contest, by_class: Collection[str] = tuple(METRICS)) -> list[Table]:
    """Return a table for each way of counting, images where one is ahead, and the agreement of the two.

    ``by_class`` are the metrics that are shown of each class, and not as a mean alone.
    """
    bouts = [bout for bout in found.bouts if bout.class_id is None or bout.metric in by_class]
    shown = [*_bout_tables(bouts), *_lead_tables(found.leads)] if bouts else []
    agreed = found.agreement
    return [*shown, *([agreement_table(agreed, found.schema)] if agreed is not None else ())]


def to_text(found: Contest) -> str:
    """Return the tables as text; the first lines say who A and B are."""
    head = f"A: {found.first}\nB: {found.second}"
    if not found.bouts:
        head += f"\n{NO_TRUTH}"
    shown = tables(found, _SHORT)
    return "\n\n".join([head, *(f"{table.title}\n{laid_out(table)}" for table in shown)]) + "\n"


def to_json(found: Contest) -> str:
    """Return all that was found as JSON text in ASCII; what is not defined is null."""
    document: dict[str, Any] = {
        "task": "comparison",
        "first": found.first,
        "second": found.second,
        "level": LEVEL,
        "draws": DRAWS,
        "scores": [
            {"metric": bout.metric, "id": bout.class_id, "name": bout.name}
            | {"over_counts": _entry(bout.found.over_counts), "over_images": _entry(bout.found.over_images)}
            for bout in found.bouts
        ],
        "images": [{"id": m.id, "first": m.first, "second": m.second, "difference": m.by} for m in found.leads],
        "agreement": None if found.agreement is None else _agreement_entry(found.agreement, found.schema),
        "failures": [{"id": i, "error": error.sentence()} for i, error in sorted(found.failures.items())],
    }
    return json_text(document)


def to_csv(found: Contest) -> str:
    """Return a row for each score and way of counting; what is not defined is empty."""
    names = [f"{side}{part}" for side in ("first", "second", "difference") for part in ("", "_low", "_high")]
    rows: list[list[object]] = [["over", "metric", "id", "name", *names, "p", "exact", "images"]]
    for over, bout, way in _ways(found.bouts):
        values = [v for e in (way.first, way.second, way.difference) for v in (e.value, e.low, e.high)]
        rows.append([over, bout.metric, bout.class_id, bout.name, *values, way.p, way.exact, way.images])
    return csv_text(rows)


def agreement_table(agreed: Agreement, schema: LabelSchema) -> Table:
    """Return how much two raters agree, by class and over all."""
    classes = zip(schema.scored, agreed.dice, agreed.iou, strict=True)
    rows = [[c.name, figure(dice), figure(iou)] for c, dice, iou in classes]
    rows.append(["mean", figure(mean_dice(agreed)), figure(float(means(agreed.iou)))])
    note = (
        f"Of {agreed.pixels:,} pixels that both labelled, {figure(agreed.observed)} are labelled alike; "
        f"Cohen's kappa is {figure(agreed.kappa)}."
    )
    return Table("Agreement of A and B", ["class", "Dice", "IoU"], rows, (note,), last=True)


def interval(estimate: Estimate) -> str:
    """Return an estimate and its interval, signed as a difference is."""
    return f"{signed(estimate.value)} [{signed(estimate.low)}, {signed(estimate.high)}]"


def _bout_tables(bouts: Sequence[Bout]) -> list[Table]:
    titles = {"counts": "Over the summed counts of all images", "images": "Means over images"}
    heads = ["score", "A", "B", f"A - B [{100 * LEVEL:g} % interval]", "p", "images"]
    rows: dict[str, list[list[str]]] = {over: [] for over in titles}
    for over, bout, way in _ways(bouts):
        name = f"{bout.name} {BOUT_TITLES[bout.metric]}" if bout.class_id is None else f"  {bout.name}"
        cells = [figure(way.first.value), figure(way.second.value), interval(way.difference), _chance(way)]
        rows[over].append([name, *cells, f"{way.images}"])
    note = "Each p is of one test by itself: of twenty, one is below 0.05 by chance alone."
    return [Table(title, heads, rows[over], (note,) if over == "images" else ()) for over, title in titles.items()]


def _lead_tables(leads: Sequence[Lead]) -> list[Table]:
    ahead = {
        "A is ahead of B most in": [m for m in leads if m.by > 0][:MOST_IMAGES],
        "B is ahead of A most in": [m for m in reversed(leads) if m.by < 0][:MOST_IMAGES],
    }
    heads = ["image", "A", "B", "A - B"]
    return [
        Table(title, heads, [[m.id, figure(m.first), figure(m.second), signed(m.by)] for m in images])
        for title, images in ahead.items()
        if images
    ]


def _ways(bouts: Sequence[Bout]) -> Iterator[tuple[str, Bout, Difference]]:
    for over in ("counts", "images"):
        for bout in bouts:
            yield over, bout, bout.found.over_counts if over == "counts" else bout.found.over_images


def _chance(way: Difference) -> str:
    return "-" if math.isnan(way.p) else f"{way.p:.4f}"


def _agreement_entry(agreed: Agreement, schema: LabelSchema) -> dict[str, Any]:
    classes = zip(schema.scored, agreed.dice, agreed.iou, strict=True)
    return {
        "pixels": agreed.pixels,
        "observed": null(agreed.observed),
        "kappa": null(agreed.kappa),
        "mean_dice": null(mean_dice(agreed)),
        "classes": [{"id": c.id, "name": c.name, "dice": null(d), "iou": null(i)} for c, d, i in classes],
    }


def _entry(way: Difference) -> dict[str, Any]:
    sides = {"first": way.first, "second": way.second, "difference": way.difference}
    estimates = {name: {"value": null(e.value), "low": null(e.low), "high": null(e.high)} for name, e in sides.items()}
    return estimates | {"p": null(way.p), "exact": way.exact, "images": way.images}
