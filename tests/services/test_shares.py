"""Pixels by class, exact after every edit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelPlane
from segstudio.editing.document import Document
from segstudio.services.shares import ClassCounts


@pytest.mark.parametrize("values", [[0, 1, 255], [0, 300, 65535]])
@given(st.integers(0, 2**32 - 1))
def test_counts_are_exact_after_every_edit(values: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels: LabelPlane = rng.choice(values, (20, 30)).astype(np.uint8 if values[-1] == 255 else np.uint16)
    document = Document(labels)
    counts = ClassCounts(document)
    for _ in range(5):
        stroke = document.begin("x")
        stroke.paint(rng.random((8, 9)) < 0.5, (int(rng.integers(-9, 22)), int(rng.integers(-9, 32))), values[1])
        for end in (stroke.commit, document.undo) if rng.random() < 0.7 else (stroke.cancel, document.redo):
            end()
            assert [int(counts.counts[v]) for v in values] == [int((document.labels == v).sum()) for v in values]
            assert counts.counts.sum() == document.labels.size
    assert counts.share(values[1]) == pytest.approx(float((document.labels == values[1]).mean()))


def test_closed_it_counts_no_more() -> None:
    document = Document(np.zeros((4, 4), np.uint8))
    counts = ClassCounts(document)
    assert counts.share(0) == 1.0
    counts.close()
    document.begin("x").paint(np.ones((4, 4), np.bool_), (0, 0), 1)
    assert counts.share(0) == 1.0
