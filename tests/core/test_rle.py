"""Run-length codes against pycocotools, and what is no such code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.rle import check_counts, counts_of, mask_of, numbered_counts

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))


@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1))))
def test_texts_of_pycocotools_are_read(plane: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    encode = pytest.importorskip("pycocotools.mask").encode
    text = encode(np.asfortranarray(plane))["counts"].decode()
    np.testing.assert_array_equal(mask_of(counts_of(text), plane.shape), plane > 0)


@given(SHAPES.flatmap(lambda shape: arrays(np.uint32, shape, elements=st.sampled_from((0, 1, 7, 70_000)))))
def test_every_object_has_its_runs(plane: np.ndarray[tuple[int, int], np.dtype[np.uint32]]) -> None:
    found = numbered_counts(plane)
    assert sorted(found) == [n for n in np.unique(plane).tolist() if n]
    for number, counts in found.items():
        np.testing.assert_array_equal(mask_of([*counts, plane.size - sum(counts)], plane.shape), plane == number)


def test_runs_longer_than_a_column_and_far_apart() -> None:
    plane = np.zeros((3000, 2000), np.uint8)
    plane[10:20, 10:1900] = 1
    encode = pytest.importorskip("pycocotools.mask").encode
    text = encode(np.asfortranarray(plane))["counts"].decode()
    np.testing.assert_array_equal(mask_of(counts_of(text), plane.shape), plane > 0)


@pytest.mark.parametrize("text", ["", "zzz", "o", "\N{SNOWMAN}", "o" * 12 + "0"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="run"):
        counts_of(text)


@pytest.mark.parametrize(("counts", "why"), [([3, 4], "7 pixels"), ([7, -1], "whole"), ([0.5, 5.5], "whole")])
def test_runs_that_make_no_picture_are_refused(counts: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_counts(counts, (2, 3))
