"""Scores of groups of images as tables and as entries of JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from segstudio.core.records import SampleRecord
from segstudio.metrics import METRICS, overlap
from segstudio.services.evaluate import Evaluation
from segstudio.services.groups import Grouped, ImageGroup, group_images
from segstudio.services.score_files import class_entries, null
from segstudio.services.tables import Table, figure

UNNAMED = {"folder": "(the folder itself)", "tag": "(no tag)"}
"""What a group without a name is called."""


def groups_by(evaluation: Evaluation, ways: Sequence[str], records: Mapping[str, SampleRecord]) -> list[Grouped]:
    """Return the groups of the images scored, of each of some ``WAYS``."""
    images, labels = list(evaluation.images()), evaluation.total.labels
    return [found for way in dict.fromkeys(ways) for found in group_images(images, way, labels, records)]


def group_tables(evaluation: Evaluation, grouped: Sequence[Grouped]) -> list[Table]:
    """Return a table for each way; groups by share are of the images' scores of that class alone."""
    ways = [found for found in grouped if found.class_id is None]
    tables = [_way_table(evaluation, found) for found in ways]
    shares = [found for found in grouped if found.class_id is not None]
    return [*tables, _share_table(evaluation, shares)] if shares else tables


def group_entries(evaluation: Evaluation, grouped: Sequence[Grouped]) -> list[dict[str, Any]]:
    """Return each group with all that is scored of it; ``class`` is the id that groups by share are of."""
    return [
        {"by": found.way, "class": found.class_id, "name": group.name, "images": len(group.ids)}
        | {"pixels": group.total.pixels, "ids": list(group.ids)}
        | {"mean": {key: null(value) for key, value in evaluation.means(group.total).items()}}
        | {"pixel_accuracy": null(overlap.pixel_accuracy(group.total))}
        | {"classes": class_entries(evaluation.schema, group.total)}
        for found in grouped
        for group in found.groups
    ]


def _way_table(evaluation: Evaluation, found: Grouped) -> Table:
    heads = ["group", "images", "pixels", *(f"mean {metric.title}" for metric in METRICS.values()), "pixel accuracy"]
    return Table(f"By {found.way}", heads, [_row(evaluation, found.way, group) for group in found.groups])


def _row(evaluation: Evaluation, way: str, group: ImageGroup) -> list[str]:
    total = group.total
    means = (overlap.mean(total, metric.by_class(total), evaluation.without) for metric in METRICS.values())
    name = group.name or UNNAMED.get(way, "")
    scores = map(figure, (*means, overlap.pixel_accuracy(total)))
    return [name, str(len(group.ids)), f"{total.pixels:,}", *scores]


def _share_table(evaluation: Evaluation, shares: Sequence[Grouped]) -> Table:
    names = {c.id: c.name for c in evaluation.schema.scored}
    rows = []
    for found in shares:
        for group in found.groups:
            at = group.total.labels.index(found.class_id)
            values = (float(metric.by_class(group.total)[at]) for metric in METRICS.values())
            name = f"{names[group.total.labels[at]]}, {group.name}"
            rows.append([name, str(len(group.ids)), *map(figure, values)])
    heads = ["class, part of the image's pixels", "images", *(metric.title for metric in METRICS.values())]
    return Table("By how much of an image a class takes", heads, rows)
