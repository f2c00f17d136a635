"""What Mask R-CNN does with its proposals: boxes and classes, then masks. He 2017, section 3 and figure 4, right."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.layers.boxes import at_least, clip, decode
from segstudio.models.layers.nms import batched_nms
from segstudio.models.layers.roi_align import pyramid_roi_align
from segstudio.models.zoo.mask_rcnn_targets import WEIGHTS, Sampled, box_losses, mask_loss, sampled
from segstudio.models.zoo.object_network import Target

STRIDES: Final = (4, 8, 16, 32)
BOX_SIDE, MASK_SIDE = 7, 14
SAMPLES: Final = 2
HIDDEN: Final = 1024
LEAST_SCORE, OVERLAP, MOST = 0.05, 0.5, 100
"""Of detections: the score they exceed, the IoU at which the weaker of a class goes, and their number an image."""


class BoxHead(nn.Module):
    """Two fully connected layers."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.fc6 = nn.Linear(channels * BOX_SIDE**2, hidden)
        self.fc7 = nn.Linear(hidden, hidden)

    def forward(self, regions: Tensor) -> Tensor:
        return functional.relu(self.fc7(functional.relu(self.fc6(regions.flatten(1)))))


class BoxPredictor(nn.Module):
    def __init__(self, hidden: int, classes: int) -> None:
        super().__init__()
        self.cls_score = nn.Linear(hidden, classes)
        self.bbox_pred = nn.Linear(hidden, 4 * classes)

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (K, classes) and, for each class, the way to its box (K, classes, 4), in single precision."""
        return self.cls_score(hidden).float(), self.bbox_pred(hidden).unflatten(1, (-1, 4)).float()


class MaskPredictor(nn.Module):
    """To twice the size by transposed convolution, then a mask for each class."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.conv5_mask = nn.ConvTranspose2d(channels, channels, 2, stride=2)
        self.mask_fcn_logits = nn.Conv2d(channels, classes, 1)

    def forward(self, regions: Tensor) -> Tensor:
        """Return logits (K, classes, 28, 28), in single precision."""
        logits: Tensor = self.mask_fcn_logits(functional.relu(self.conv5_mask(regions)))
        return logits.float()


class RoIHeads(nn.Module):
    """Names of modules as in torchvision. Class 0 is the background."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.box_head = BoxHead(channels, HIDDEN)
        self.box_predictor = BoxPredictor(HIDDEN, classes)
        self.mask_head = nn.Sequential(*(
            nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True)) for _ in range(4)
        ))  # fmt: skip
        self.mask_predictor = MaskPredictor(channels, classes)
        for layer in (*self.mask_head.modules(), *self.mask_predictor.modules()):
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) and layer.bias is not None:
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def detect(
        self, levels: Sequence[Tensor], proposals: Sequence[Tensor], sizes: Sequence[tuple[int, int]]
    ) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Return boxes (K, 4), classes (K,), scores (K,) and masks (K, 28, 28) of each image, the best first."""
        logits, steps = self._judged(levels, proposals)
        counts = [boxes.shape[0] for boxes in proposals]  # not len, which is a number also while it is exported
        boxes = torch.split(decode(steps, torch.cat(list(proposals)), WEIGHTS), counts)
        scores = torch.split(logits.softmax(-1), counts)
        found = [detections(*of_image) for of_image in zip(boxes, scores, sizes, strict=True)]
        masks = self._mask_logits(levels, [boxes for boxes, _, _ in found])
        labels = torch.cat([classes for _, classes, _ in found])
        own = masks[torch.arange(labels.shape[0], device=labels.device), labels].sigmoid()
        cut = torch.split(own, [boxes.shape[0] for boxes, _, _ in found])
        return [(*of_image, mask) for of_image, mask in zip(found, cut, strict=True)]

    def losses(
        self, levels: Sequence[Tensor], proposals: Sequence[Tensor], targets: Sequence[Target]
    ) -> dict[str, Tensor]:
        """Return ``loss_classifier``, ``loss_box_reg`` and ``loss_mask``."""
        chosen: list[Sampled] = [sampled(boxes, target) for boxes, target in zip(proposals, targets, strict=True)]
        logits, steps = self._judged(levels, [one.boxes for one in chosen])
        objects = [one.of_objects() for one in chosen]
        masks = self._mask_logits(levels, [one.boxes for one in objects])
        return {**box_losses(logits, steps, chosen), "loss_mask": mask_loss(masks, objects, targets)}

    def _judged(self, levels: Sequence[Tensor], boxes: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        regions = pyramid_roi_align(levels, STRIDES, as_rois(boxes), BOX_SIDE, SAMPLES)
        judged: tuple[Tensor, Tensor] = self.box_predictor(self.box_head(regions))
        return judged

    def _mask_logits(self, levels: Sequence[Tensor], boxes: Sequence[Tensor]) -> Tensor:
        regions = pyramid_roi_align(levels, STRIDES, as_rois(boxes), MASK_SIDE, SAMPLES)
        logits: Tensor = self.mask_predictor(self.mask_head(regions))
        return logits


def as_rois(boxes: Sequence[Tensor]) -> Tensor:
    """Return the boxes (K_i, 4) of images as regions (sum of K_i, 5), the number of the image first."""
    return torch.cat([functional.pad(one, (1, 0), value=number) for number, one in enumerate(boxes)])


def detections(boxes: Tensor, scores: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor, Tensor]:
    """Return boxes, classes and scores of what is found in an image, the best first.

    ``boxes`` (K, classes, 4) and ``scores`` (K, classes) are those of all proposals, each of which may be an object of
    several classes; class 0, the background, is none.
    """
    clipped = clip(boxes[:, 1:], *size).flatten(0, 1)
    flat = scores[:, 1:].flatten()
    labels = torch.arange(1, scores.shape[1], device=scores.device).repeat(scores.shape[0])
    likely = torch.where(flat > LEAST_SCORE)[0]
    likely = likely[at_least(clipped[likely], 1e-2)]
    best = likely[batched_nms(clipped[likely], flat[likely], labels[likely], OVERLAP)[:MOST]]
    return clipped[best], labels[best], flat[best]
