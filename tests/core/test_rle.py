"""Run-length codes against pycocotools, and what is no such code."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.rle import check_counts, counts_of, counts_within, mask_of, numbered_counts, text_of

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))


@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1))))
def test_texts_of_pycocotools_are_read(plane: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    encode = pytest.importorskip("pycocotools.mask").encode
    text = encode(np.asfortranarray(plane))["counts"].decode()
    np.testing.assert_array_equal(mask_of(counts_of(text), plane.shape), plane > 0)


@given(SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1))))
def test_texts_are_those_of_pycocotools(plane: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    encode = pytest.importorskip("pycocotools.mask").encode
    counts = counts_within(plane > 0, (0, 0), plane.shape)
    assert text_of(counts) == encode(np.asfortranarray(plane))["counts"].decode()


@given(
    SHAPES.flatmap(lambda shape: arrays(np.bool_, shape)), st.tuples(*[st.integers(0, 5)] * 4),
)  # fmt: skip
def test_a_mask_within_a_picture_comes_back(
    mask: np.ndarray[tuple[int, int], np.dtype[np.bool_]], around: tuple[int, int, int, int]
) -> None:
    picture = np.pad(mask, (around[:2], around[2:]))
    counts = counts_within(mask, (around[0], around[2]), picture.shape)
    np.testing.assert_array_equal(mask_of(counts, picture.shape), picture)
    np.testing.assert_array_equal(counts_of(text_of(counts)), counts)
    assert (counts[1:] > 0).all()


@given(st.lists(st.integers(0, 1 << 30), min_size=1, max_size=9))
def test_any_lengths_come_back(lengths: list[int]) -> None:
    assert counts_of(text_of(np.array(lengths))).tolist() == lengths


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


def digits_of(written: int) -> str:
    """Return the characters of a written number, as ``counts_of`` reads them."""
    codes: list[int] = []
    while written not in (0, -1) or not codes or (codes[-1] & 16 > 0) != (written < 0):
        codes.append(written & 31)
        written >>= 5
    return "".join(chr(48 + code + 32 * (at < len(codes) - 1)) for at, code in enumerate(codes))


def test_runs_whose_sum_wraps_to_the_pixels_of_the_picture_are_refused() -> None:
    wrapping = np.full(4, 1 << 62, np.int64)
    wrapping[0] += 6
    assert int(wrapping.sum()) == 6, "what 64 bits make of it"
    with pytest.raises(ValueError, match=r"a run has 4,611,686,018,427,387,910 pixels, the picture has 6"):
        check_counts(wrapping, (2, 3))


def test_differences_that_add_up_past_any_picture_are_refused() -> None:
    step = digits_of((1 << 44) - 1)
    assert counts_of(digits_of(7)).tolist() == [7]
    with pytest.raises(ValueError, match="longer than any picture"):
        counts_of(step * (1 << 11))
    with pytest.raises(ValueError, match="longer than any picture"):
        counts_of(digits_of(-(1 << 44)) * 3)


@pytest.mark.parametrize(
    ("counts", "why"),
    [([3, 4], "7 pixels"), ([7], "7 pixels"), ([3, 2], "5 pixels"), ([7, -1], "whole"), ([0.5, 5.5], "whole")],
)
def test_runs_that_make_no_picture_are_refused(counts: list[int], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_counts(counts, (2, 3))
