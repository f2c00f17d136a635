"""Superpixels: connected, of about the size asked for, and true to edges."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import RgbImage
from segstudio.editing.finding.slic import superpixels


def picture(height: int, width: int, seed: int = 0, smooth: int = 9) -> RgbImage:
    rng = np.random.default_rng(seed)
    image = cv2.blur(rng.integers(0, 256, (height, width, 3), dtype=np.uint8), (smooth, smooth))
    low, high = float(image.min()), float(image.max())
    return np.asarray((image - low) / max(high - low, 1) * 255, np.uint8)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 70),
    st.integers(2, 70),
    st.integers(2, 30),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
    st.integers(1, 9),
)
def test_each_pixel_has_one_piece_and_each_piece_hangs_together(
    height: int, width: int, size: int, compactness: int, seed: int, smooth: int
) -> None:
    pieces = superpixels(picture(height, width, seed, smooth), size, compactness)
    assert pieces.shape == (height, width)
    assert pieces.min() >= 0
    for number in np.unique(pieces):
        count, _ = cv2.connectedComponents((pieces == number).view(np.uint8), connectivity=4)
        assert count == 2, number


@pytest.mark.parametrize("size", [8, 16, 40])
def test_pieces_are_about_as_large_as_asked_for(size: int) -> None:
    pieces = superpixels(picture(320, 480), size, 20)
    areas = np.bincount(pieces.ravel())
    areas = areas[areas > 0]
    assert 0.8 < len(areas) * size * size / (320 * 480) < 1.25
    assert np.percentile(areas, 90) < 2.5 * size * size


def test_pieces_keep_to_an_edge() -> None:
    image = np.full((120, 160, 3), 60, np.uint8)
    truth = np.zeros((120, 160), np.uint8)
    cv2.circle(truth, (80, 60), 37, 1, -1)
    image[truth != 0] = (60, 160, 90)
    pieces = superpixels(image, 16, 10)
    inside = np.bincount(pieces.ravel(), truth.ravel()) / np.maximum(np.bincount(pieces.ravel()), 1)
    assert np.count_nonzero((inside[pieces] > 0.5) != (truth != 0)) < 10


def test_more_compact_pieces_are_rounder() -> None:
    image = picture(200, 200, smooth=25)

    def border(compactness: int) -> int:
        pieces = superpixels(image, 20, compactness)
        return int(np.count_nonzero(np.diff(pieces, axis=0)) + np.count_nonzero(np.diff(pieces, axis=1)))

    assert border(60) < 0.9 * border(5)


def test_a_flat_picture_has_squares() -> None:
    pieces = superpixels(np.full((80, 80, 3), 77, np.uint8), 20, 10)
    np.testing.assert_array_equal(np.bincount(pieces.ravel()), np.full(16, 400))
