"""Scores of groups of images as tables and as entries of JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from segstudio.core.records import SampleRecord
from segstudio.metrics import METRICS, overlap
from segstudio.services.documents import null, nulls
from segstudio.services.evaluate import Evaluation
from segstudio.services.groups import Grouped, ImageGroup, group_images
from segstudio.services.score_files import class_entries
from segstudio.services.tables import Table, figure

UNNAMED = {"folder": "(the folder itself)", "tag": "(no tag)"}
"""What a group without a name is called."""


def groups_by(evaluation: Evaluation, ways: Sequence[str], records: Mapping[str, SampleRecord]) -> list[Grouped]:
    """Return the groups of the images scored, of each of some ``WAYS``."""
    return [found for way in dict.fromkeys(ways) for found in group_images(evaluation.scores, way, records)]


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
        | {"pixels": group.pixels, "ids": list(group.ids)}
        | {"mean": nulls(evaluation.means(group.total))}
        | {"pixel_accuracy": null(float(overlap.pixel_accuracies(group.total)))}
        | {"classes": class_entries(evaluation.schema, group.total)}
        for found in grouped
        for group in found.groups
    ]


def _way_table(evaluation: Evaluation, found: Grouped) -> Table:
    heads = ["group", "images", "pixels", *(f"mean {metric.title}" for metric in METRICS.values()), "pixel accuracy"]
    return Table(f"By {found.way}", heads, [_row(evaluation, found.way, group) for group in found.groups])


def _row(evaluation: Evaluation, way: str, group: ImageGroup) -> list[str]:
    means = (evaluation.mean(metric.by_class(group.total)) for metric in METRICS.values())
    name = group.name or UNNAMED.get(way, "")
    scores = map(figure, (*means, float(overlap.pixel_accuracies(group.total))))
    return [name, str(len(group.ids)), f"{group.pixels:,}", *scores]


def _share_table(evaluation: Evaluation, shares: Sequence[Grouped]) -> Table:
    places = {c.id: (at, c.name) for at, c in enumerate(evaluation.schema.scored)}
    rows = []
    left = [name for label, (_, name) in places.items() if all(s.class_id != label or not s.groups for s in shares)]
    for found in shares:
        assert found.class_id is not None
        at, of = places[found.class_id]
        for group in found.groups:
            values = (float(metric.by_class(group.total)[at]) for metric in METRICS.values())
            name = f"{of}, {group.name}"
            rows.append([name, str(len(group.ids)), *map(figure, values)])
    heads = ["class, part of the image's pixels", "images", *(metric.title for metric in METRICS.values())]
    notes = [f"Left out, since no two ranges can be compared: {', '.join(left)}."] if left else []
    return Table("By how much of an image a class takes", heads, rows, notes)
