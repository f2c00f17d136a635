"""Mask R-CNN: He, Gkioxari, Dollar and Girshick, "Mask R-CNN", ICCV 2017, with a feature pyramid."""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones import build_backbone
from segstudio.models.layers.boxes import rescale
from segstudio.models.layers.fpn import FeaturePyramid
from segstudio.models.layers.frozen_norm import freeze_norms
from segstudio.models.zoo.mask_rcnn_heads import RoIHeads
from segstudio.models.zoo.mask_rcnn_rpn import RegionProposalNetwork
from segstudio.models.zoo.mask_rcnn_targets import check_boxes
from segstudio.models.zoo.multiples import LONGER, SHORTER
from segstudio.models.zoo.object_network import Detections, ObjectNetwork, Target

CHANNELS: Final = 256
DIVISOR: Final = 32

NORMS: Final = {"batch": None, "frozen": 1e-5, "frozen_coco": 0.0}
"""Normalisation of the backbone by name: the ``eps`` of one that is frozen, None for one that learns."""


class PyramidBackbone(nn.Module):
    def __init__(self, name: str, in_channels: int, norm: str) -> None:
        super().__init__()
        self.body = build_backbone(name, in_channels)
        eps = NORMS[norm]
        if eps is not None:
            freeze_norms(self.body, eps)
        self.fpn = FeaturePyramid(self.body.channels[1:], CHANNELS)

    def forward(self, images: Tensor) -> list[Tensor]:
        levels: list[Tensor] = self.fpn(self.body(images)[1:])
        return levels


class MaskRCNN(ObjectNetwork):
    """A backbone with a pyramid, proposals, and heads for boxes and masks; names of modules as in torchvision.

    ``classes`` counts the background, class 0. An image is resized so that its shorter side has ``min_size`` pixels,
    unless its longer one would have more than ``max_size``; what is found is in the pixels of the image as it came.
    """

    def __init__(self, in_channels: int, classes: int, backbone: str, norm: str, min_size: int, max_size: int) -> None:
        super().__init__()
        if norm not in NORMS:
            raise ValueError(f"the norm of Mask R-CNN is one of {', '.join(NORMS)}, not {norm}")
        if not 1 <= min_size <= max_size:
            raise ValueError(f"min_size lies within 1..max_size, and not at {min_size} with {max_size}")
        self.min_size, self.max_size = min_size, max_size
        self.backbone = PyramidBackbone(backbone, in_channels, norm)
        self.rpn = RegionProposalNetwork(CHANNELS)
        self.roi_heads = RoIHeads(CHANNELS, classes)

    def forward(self, images: Sequence[Tensor] | Tensor) -> list[Detections]:
        """Return what is found in images (in_channels, H, W), float and normalised, of any sizes.

        Raises ``ValueError`` where there are none.
        """
        before = [(image.shape[-2], image.shape[-1]) for image in images]
        batch, sizes = batched([self._resized(image) for image in images])
        levels = self.backbone(batch)
        proposals, _ = self.rpn(levels, (batch.shape[-2], batch.shape[-1]), sizes)
        found = self.roi_heads.detect(levels[:-1], proposals, sizes)
        return [
            Detections(rescale(boxes, size, whole), labels, scores, masks, *whole)
            for (boxes, labels, scores, masks), size, whole in zip(found, sizes, before, strict=True)
        ]

    def losses(self, images: Sequence[Tensor] | Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Return the five losses, whose sum is learnt: of objectness, of boxes twice, of classes and of masks.

        Raises ``ValueError`` where there are no images, for another number of targets, and for a box without area.
        """
        check_boxes(targets)
        batch, sizes = batched([self._resized(image) for image in images])
        fitting = [
            Target(
                rescale(target.boxes, tuple(image.shape[-2:]), size), target.labels, resized_masks(target.masks, size)
            )
            for image, target, size in zip(images, targets, sizes, strict=True)
        ]
        levels = self.backbone(batch)
        proposals, said = self.rpn(levels, (batch.shape[-2], batch.shape[-1]), sizes)
        of_boxes = said.losses([target.boxes for target in fitting])
        return {**self.roi_heads.losses(levels[:-1], proposals, fitting), **of_boxes}

    def resized_to(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width that it brings an image to."""
        scale = min(self.min_size / min(height, width), self.max_size / max(height, width))
        return max(1, int(height * scale)), max(1, int(width * scale))

    def _resized(self, image: Tensor) -> Tensor:
        size: Any = self._traced_size(image) if torch.onnx.is_in_onnx_export() else self.resized_to(*image.shape[-2:])
        return functional.interpolate(image[None], size, mode="bilinear", align_corners=False)[0]

    def _traced_size(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return what ``resized_to`` does, while a network is exported: its sides are no numbers yet."""
        sides = torch.stack([torch.as_tensor(side) for side in image.shape[-2:]]).double()
        # Divided as tensors: a number over a tensor is its product with the reciprocal, which is rounded twice.
        wanted = torch.tensor((self.min_size, self.max_size)).to(sides)
        scale = (wanted / torch.stack((sides.min(), sides.max()))).min()
        return (sides * scale).floor().long().clamp(min=1).unbind()


def batched(images: Sequence[Tensor]) -> tuple[Tensor, list[tuple[int, int]]]:
    """Return images as one batch, filled up with zeros below and to the right, and (height, width) of each.

    Raises ``ValueError`` where there are none.
    """
    if not len(images):
        raise ValueError("there is no image")
    sizes = [(image.shape[-2], image.shape[-1]) for image in images]
    height, width = (max(sides) + -max(sides) % DIVISOR for sides in zip(*sizes, strict=True))
    return torch.stack([functional.pad(image, (0, width - w, 0, height - h))
                        for image, (h, w) in zip(images, sizes, strict=True)]), sizes  # fmt: skip


def resized_masks(masks: Tensor, size: tuple[int, int]) -> Tensor:
    """Return masks (M, H, W) at another size, each pixel that of the nearest."""
    return functional.interpolate(masks[:, None].float(), size, mode="nearest")[:, 0]


def mask_rcnn(
    in_channels: int,
    classes: int,
    backbone: str = "resnet50",
    norm: str = "batch",
    min_size: int = SHORTER,
    max_size: int = LONGER,
) -> MaskRCNN:
    """Build a Mask R-CNN; raises ``ValueError`` for a backbone or norm that is not known, or sizes that are none."""
    return MaskRCNN(in_channels, classes, backbone, norm, min_size, max_size)
