"""Networks that find objects: what they give, and what they learn from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from segstudio.models.layers.mask_pasting import Placed, placed_masks


@dataclass(frozen=True, slots=True)
class Detections:
    """Objects found in an image of ``height`` and ``width``, the best first.

    ``boxes`` (K, 4) in its pixels, ``labels`` (K,) int64 from 1, ``scores`` (K,), ``masks`` (K, 28, 28) probabilities
    within the boxes.
    """

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    masks: Tensor
    height: int
    width: int

    def placed(self) -> Iterator[Placed]:
        """Give the masks at the size that they have in the image, and where they are, one at a time."""
        return placed_masks(self.masks, self.boxes, self.height, self.width)


@dataclass(frozen=True, slots=True)
class Target:
    """The objects of an image: ``boxes`` (M, 4) float, ``labels`` (M,) int64 from 1, ``masks`` (M, H, W) 0 or 1."""

    boxes: Tensor
    labels: Tensor
    masks: Tensor


class ObjectFinder(nn.Module, ABC):
    """A network that brings images to a size of its own, and finds objects in them. Class 0 is the background."""

    @abstractmethod
    def forward(self, images: Sequence[Tensor] | Tensor) -> list[Detections]:
        """Return what is found in images (in_channels, H, W), float and normalised, of any sizes."""


class ObjectNetwork(ObjectFinder):
    """One that knows what it learns by."""

    @abstractmethod
    def losses(self, images: Sequence[Tensor] | Tensor, targets: Sequence[Target]) -> dict[str, Tensor]:
        """Return the losses, whose sum is learnt, by name."""

    @abstractmethod
    def resized_to(self, height: int, width: int) -> tuple[int, int]:
        """Return the height and width that it brings an image to."""
