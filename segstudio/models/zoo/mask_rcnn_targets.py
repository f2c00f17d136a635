"""What the heads of Mask R-CNN learn from: He 2017, section 3.1, training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.layers.boxes import box_iou, encode
from segstudio.models.layers.matching import BACKGROUND, UNDECIDED, balanced_sample, matched
from segstudio.models.layers.roi_align import roi_align
from segstudio.models.zoo.object_network import Target

WEIGHTS: Final = (10.0, 10.0, 5.0, 5.0)


def check_boxes(targets: Sequence[Target]) -> None:
    """Raise ``ValueError`` for a box that is empty, turned round or not finite: the way to it would not be either."""
    for number, target in enumerate(targets):
        size = target.boxes[:, 2:] - target.boxes[:, :2]
        fault = ~((size > 0) & size.isfinite()).all(1)
        if bool(fault.any()):
            box = target.boxes[fault][0].tolist()
            raise ValueError(f"the box {box} of image {number} has no area; x1, y1 come before x2, y2")


@dataclass(frozen=True, slots=True)
class Sampled:
    """Proposals (K, 4) to learn from: the class of each, 0 the background, its object, and the way to that box."""

    boxes: Tensor
    labels: Tensor
    objects: Tensor
    steps: Tensor

    def of_objects(self) -> "Sampled":
        """Return those that are not background."""
        some = torch.where(self.labels > 0)[0]
        return Sampled(self.boxes[some], self.labels[some], self.objects[some], self.steps[some])


def sampled(proposals: Tensor, target: Target) -> Sampled:
    """Choose 512 proposals, up to a quarter of them on objects; the objects' own boxes are proposals too."""
    boxes = torch.cat((proposals, target.boxes.to(proposals)))
    labels, objects = _assigned(boxes, target)
    positive, negative = balanced_sample(labels, 512, 0.25)
    chosen = torch.cat((positive, negative)).sort().values
    own = target.boxes.to(proposals)[objects[chosen]] if len(target.boxes) else torch.zeros_like(boxes[chosen])
    return Sampled(boxes[chosen], labels[chosen], objects[chosen], encode(own, boxes[chosen], WEIGHTS))


def _assigned(boxes: Tensor, target: Target) -> tuple[Tensor, Tensor]:
    """Return the class (-1 for neither this nor that) and the object of each box."""
    if not len(target.boxes):
        nothing = torch.zeros(len(boxes), dtype=torch.int64, device=boxes.device)
        return nothing, nothing
    found = matched(box_iou(target.boxes.to(boxes), boxes), 0.5, 0.5)
    objects = found.clamp(min=0)
    labels = target.labels[objects].clone()
    labels[found == BACKGROUND] = 0
    labels[found == UNDECIDED] = -1
    return labels, objects


def box_losses(logits: Tensor, steps: Tensor, chosen: Sequence[Sampled]) -> dict[str, Tensor]:
    """Return cross entropy of the classes (K, classes), and smooth L1 of the way (K, classes, 4) of the true class."""
    labels, targets = torch.cat([one.labels for one in chosen]), torch.cat([one.steps for one in chosen])
    objects = torch.where(labels > 0)[0]
    own = steps[objects, labels[objects]]
    box = functional.smooth_l1_loss(own, targets[objects], beta=1 / 9, reduction="sum") / max(len(labels), 1)
    return {"loss_classifier": functional.cross_entropy(logits, labels), "loss_box_reg": box}


def mask_loss(logits: Tensor, objects: Sequence[Sampled], targets: Sequence[Target]) -> Tensor:
    """Return the binary cross entropy of the mask of the true class, (K, classes, 28, 28), within each box."""
    if not len(logits):
        return logits.sum() * 0
    labels = torch.cat([one.labels for one in objects])
    cut = [_cut(target.masks, one, logits.shape[-1]) for target, one in zip(targets, objects, strict=True)]
    own = logits[torch.arange(len(labels), device=labels.device), labels]
    return functional.binary_cross_entropy_with_logits(own, torch.cat(cut))


def _cut(masks: Tensor, chosen: Sampled, side: int) -> Tensor:
    """Return what of its object's mask lies in each box, resampled to (K, side, side)."""
    rois = torch.cat((chosen.objects[:, None].to(chosen.boxes), chosen.boxes), dim=1)
    return roi_align(masks[:, None].to(chosen.boxes), rois, (side, side))[:, 0]
