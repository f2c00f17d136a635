"""Learning the objects of whole images, with a network that knows its own losses."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.core.raster import InstancePlane, LabelMap, RgbImage
from segstudio.models.description import Description
from segstudio.models.inference import normalized
from segstudio.models.training.augmentation import cut, flipped, lit, padded
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import ObjectScoring, Quality
from segstudio.models.zoo.object_network import ObjectNetwork, Target


@dataclass(frozen=True, slots=True)
class Crop:
    """``image`` (3, H, W) float 0..255; ``numbers`` (H, W) int64 from 1, ``channels`` (K,) those of their classes."""

    image: Tensor
    numbers: Tensor
    channels: Tensor


class Objects:
    """The task of an ``ObjectNetwork``; ``quality`` begins what its predictions are scored with.

    Every image is learnt from whole, brought to the size that the network brings it to. Pixels of an ignored class are
    background to it. Raises ``ValueError`` for a plan of crops.
    """

    measure = "pq"

    def __init__(
        self,
        network: ObjectNetwork,
        description: Description,
        plan: Plan,
        device: torch.device,
        quality: Callable[[], Quality],
    ) -> None:
        if plan.crop is not None:
            raise ValueError("it learns from whole images, and the plan has crops")
        self._size = network.resized_to
        self._description, self._device, self._quality = description, device, quality
        self._augmentation: Final[Augmentation] = plan.augmentation
        self.batch = f"{plan.batch} images"

    def crop(self, image: RgbImage, labels: LabelMap, chance: random.Random) -> Crop:
        """Take a window that is larger or smaller than the image, and bring it to the network's size.

        An object that the window cuts is learnt as far as it lies within.
        """
        factor = self._augmentation.scale ** chance.uniform(-1, 1)
        height, width = (max(1, round(side * factor)) for side in image.shape[:2])
        numbers, channels = self._objects(labels)
        image, cut_numbers = cut(image, numbers, (height, width), chance)
        pixels = torch.from_numpy(np.ascontiguousarray(image)).movedim(-1, 0).float()
        target = torch.from_numpy(cut_numbers.astype(np.int64))
        pixels, target = _fitted(*padded(pixels, target, (height, width)), self._size(height, width))
        pixels, target = flipped(pixels, target, self._augmentation.turns, chance)
        return Crop(lit(pixels, self._augmentation.light, chance), target, channels)

    def gathered(self, crops: Sequence[Crop]) -> Sequence[Crop]:
        return crops

    def loss(self, network: nn.Module, batch: Sequence[Crop]) -> Tensor:
        """Return the sum of the network's losses."""
        assert isinstance(network, ObjectNetwork)
        images = [normalized(crop.image.to(self._device)[None], self._description.preprocess)[0] for crop in batch]
        targets = [target_of(crop.numbers.to(self._device), crop.channels.to(self._device)) for crop in batch]
        return torch.stack(list(network.losses(images, targets).values())).sum()

    def scoring(self, network: nn.Module) -> ObjectScoring:
        return ObjectScoring(network, self._description, self._quality())

    def _objects(self, labels: LabelMap) -> tuple[InstancePlane, Tensor]:
        """Return a plane in which the objects that are learnt are numbered from 1, and the channel of each."""
        assert labels.instances is not None
        known, first, places = np.unique(labels.instances, return_index=True, return_inverse=True)
        channel_of = {c.id: channel for channel, c in enumerate(self._description.classes.scored) if channel}
        classes = labels.classes.reshape(-1)[first].tolist()
        channels = [channel_of.get(c, 0) * (number > 0) for c, number in zip(classes, known.tolist(), strict=True)]
        learnt = np.array(channels) > 0
        renumbered = (np.cumsum(learnt) * learnt).astype(np.uint32)
        kept = [channel for channel in channels if channel]
        return renumbered[places].reshape(labels.classes.shape), torch.tensor(kept, dtype=torch.int64)


def target_of(numbers: Tensor, channels: Tensor) -> Target:
    """Return the objects that have a pixel, with the boxes around their masks.

    ``numbers`` (H, W) int64 are those of objects where they are above 0; ``channels`` (K,) the class of each.
    """
    there = numbers.unique()  # type: ignore[no-untyped-call]
    there = there[there > 0]
    masks = numbers == there[:, None, None]
    (left, right), (top, bottom) = _ends(masks.any(1)), _ends(masks.any(2))
    return Target(torch.stack((left, top, right, bottom), dim=1).float(), channels[there - 1], masks.to(torch.uint8))


def _ends(occupied: Tensor) -> tuple[Tensor, Tensor]:
    """Return the first place of each row (M, L) that is occupied, and the one behind the last."""
    first = occupied.int().argmax(1) if len(occupied) else occupied.new_zeros(0, dtype=torch.int64)
    last = occupied.int().flip(1).argmax(1) if len(occupied) else first
    return first, occupied.shape[1] - last


def _fitted(image: Tensor, numbers: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Bring an image to a size as the network would, bilinearly, and its numbers by the nearest pixel."""
    image = functional.interpolate(image[None], size, mode="bilinear", align_corners=False)[0]
    nearest = functional.interpolate(numbers[None, None].double(), size, mode="nearest-exact")
    return image, nearest[0, 0].long()
