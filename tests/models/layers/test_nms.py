"""Non-maximum suppression against box by box computation, with ties, and against torchvision."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from segstudio.models.layers import nms as module
from segstudio.models.layers.boxes import box_iou
from segstudio.models.layers.nms import batched_nms, nms
from tests.models.graphs import graph_of
from tests.models.peers import greedy_nms, torchvision

sides = st.integers(1, 6)
few_boxes = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), sides, sides), max_size=14)


def boxes_of(rows: list[tuple[int, int, int, int]]) -> Tensor:
    boxes = torch.tensor(rows, dtype=torch.float32).view(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def test_by_hand() -> None:
    """The second overlaps the first by a half exactly, which does not exceed it; the third goes, and takes nothing."""
    boxes = torch.tensor([[0.0, 0, 4, 4], [0, 0, 4, 2], [0, 0, 4, 3], [20, 20, 21, 21]])
    scores = torch.tensor([0.9, 0.8, 0.85, 0.95])
    assert nms(boxes, scores, 0.5).tolist() == [3, 0, 1]
    assert nms(boxes, scores, 0.4).tolist() == [3, 0]


def test_a_box_that_is_gone_suppresses_nothing() -> None:
    chain = torch.tensor([[0.0, 0, 10, 1], [4, 0, 14, 1], [8, 0, 18, 1]])
    assert nms(chain, torch.tensor([0.9, 0.8, 0.7]), 0.4).tolist() == [0, 2]


def test_an_iou_of_exactly_the_threshold_is_compared_as_a_double() -> None:
    """7/10 as float32 is less than 0.7, and a float32 comparison would call them equal as well; 1/10 is more."""
    seven, one = torch.tensor([[0.0, 0, 10, 1], [0, 0, 7, 1]]), torch.tensor([[0.0, 0, 10, 1], [0, 0, 1, 1]])
    scores = torch.tensor([0.9, 0.8])
    assert nms(seven, scores, 0.7).tolist() == [0, 1]
    assert nms(one, scores, 0.1).tolist() == [0]


@settings(max_examples=120, deadline=None)
@given(rows=few_boxes, scores=st.data(), threshold=st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]))
def test_greedy_with_ties(rows: list[tuple[int, int, int, int]], scores: st.DataObject, threshold: float) -> None:
    boxes = boxes_of(rows)
    drawn = torch.tensor(
        scores.draw(st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=len(rows), max_size=len(rows)))
    )
    assert nms(boxes, drawn, threshold).tolist() == greedy_nms(boxes, drawn, threshold).tolist()


@settings(max_examples=60, deadline=None)
@given(rows=few_boxes, groups=st.data())
def test_groups_do_not_suppress_each_other(rows: list[tuple[int, int, int, int]], groups: st.DataObject) -> None:
    boxes = boxes_of(rows)
    group = torch.tensor(
        groups.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))), dtype=torch.int64
    )
    scores = torch.linspace(1, 0, len(rows)) if len(rows) % 2 else torch.full((len(rows),), 0.5)
    apart = boxes + 100 * group[:, None]
    assert batched_nms(boxes, scores, group, 0.5).tolist() == greedy_nms(apart, scores, 0.5).tolist()


def test_more_boxes_than_are_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(0)
    boxes = torch.rand(60, 4, generator=generator) * 20
    boxes[:, 2:] += boxes[:, :2]
    scores = torch.rand(60, generator=generator)
    monkeypatch.setattr(module, "_BLOCK", 7)
    assert nms(boxes, scores, 0.3).tolist() == greedy_nms(boxes, scores, 0.3).tolist()


def test_torchvision_keeps_the_same() -> None:
    peer = torchvision("ops")
    generator = torch.Generator().manual_seed(1)
    boxes = torch.randint(0, 40, (300, 4), generator=generator).float()
    boxes[:, 2:] = boxes[:, :2] + boxes[:, 2:] / 2 + 1
    scores, groups = torch.rand(300, generator=generator), torch.randint(0, 5, (300,), generator=generator)
    assert nms(boxes, scores, 0.5).tolist() == peer.nms(boxes, scores, 0.5).tolist()
    assert batched_nms(boxes, scores, groups, 0.5).tolist() == peer.batched_nms(boxes, scores, groups, 0.5).tolist()


def test_no_more_pairs_are_compared_at_a_time_than_a_block_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory does not grow with the number of boxes."""
    seen: list[int] = []

    def counted(first: Tensor, second: Tensor) -> Tensor:
        seen.append(len(first) * len(second))
        return box_iou(first, second)

    monkeypatch.setattr(module, "box_iou", counted)
    monkeypatch.setattr(module, "_BLOCK", 8)
    corners = torch.arange(100.0).repeat_interleave(2)[:, None].expand(-1, 2) * 3
    assert len(nms(torch.cat((corners, corners + 2), dim=1), torch.rand(200), 0.5)) == 100
    assert max(seen) == 64


@pytest.mark.parametrize("threshold", [0.5, 0.3, 0.7])  # the float32 next to 0.3 is above it, that next to 0.7 below
def test_a_graph_keeps_the_same(threshold: float) -> None:
    """Also of no box, of boxes of other groups than those it was followed with, and of equal scores."""
    generator = torch.Generator().manual_seed(2)

    def many(count: int, groups: int) -> tuple[Tensor, Tensor, Tensor]:
        boxes = torch.randint(0, 30, (count, 4), generator=generator).float()
        boxes[:, 2:] = boxes[:, :2] + boxes[:, 2:] / 2 + 1
        scores = torch.randint(0, 40, (count,), generator=generator) / 40
        return boxes, scores, torch.randint(0, groups, (count,), generator=generator)

    graph = graph_of(lambda boxes, scores, groups: batched_nms(boxes, scores, groups, threshold), *many(20, 2))
    for count, groups in ((300, 6), (20, 2), (1, 1), (0, 1)):
        boxed = many(count, groups)
        assert graph(*boxed).tolist() == batched_nms(*boxed, threshold).tolist()
    boxes = torch.tensor([[0.0, 0, 10, 1], [0.0, 0, round(10 * threshold), 1]])  # of an IoU that is the threshold
    exact = boxes, torch.tensor([0.9, 0.8]), torch.tensor([0, 0])
    assert graph(*exact).tolist() == batched_nms(*exact, threshold).tolist()
