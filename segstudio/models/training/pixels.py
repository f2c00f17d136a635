"""Learning the class of each pixel."""

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.schema import LabelSchema
from segstudio.models.description import Description
from segstudio.models.inference import normalized
from segstudio.models.training.augmentation import changed, cut, random_side
from segstudio.models.training.crops import check_crop
from segstudio.models.training.losses import IGNORED, summed
from segstudio.models.training.plan import Plan
from segstudio.models.training.score import PixelScoring
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork

Crop = tuple[Tensor, Tensor]
"""An image (3, S, S) float 0..255 and its target (S, S) int64; of a batch, both with N before."""


class Pixels:
    """The task of networks that give (N, C, H, W) logits.

    Raises ``ValueError`` for a plan without crops, and ``SegstudioError`` for crops that are too small.
    """

    measure = "mean_iou"

    def __init__(self, network: nn.Module, description: Description, plan: Plan, device: torch.device) -> None:
        if plan.crop is None:
            raise ValueError("it learns from crops, and the plan has none")
        check_crop(network, description.architecture, description.preprocess.channels, plan.crop)
        self._description, self._device = description, device
        self._side, self._augmentation = plan.crop, plan.augmentation
        self._loss = summed(plan.loss)
        self._weights = torch.tensor(plan.class_weights, device=device) if plan.class_weights else None
        self.batch = f"{plan.batch} crops of {plan.crop} x {plan.crop} pixels"

    def crop(self, image: RgbImage, labels: LabelPlane, chance: random.Random) -> Crop:
        """Cut first, and make floats of what is cut: those of a whole picture take four times its bytes."""
        taken = random_side(self._side, self._augmentation, chance)
        image, labels = cut(image, labels, (taken, taken), chance)
        pixels = torch.from_numpy(np.ascontiguousarray(image)).movedim(-1, 0).float()
        target = targets_of(labels, self._description.classes)
        return changed(pixels, target, (taken, self._side), self._augmentation, chance)

    def gathered(self, crops: Sequence[Crop]) -> Crop:
        images, targets = zip(*crops, strict=True)
        return torch.stack(images), torch.stack(targets)

    def loss(self, network: nn.Module, batch: Crop) -> Tensor:
        """Return the loss, with that of an auxiliary head where the network has one."""
        images = normalized(batch[0].to(self._device), self._description.preprocess)
        targets = batch[1].to(self._device)
        if not isinstance(network, AuxiliaryNetwork):
            return self._loss(network(images).float(), targets, self._weights)
        logits, auxiliary = network.with_auxiliary(images)
        loss = self._loss(logits.float(), targets, self._weights)
        if auxiliary is None:
            return loss
        return loss + network.AUXILIARY_WEIGHT * self._loss(auxiliary.float(), targets, self._weights)

    def scoring(self, network: nn.Module) -> PixelScoring:
        return PixelScoring(network, self._description)


def targets_of(labels: LabelPlane, schema: LabelSchema) -> Tensor:
    """Return the channel by pixel, int64 (H, W); ``IGNORED`` where the class is ignored or the value is no class."""
    channel = np.full(np.iinfo(labels.dtype).max + 1, IGNORED, np.int64)
    for index, scored in enumerate(schema.scored):
        channel[scored.id] = index
    return torch.from_numpy(channel[labels])
