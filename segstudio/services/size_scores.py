"""How much is found of small and of large areas of each class, over a data set."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from segstudio import __version__
from segstudio.core.schema import LabelSchema
from segstudio.metrics.by_size import COCO_SIZES, SizeCounts, sizes_by_class
from segstudio.services.content_cache import ContentCache
from segstudio.services.documents import null
from segstudio.services.each_pair import Computation, PairStep, both_masks, each_pair
from segstudio.services.scoring import Pair, read_pair
from segstudio.services.tables import Table, figure

NAMES = ("small", "medium", "large")
"""What COCO calls areas below 32 x 32 pixels, below 96 x 96, and from there on."""


def read_sizes(pairs: Sequence[Pair], schema: LabelSchema, root: Path) -> Generator[PairStep[SizeCounts], None, None]:
    """Count the areas of each pair, one step each; ``root`` is where counts are kept."""
    labels = [c.id for c in schema.scored]
    shape = (3, len(labels), len(COCO_SIZES) + 1)

    def counted(pair: Pair) -> SizeCounts:
        truth, predicted, _ = read_pair(pair, schema)
        return sizes_by_class(truth, predicted, labels)

    def unpacked(packed: bytes) -> SizeCounts | None:
        if len(packed) != 8 * np.prod(shape):
            return None
        return SizeCounts(*np.frombuffer(packed, "<i8").reshape(shape).astype(np.int64))

    what = Computation(both_masks, counted, _packed, unpacked)
    return each_pair(pairs, what, ContentCache(root, "sizes", f"{__version__} {schema!r}"))


def size_table(counts: SizeCounts, schema: LabelSchema) -> Table:
    """Return the recall of each class by the size of its areas, and how many areas there are."""
    heads = ["class", *(f"{part} {name}" for name in NAMES for part in ("recall", "areas"))]
    rows = []
    for place, c in enumerate(schema.scored):
        cells = zip(counts.recall[place].tolist(), counts.areas[place].tolist(), strict=True)
        rows.append([c.name, *(text for recall, areas in cells for text in (figure(recall), f"{areas:,}"))])
    note = "What is wrongly predicted is of no area of the truth, so that by size there is recall alone."
    return Table("By the size of an area of the truth", heads, rows, (note,))


def size_entries(counts: SizeCounts, schema: LabelSchema) -> list[dict[str, Any]]:
    """Return the counts as entries of JSON; ``from`` is the least area in pixels of a range."""
    starts = (0, *COCO_SIZES)
    return [
        {
            "id": c.id,
            "name": c.name,
            "ranges": [
                {
                    "name": NAMES[at],
                    "from": starts[at],
                    "areas": int(counts.areas[place, at]),
                    "pixels": int(counts.pixels[place, at]),
                    "found": int(counts.found[place, at]),
                    "recall": null(float(counts.recall[place, at])),
                }
                for at in range(len(starts))
            ],
        }
        for place, c in enumerate(schema.scored)
    ]


def _packed(found: SizeCounts) -> bytes:
    return np.stack((found.areas, found.pixels, found.found)).astype("<i8").tobytes()
