"""What it takes to keep the counts of a comparison exact while one paints, an event at a time."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from segstudio.core.confusion import PairCounter
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing import shapes
from segstudio.editing.document import Document
from segstudio.services.compare import LiveComparison
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import texture

EDGES, RADII = (2048, 16384), (10, 50, 200)
TARGETS_MS = {10: 0.2, 50: 0.2, 200: 1.0}
EVENTS, STRIDE = 200, 6
"""Moves of a stroke, and pixels between two: a quick hand, 125 times a second."""
CLASSES = 12
SCHEMA = LabelSchema(tuple(LabelClass(i, f"class {i}", (i, i, i)) for i in range(CLASSES)))


def measure(
    folder: Path, edges: Sequence[int] = EDGES, radii: Sequence[int] = RADII, events: int = EVENTS
) -> Iterator[Row]:
    """Paint on a truth that is compared, and on its like that is not: what an event takes longer is the counting."""
    for edge in edges:
        truth, said = labels(edge, 0), labels(edge, edge // 16)
        for radius in radii:
            count = PairCounter(SCHEMA).count
            alone, compared = Document(truth.copy()), Document(truth.copy())
            comparison = LiveComparison(compared, said, SCHEMA, count(truth, said))
            bare = paint(alone, radius, events, None)
            more = np.subtract(paint(compared, radius, events, comparison), bare).clip(0).tolist()
            np.testing.assert_array_equal(comparison.confusion.counts, count(compared.labels, said).counts)
            comparison.close()
            what = f"live: {edge}, r {radius}, counting an event (peer: painting it)"
            yield Row(what, more, TARGETS_MS.get(radius), peer=bare)


def labels(edge: int, shift: int) -> LabelPlane:
    """Return smooth areas of all classes."""
    gray = texture(np.random.default_rng(edge), edge)[..., 0]
    return np.roll((gray.astype(np.uint16) * CLASSES // 256).astype(np.uint8), shift, axis=1)


def paint(document: Document, radius: int, events: int, comparison: LiveComparison | None) -> list[float]:
    """Paint one stroke; return the milliseconds of each event, the counts read after it."""
    times, size = [], document.labels.shape
    middle = size[0] / 2
    last = (radius, middle)
    stroke = document.begin("Brush stroke")
    for event in range(events):
        here = ((radius + STRIDE * event) % (size[1] - 2 * radius) + radius, middle + 20 * np.sin(event / 9))
        began = time.thread_time()
        for placed in shapes.painted(last if event else None, here, 2 * radius, size):
            stroke.paint(*placed, 1 + event // 50 % 2)
        if comparison is not None:
            _ = comparison.confusion
        times.append(1000 * (time.thread_time() - began))
        last = here
    stroke.commit()
    return times
