"""The counts of many images in columns are those of the images, whatever was put again and again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.metrics import overlap
from segstudio.services.image_counts import ImageCounts

LABELS = (0, 1, 9)
COUNTS = st.lists(st.sampled_from([0, 0, 0, 1, 5, 1 << 33]), min_size=12, max_size=12)


def confusion(cells: list[int]) -> Confusion:
    return Confusion(LABELS, np.array(cells, np.int64).reshape(3, 4), ignored=cells[0] + 1, undeclared=cells[1])


def filled(puts: list[tuple[int, list[int]]]) -> tuple[ImageCounts, list[Confusion]]:
    """Put counts into rows, the first into a new one each time there is none; return what each row has then."""
    made, latest = ImageCounts(LABELS), list[Confusion]()
    for wish, cells in puts:
        row = min(wish, len(latest))
        latest[row:] = [confusion(cells), *latest[row + 1 :]]
        made.put(row, latest[row])
    return made, latest


PUTS = st.lists(st.tuples(st.integers(0, 5), COUNTS), max_size=30)


@given(PUTS)
def test_each_row_has_what_was_put_last(puts: list[tuple[int, list[int]]]) -> None:
    made, latest = filled(puts)
    assert len(made) == len(latest)
    for row, expected in enumerate(latest):
        found = made.get(row)
        np.testing.assert_array_equal(found.counts, expected.counts)
        assert (found.labels, found.ignored, found.undeclared) == (LABELS, expected.ignored, expected.undeclared)
    every = np.arange(len(latest))
    assert made.left_out(every).tolist() == [[c.ignored, c.undeclared] for c in latest]
    np.testing.assert_array_equal(made.images, sum(((c.counts > 0) for c in latest), np.zeros((3, 4), np.int64)))


@given(PUTS)
def test_values_by_class_are_those_of_each_image(puts: list[tuple[int, list[int]]]) -> None:
    made, latest = filled(puts)
    margins = made.margins(np.arange(len(latest)))
    for metric in (overlap.iou, overlap.dice, overlap.precision, overlap.recall, overlap.specificity, overlap.cosine):
        np.testing.assert_array_equal(metric(margins), _stacked([metric(c) for c in latest]))
    np.testing.assert_array_equal(overlap.pixel_accuracies(margins), [overlap.pixel_accuracy(c) for c in latest])
    np.testing.assert_allclose(
        overlap.means(overlap.iou(margins)), [overlap.mean_iou(c) for c in latest], rtol=1e-15, atol=0
    )


def _stacked(rows: list[overlap.FloatArray]) -> NDArray[np.float64]:
    return np.array(rows).reshape(-1, len(LABELS))


@given(PUTS, st.integers(0, 2), st.integers(0, 3))
def test_images_with_a_cell_most_first(puts: list[tuple[int, list[int]]], truth: int, predicted: int) -> None:
    made, latest = filled(puts)
    rows, pixels = made.having(truth, predicted)
    expected = [(-int(c.counts[truth, predicted]), row) for row, c in enumerate(latest) if c.counts[truth, predicted]]
    assert [(-count, row) for row, count in zip(rows.tolist(), pixels.tolist(), strict=True)] == sorted(expected)


@given(PUTS, PUTS)
def test_rows_put_since_a_revision_are_told(
    first: list[tuple[int, list[int]]], then: list[tuple[int, list[int]]]
) -> None:
    made, latest = filled(first)
    seen, length, touched = made.revision, len(latest), set[int]()
    for wish, cells in then:
        row = min(wish, length)
        length = max(length, row + 1)
        made.put(row, confusion(cells))
        touched.add(row)
    assert made.changed_since(seen).tolist() == sorted(touched)
    assert made.changed_since(made.revision).size == 0
