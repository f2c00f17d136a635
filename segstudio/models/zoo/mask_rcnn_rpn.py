"""The region proposal network: Ren 2015 (Faster R-CNN), section 3.1; on a pyramid: Lin 2017 (FPN), section 4.1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.layers.anchors import cell_anchors, grid_anchors
from segstudio.models.layers.boxes import at_least, box_iou, clip, decode, encode
from segstudio.models.layers.matching import BACKGROUND, UNDECIDED, balanced_sample, matched
from segstudio.models.layers.nms import batched_nms
from segstudio.models.layers.sizes import at_most

SIZES: Final = (32, 64, 128, 256, 512)
"""Side of the anchors of each level, in pixels."""

RATIOS: Final = (0.5, 1.0, 2.0)
WEIGHTS: Final = (1.0, 1.0, 1.0, 1.0)
OVERLAP: Final = 0.7
MOST: Final = {True: 2000, False: 1000}
"""Proposals of a level before, and of an image after non-maximum suppression: in training, and else."""


class RPNHead(nn.Module):
    """A 3x3 convolution, and for each anchor of a place how likely it holds an object, and the way to its box."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True)))
        self.cls_logits = nn.Conv2d(channels, len(RATIOS), 1)
        self.bbox_pred = nn.Conv2d(channels, 4 * len(RATIOS), 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(layer.bias)

    def forward(self, level: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (N, h * w * A) and steps (N, h * w * A, 4) in the order of ``grid_anchors``.

        In single precision whatever the features are in: half of it has no room for places in a large picture.
        """
        hidden = self.conv(level)
        steps = self.bbox_pred(hidden).unflatten(1, (-1, 4)).permute(0, 3, 4, 1, 2)
        logits = self.cls_logits(hidden).movedim(1, -1).flatten(1)
        return logits.float(), steps.flatten(1, 3).float()


class RegionProposalNetwork(nn.Module):
    """Names of modules as in torchvision."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.head = RPNHead(channels)

    def forward(
        self, levels: Sequence[Tensor], padded: tuple[int, int], sizes: Sequence[tuple[int, int]]
    ) -> tuple[list[Tensor], "RPNOutput"]:
        """Return boxes (K, 4) that may hold objects, best first, for each image, and what the loss is made of.

        ``levels`` are features of images that fill ``sizes``, (height, width), of a batch of ``padded`` pixels.
        """
        found = [self.head(level) for level in levels]
        logits, steps = [torch.cat(parts, dim=1) for parts in zip(*found, strict=True)]
        anchors = torch.cat([_anchors(level, size, padded) for level, size in zip(levels, SIZES, strict=True)])
        counts = [scores.shape[1] for scores, _ in found]
        with torch.no_grad():
            boxes = decode(steps.detach().flatten(0, 1)[:, None], anchors.repeat(len(steps), 1), WEIGHTS)
            boxes = boxes.view_as(steps)
            proposals = [
                self._chosen(one, scores, size, counts)
                for one, scores, size in zip(boxes, logits.detach(), sizes, strict=True)
            ]
        return proposals, RPNOutput(logits, steps, anchors)

    def _chosen(self, boxes: Tensor, logits: Tensor, size: tuple[int, int], counts: list[int]) -> Tensor:
        """Return the boxes of an image that stay: the best of each level, of those that overlap the best."""
        chosen, start = [], 0
        for level in torch.split(logits, counts):
            chosen.append(level.topk(at_most(level.shape[0], MOST[self.training])).indices + start)
            start += level.shape[0]
        groups = torch.cat([torch.full_like(one, number) for number, one in enumerate(chosen)])
        best = torch.cat(chosen)
        boxes, scores = clip(boxes[best], *size), logits[best].sigmoid()
        large = at_least(boxes, 1e-3)
        boxes, scores, groups = boxes[large], scores[large], groups[large]
        return boxes[batched_nms(boxes, scores, groups, OVERLAP)[: MOST[self.training]]]


@dataclass(frozen=True, slots=True)
class RPNOutput:
    """What the head said of a batch: logits (N, A) and steps (N, A, 4) for anchors (A, 4)."""

    logits: Tensor
    steps: Tensor
    anchors: Tensor

    def losses(self, objects: Sequence[Tensor]) -> dict[str, Tensor]:
        """Return ``loss_objectness`` and ``loss_rpn_box_reg`` for the boxes (M, 4) of the objects of each image."""
        labels, targets = zip(*(self._targets(boxes) for boxes in objects), strict=True)
        sampled = [balanced_sample(label, 256, 0.5) for label in labels]
        offsets = [number * len(self.anchors) for number in range(len(objects))]
        positive = torch.cat([one[0] + offset for one, offset in zip(sampled, offsets, strict=True)])
        negative = torch.cat([one[1] + offset for one, offset in zip(sampled, offsets, strict=True)])
        both = torch.cat((positive, negative))
        logits, steps = self.logits.flatten(), self.steps.flatten(0, 1)
        box = functional.smooth_l1_loss(steps[positive], torch.cat(targets)[positive], beta=1 / 9, reduction="sum")
        objectness = functional.binary_cross_entropy_with_logits(logits[both], torch.cat(labels)[both])
        return {"loss_objectness": objectness, "loss_rpn_box_reg": box / max(len(both), 1)}

    def _targets(self, objects: Tensor) -> tuple[Tensor, Tensor]:
        """Return for each anchor 1, 0 or -1 (object, background, neither), and the way to its object's box."""
        if not len(objects):
            return self.anchors.new_zeros(len(self.anchors)), torch.zeros_like(self.anchors)
        found = matched(box_iou(objects, self.anchors), 0.7, 0.3, best_too=True)
        labels = (found >= 0).to(self.anchors.dtype)
        labels[found == BACKGROUND] = 0
        labels[found == UNDECIDED] = -1
        return labels, encode(objects[found.clamp(min=0)], self.anchors, WEIGHTS)


def _anchors(level: Tensor, size: int, padded: tuple[int, int]) -> Tensor:
    rows, columns = level.shape[-2:]
    cell = cell_anchors((size,), RATIOS).to(level.device)
    return grid_anchors(cell, rows, columns, (padded[0] // rows, padded[1] // columns))
