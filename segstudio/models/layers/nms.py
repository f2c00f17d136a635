"""Non-maximum suppression: of boxes that overlap, the one with the highest score stays."""

from typing import Any, Final

import torch
from torch import Tensor

from segstudio.models.layers.boxes import box_iou

_BLOCK: Final = 1024
"""Boxes compared with as many others at a time, which bounds memory."""
_LOWEST: Final = torch.finfo(torch.float32).min
"""Below any score, and above that of a box in a group which is not its own."""


def nms(boxes: Tensor, scores: Tensor, threshold: float) -> Tensor:
    """Return the indices (int64) of the boxes that stay, best score first; of equal scores the first box first.

    Greedy: a box (N, 4) goes when its IoU with one that stays, and has a higher score, exceeds ``threshold``.
    """
    order = torch.argsort(scores, descending=True, stable=True)
    ranked = boxes[order]
    stays = torch.ones_like(order, dtype=torch.bool)
    for start in range(0, len(order), _BLOCK):
        block = slice(start, start + _BLOCK)
        stays[block] = _greedy(_overlap(ranked[block], ranked[block], threshold).triu(1), stays[block])
        kept = ranked[block][stays[block]]
        for after in range(start + _BLOCK, len(order), _BLOCK):
            others = slice(after, after + _BLOCK)
            stays[others] &= ~_overlap(kept, ranked[others], threshold).any(0)
    return order[stays]


def _overlap(first: Tensor, second: Tensor, threshold: float) -> Tensor:
    """Return which of (M, 4) and (N, 4) have an IoU above a threshold: (M, N)."""
    # In double: a threshold such as 0.7 is no float32, and an IoU of exactly that would fall to the other side.
    return box_iou(first, second).double() > threshold


def batched_nms(boxes: Tensor, scores: Tensor, groups: Tensor, threshold: float) -> Tensor:
    """Return the indices of the boxes that stay when only those of one group (N,) suppress each other, best first.

    Groups are whole numbers from 0.
    """
    if torch.onnx.is_in_onnx_export():
        stay: Tensor = _OnnxNms.apply(boxes, scores, groups, threshold)  # type: ignore[no-untyped-call]
        return stay
    return _by_group(boxes, scores, groups, threshold)


def _by_group(boxes: Tensor, scores: Tensor, groups: Tensor, threshold: float) -> Tensor:
    stays = torch.zeros_like(scores, dtype=torch.bool)
    for group in groups.unique():  # type: ignore[no-untyped-call]
        members = torch.where(groups == group)[0]
        stays[members[nms(boxes[members], scores[members], threshold)]] = True
    kept = torch.where(stays)[0]
    return kept[torch.argsort(scores[kept], descending=True, stable=True)]


def _greedy(suppresses: Tensor, candidates: Tensor) -> Tensor:
    """Return which candidates (N,) no kept one before them suppresses; ``suppresses`` (N, N) is above the diagonal.

    Each round is right one box further than the last, at least, so the first that changes nothing is the answer;
    that comes after as many rounds as the longest chain of boxes each of which decides about the next.
    """
    kept = candidates
    while True:
        after = candidates & ~(suppresses & kept[:, None]).any(0)
        if torch.equal(after, kept):
            return kept
        kept = after


class _OnnxNms(torch.autograd.Function):
    """``batched_nms`` as ONNX has it: its NonMaxSuppression takes scores by class, (images, classes, boxes)."""

    @staticmethod
    def forward(ctx: Any, boxes: Tensor, scores: Tensor, groups: Tensor, threshold: float) -> Tensor:
        return _by_group(boxes, scores, groups, threshold)

    @staticmethod
    def symbolic(g: Any, boxes: Any, scores: Any, groups: Any, threshold: float) -> Any:
        """Write it into a graph. Of another group than its own a box has no score that counts."""
        zero, one = _whole(g, 0), _whole(g, 1)
        last = g.op("ReduceMax", g.op("Concat", groups, _whole(g, [0]), axis_i=0), keepdims_i=0)
        numbers = g.op("Range", zero, g.op("Add", last, one), one)
        own = g.op("Equal", g.op("Unsqueeze", numbers, _whole(g, [1])), groups)
        by_group = g.op("Where", own, scores, _real(g, -torch.inf))
        found = g.op(
            "NonMaxSuppression", *(g.op("Unsqueeze", each, _whole(g, [0])) for each in (boxes, by_group)),
            _whole(g, [torch.iinfo(torch.int64).max]), _real(g, [_below(threshold)]), _real(g, [_LOWEST]),
        )  # fmt: skip
        stay = g.op("Gather", found, _whole(g, 2), axis_i=1)
        count = g.op("Shape", stay)
        first, _ = g.op("TopK", stay, count, largest_i=0, outputs=2)
        # Of equal scores TopK takes the first, as a stable order does.
        _, order = g.op("TopK", g.op("Gather", scores, first), count, outputs=2)
        return g.op("Gather", first, order)


def _below(value: float) -> float:
    """Return the largest float32 that is not above a value: exactly the same float32 are above both."""
    nearest = torch.tensor(value, dtype=torch.float32)
    return float(nearest if float(nearest) <= value else torch.nextafter(nearest, torch.tensor(-torch.inf)))


def _whole(g: Any, value: int | list[int]) -> Any:
    return g.op("Constant", value_t=torch.tensor(value, dtype=torch.int64))


def _real(g: Any, value: float | list[float]) -> Any:
    return g.op("Constant", value_t=torch.tensor(value, dtype=torch.float32))
