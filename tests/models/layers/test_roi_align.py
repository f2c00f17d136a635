"""RoIAlign against sample by sample computation, by hand, and against torchvision."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.models.layers.roi_align import pyramid_level, pyramid_roi_align, roi_align
from tests.models.graphs import graph_of
from tests.models.peers import roi_align_by_axes, torchvision

RAMP = torch.arange(20, dtype=torch.float64).view(1, 1, 4, 5)
"""At (y, x): 5 y + x."""

corners = st.floats(-6, 14, allow_nan=False, width=32)


def test_a_linear_ramp_is_read_at_the_middle_of_each_cell() -> None:
    region = torch.tensor([[0.0, 1, 1, 3, 3]], dtype=torch.float64)
    read = roi_align(RAMP, region, (2, 2), samples=2)
    assert read[0, 0].tolist() == [[5 * 1.5 + 1.5, 5 * 1.5 + 2.5], [5 * 2.5 + 1.5, 5 * 2.5 + 2.5]]
    aligned = roi_align(RAMP, region, (2, 2), samples=2, aligned=True)
    torch.testing.assert_close(aligned, read - 5 * 0.5 - 0.5)


def test_a_region_outside_is_zero_and_one_less_than_a_pixel_outside_is_the_border() -> None:
    regions = torch.tensor([[0.0, 8, 8, 9, 9], [0, -3, 0, -2, 1], [0, -1, 0, 0, 1]], dtype=torch.float64)
    read = roi_align(RAMP, regions, (1, 1), samples=1)
    assert read.flatten().tolist() == [0, 0, 2.5]


def test_a_region_without_extent_is_a_pixel_wide_unless_aligned() -> None:
    point = torch.tensor([[0.0, 2, 2, 2, 2]], dtype=torch.float64)
    assert roi_align(RAMP, point, (1, 1)).item() == 5 * 2.5 + 2.5
    assert roi_align(RAMP, point, (1, 1), aligned=True).item() == 0  # no sample falls into it


def test_no_region_gives_nothing() -> None:
    assert roi_align(RAMP, torch.zeros(0, 5), (3, 2)).shape == (0, 1, 3, 2)


@settings(max_examples=60, deadline=None)
@given(
    regions=st.lists(st.tuples(st.integers(0, 1), corners, corners, corners, corners), min_size=1, max_size=4),
    samples=st.integers(0, 3), scale=st.sampled_from([1.0, 0.5, 0.25]), aligned=st.booleans(),
    rows=st.integers(1, 3), columns=st.integers(1, 4),
)  # fmt: skip
def test_any_region_is_the_mean_of_its_samples(
    regions: list[tuple[float, ...]], samples: int, scale: float, aligned: bool, rows: int, columns: int
) -> None:
    features = torch.randn(2, 3, 6, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    rois = torch.tensor(regions, dtype=torch.float64)
    read = roi_align(features, rois, (rows, columns), scale, samples, aligned)
    torch.testing.assert_close(read, roi_align_by_axes(features, rois, scale, rows, columns, samples, aligned))


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("samples", [0, 2])
def test_torchvision_reads_the_same(samples: int, aligned: bool) -> None:
    peer = torchvision("ops")
    features = torch.randn(2, 5, 12, 9)
    rois = torch.tensor([[0, 3.3, 4.1, 20.7, 17.9], [1, 0, 0, 36, 48], [1, 30.2, 10, 31, 10.4]])
    read = roi_align(features, rois, (7, 7), 0.25, samples, aligned)
    torch.testing.assert_close(read, peer.roi_align(features, rois, (7, 7), 0.25, samples, aligned))


def test_the_gradient_of_features_is_right() -> None:
    features = torch.randn(1, 2, 4, 5, dtype=torch.float64, requires_grad=True)
    rois = torch.tensor([[0.0, 0.3, 0.2, 3.9, 3.1]], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda maps: roi_align(maps, rois, (2, 3), 1.0, 2), (features,))


def test_larger_regions_are_read_from_coarser_levels() -> None:
    sides = torch.tensor([10.0, 111, 112, 223.9, 224, 447, 448, 3000])
    boxes = torch.stack((sides * 0, sides * 0, sides, sides), dim=1)
    assert pyramid_level(boxes, 2, 5).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    levels = [torch.full((1, 1, 120, 120), float(level)) for level in range(4)]
    read = pyramid_roi_align(levels, (4, 8, 16, 32), torch.cat((torch.zeros(8, 1), boxes), dim=1), 2, 2)
    assert read[:, 0, 0, 0].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_half_precision_features_are_read_at_exact_places() -> None:
    """At 700.5 bfloat16 knows multiples of 4 alone."""
    ramp = torch.arange(800.0).expand(1, 1, 2, 800) / 1000
    rois = torch.tensor([[0.0, 700.25, 0, 701.25, 1]])
    read = roi_align(ramp.bfloat16(), rois, (1, 1), samples=1)
    assert read.dtype == torch.bfloat16
    assert read.item() == pytest.approx(0.70075, rel=1e-2)


@pytest.mark.parametrize("aligned", [False, True])
def test_a_graph_reads_the_same(aligned: bool) -> None:
    features = torch.randn(2, 5, 12, 9)
    rois = torch.tensor([[0, 3.3, 4.1, 20.7, 17.9], [1, 0, 0, 36, 48], [1, 30.2, 10, 31, 10.4], [0, 34, -9, 99, 60]])
    graph = graph_of(lambda maps, rois: roi_align(maps, rois, (7, 6), 0.25, 2, aligned), features, rois[:1])
    for each in (rois, rois[:0]):
        torch.testing.assert_close(graph(features, each), roi_align(features, each, (7, 6), 0.25, 2, aligned))


def test_a_graph_reads_from_the_same_levels() -> None:
    sides = torch.tensor([224.0, 10, 447, 112, 3000, 60])
    rois = torch.stack((sides * 0, sides * 0, sides * 0, sides, sides), dim=1)
    levels = [torch.randn(1, 2, 120 // 2**level, 120 // 2**level) for level in range(4)]
    graph = graph_of(lambda rois, *maps: pyramid_roi_align(maps, (4, 8, 16, 32), rois, 2, 2), rois[:1], *levels)
    for each in (rois, rois[1:2]):
        torch.testing.assert_close(graph(each, *levels), pyramid_roi_align(levels, (4, 8, 16, 32), each, 2, 2))
