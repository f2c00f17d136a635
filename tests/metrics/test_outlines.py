"""Outlines against brute force and against other people's implementations."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.ndimage as ndi
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import Mask
from segstudio.metrics import distances as distances_module
from segstudio.metrics.boundary import band_width, bands, boundary_f1
from segstudio.metrics.distances import both_ways, distances
from segstudio.metrics.surface import Surfaces, assd, hausdorff, surface_dice, surfaces

spacings = st.sampled_from([(1.0, 1.0), (0.5, 0.5), (2.0, 0.3), (0.7, 1.9), (0.01, 50.0)])


def blobs(rng: np.random.Generator, shape: tuple[int, int]) -> Mask:
    """Return smooth areas, some of which touch the border; sometimes nothing, sometimes everything."""
    threshold = rng.choice([-1.0, 0.4, 0.5, 0.55, 2.0], p=[0.05, 0.3, 0.3, 0.3, 0.05])
    return np.asarray(ndi.gaussian_filter(rng.random(shape), 2.0) > threshold)


def pair(seed: int) -> tuple[Mask, Mask]:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 40)), int(rng.integers(1, 50)))
    first = blobs(rng, shape)
    return first, (blobs(rng, shape) if rng.random() < 0.6 else ndi.binary_dilation(first))


PAIRS = {"FEW_PIXELS": 0}
ROWS = {**PAIRS, "VERY_FEW_PAIRS": 0, "NEAR_ROWS": 1, "AT_ONCE": 3}
COLUMNS = {**PAIRS, "MANY_PAIRS": 0}
WAYS: list[dict[str, int]] = [
    {},
    PAIRS,
    {**PAIRS, "_BLOCK": 50},
    {**PAIRS, "VERY_FEW_PAIRS": 0},
    ROWS,
    {**ROWS, "FEW_PAIRS": 0},
    COLUMNS,
    {**COLUMNS, "NEAR": 1},
    {**COLUMNS, "NEAR": 1, "MANY_ROWS": 0},
    {**COLUMNS, "NEAR": 1, "MANY_ROWS": 0, "EXACT_PIXELS": 0},
    {**COLUMNS, "NEAR": 1, "_BLOCK": 50},
]
"""Ways to find distances; which is taken depends on how many there are, and how long they are."""


@given(st.integers(0, 2**31), spacings, st.sampled_from(WAYS))
@settings(deadline=None, max_examples=300)
def test_distances_are_those_to_the_nearest_pixel(seed: int, spacing: tuple[float, float], way: dict[str, int]) -> None:
    source, target = pair(seed)
    if seed % 3 == 0:  # thin ones, some of them far apart
        source, target = (mask & (np.random.default_rng(seed).random(mask.shape) < 0.02) for mask in (source, target))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in way.items():
            patch.setattr(distances_module, name, value)
        found = both_ways(source, target, spacing)
        again = distances(source, target, spacing), distances(target, source, spacing)
    for ours, single, there, here in zip(found, again, (source, target), (target, source), strict=True):
        a, b = np.argwhere(there) * spacing, np.argwhere(here) * spacing
        np.testing.assert_array_equal(ours, single)
        if not len(b):
            assert np.isinf(ours).all()
            continue
        wanted = np.array([np.sqrt(((b - p) ** 2).sum(axis=1)).min() for p in a])
        np.testing.assert_allclose(ours, wanted, rtol=1e-13)


def test_pairs_are_exact_across_the_largest_picture_they_are_looked_at_in() -> None:
    side = distances_module.SMALL_SIDE
    first, second = np.zeros((side, side), np.bool_), np.zeros((side, side), np.bool_)
    first[0, 0] = first[side - 1, 1] = second[side - 1, side - 1] = second[5, side - 2] = True
    forth, back = both_ways(first, second)
    assert forth.tolist() == [math.hypot(5, side - 2), math.sqrt((side - 2) ** 2)]
    assert back.tolist() == [math.hypot(5, side - 2), side - 2]
    corner = np.zeros_like(first)
    corner[0, 0] = True
    second[5, side - 2] = False
    assert both_ways(corner, second)[0].tolist() == [math.sqrt(2 * (side - 1) ** 2)]


@pytest.mark.parametrize("way", WAYS)
def test_far_away_distances_are_as_exact(way: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in way.items():
        monkeypatch.setattr(distances_module, name, value)
    source, target = np.zeros((3, 40_000), np.bool_), np.zeros((3, 40_000), np.bool_)
    source[0, 0] = target[2, 38_191] = True
    assert both_ways(source, target)[0].tolist() == [math.sqrt(38_191**2 + 4)]
    assert distances(source, target).tolist() == [math.sqrt(38_191**2 + 4)]


@given(st.integers(0, 2**31), spacings)
@settings(deadline=None, max_examples=60)
def test_edges_are_as_monai_has_them(seed: int, spacing: tuple[float, float]) -> None:
    monai = pytest.importorskip("monai.metrics.utils")
    truth, prediction = pair(seed)
    found = surfaces(truth, prediction, spacing)
    if found.both_empty or found.one_empty:
        return
    edges = monai.get_mask_edges(prediction, truth, crop=False)
    forth = monai.get_surface_distance(edges[0], edges[1], spacing=list(spacing))
    back = monai.get_surface_distance(edges[1], edges[0], spacing=list(spacing))
    np.testing.assert_allclose(np.sort(found.prediction), np.sort(np.asarray(forth)), rtol=1e-6)
    np.testing.assert_allclose(np.sort(found.truth), np.sort(np.asarray(back)), rtol=1e-6)
    wanted = max(np.percentile(forth, 95), np.percentile(back, 95))
    assert hausdorff(found, 95) == pytest.approx(wanted, rel=1e-6)
    assert assd(found) == pytest.approx((np.sum(forth) + np.sum(back)) / (len(forth) + len(back)), rel=1e-6)


SQUARE = np.zeros((12, 12), np.bool_)
SQUARE[3:7, 3:7] = True
MOVED = np.roll(SQUARE, 2, axis=1)
NOTHING = np.zeros((12, 12), np.bool_)


def test_a_square_moved_by_two_pixels() -> None:
    found = surfaces(SQUARE, MOVED)
    assert hausdorff(found) == 2.0
    assert len(found.truth) == len(found.prediction) == 12
    # Of each outline: a column at 2, one at 1 (its ends at 0), and four corners of the common part at 0 or 1.
    assert surface_dice(found, 2.0) == 1.0
    assert surface_dice(found, 0.0) == np.mean(np.concatenate([found.truth, found.prediction]) == 0)
    assert hausdorff(surfaces(SQUARE, MOVED, (1.0, 0.5))) == 1.0


@pytest.mark.parametrize("convention", ["edges", "lattice"])
def test_nothing_to_measure(convention: str) -> None:
    none = surfaces(NOTHING, NOTHING, convention=convention)  # type: ignore[arg-type]
    one = surfaces(SQUARE, NOTHING, convention=convention)  # type: ignore[arg-type]
    measures: list[Callable[[Surfaces], float]] = [hausdorff, assd]
    assert all(math.isnan(measure(none)) for measure in measures)
    assert all(math.isinf(measure(one)) for measure in measures)
    assert math.isnan(surface_dice(none, 1.0))
    assert surface_dice(one, 1.0) == 0.0


def lattice_by_hand(mask: Mask, spacing: tuple[float, float]) -> list[tuple[tuple[int, int], float]]:
    """Return the corners on the outline and the length of outline at each, one 2 x 2 neighbourhood after the other."""
    padded = np.pad(mask, 1)
    found = []
    for y in range(padded.shape[0] - 1):
        for x in range(padded.shape[1] - 1):
            four = padded[y : y + 2, x : x + 2]
            if four.all() or not four.any():
                continue
            slant = math.hypot(*spacing) / 2
            if four.sum() in (1, 3):
                length = slant
            elif (four[0] == four[1]).all():
                length = spacing[0]
            elif (four[:, 0] == four[:, 1]).all():
                length = spacing[1]
            else:
                length = 2 * slant
            found.append(((y, x), length))
    return found


@given(st.integers(0, 2**31), spacings, st.sampled_from([50.0, 95.0, 100.0]))
@settings(deadline=None, max_examples=60)
def test_the_lattice_is_weighted_by_length(seed: int, spacing: tuple[float, float], percentile: float) -> None:
    truth, prediction = pair(seed)
    found = surfaces(truth, prediction, spacing, "lattice")
    first, second = lattice_by_hand(truth, spacing), lattice_by_hand(prediction, spacing)
    assert found.truth_weights.sum() == pytest.approx(sum(w for _, w in first))
    if not first or not second:
        return
    sides = []
    for a, b in ((first, second), (second, first)):
        there = np.array([p for p, _ in b]) * spacing
        far = sorted((float(np.sqrt(((there - np.array(p) * spacing) ** 2).sum(axis=1)).min()), w) for p, w in a)
        total, below = sum(w for _, w in far), np.cumsum([w for _, w in far])
        at = next((i for i, w in enumerate(below) if w / total >= percentile / 100 - 1e-12), len(far) - 1)
        sides.append(far[at][0])
    if percentile == 100.0:
        assert hausdorff(found) == pytest.approx(max(sides))


@given(st.integers(0, 2**31))
@settings(deadline=None)
def test_bands_are_those_of_the_whole_picture(seed: int) -> None:
    truth, prediction = pair(seed)
    width = band_width(truth.shape)
    inner = [
        ndi.binary_erosion(mask, np.ones((2 * width + 1, 2 * width + 1)), border_value=0)
        for mask in (truth, prediction)
    ]
    first, second = truth & ~inner[0], prediction & ~inner[1]
    assert bands(truth, prediction) == ((first & second).sum(), (first | second).sum())


def test_the_band_is_two_per_cent_of_the_diagonal() -> None:
    assert band_width((3, 4)) == 1
    assert band_width((1024, 2048)) == 46
    assert math.isnan(bands(NOTHING, NOTHING).iou)
    assert bands(SQUARE, SQUARE).iou == 1.0


def davis_outline(mask: Mask) -> Mask:
    """Return the outline as the DAVIS evaluation draws it, pixel by pixel."""
    height, width = mask.shape
    found = np.zeros_like(mask)
    for y in range(height):
        for x in range(width):
            beyond = [(y, x + 1), (y + 1, x), (y + 1, x + 1)]
            found[y, x] = any(v < height and u < width and mask[v, u] != mask[y, x] for v, u in beyond)
    return found


@given(st.integers(0, 2**31))
@settings(deadline=None, max_examples=40)
def test_boundary_f1_is_that_of_davis(seed: int) -> None:
    truth, prediction = pair(seed)
    found = boundary_f1(truth, prediction)
    first, second = davis_outline(truth), davis_outline(prediction)
    if not first.any() and not second.any():
        assert math.isnan(found)
        return
    radius = math.ceil(0.008 * math.hypot(*truth.shape))
    near = [np.asarray(ndi.distance_transform_edt(~m) <= radius) if m.any() else m for m in (first, second)]
    precision = (second & near[0]).sum() / second.sum() if second.any() else 1.0
    recall = (first & near[1]).sum() / first.sum() if first.any() else 1.0
    both = precision + recall
    assert found == pytest.approx(2 * precision * recall / both if both and first.any() and second.any() else 0.0)
