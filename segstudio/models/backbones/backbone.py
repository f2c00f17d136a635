"""What every backbone is."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator

from torch import Tensor, nn


class Backbone(nn.Module, ABC):
    """Five feature maps of an image, from fine to coarse; ``channels`` are those of each.

    They lie at strides 2, 4, 8, 16 and 32; with an output stride of 8 or 16 those beyond it lie at that stride.
    """

    channels: tuple[int, int, int, int, int]

    @abstractmethod
    def maps(self, image: Tensor) -> Iterator[Tensor]:
        """Give the maps, (N, channels[i], h, w), of (N, in_channels, H, W) float, each once the next is asked for."""

    def forward(self, image: Tensor, wanted: Collection[int] = range(5)) -> list[Tensor]:
        """Return the maps of the ``wanted`` indices; of the others the memory is free as soon as they are used."""
        return [features for index, features in enumerate(self.maps(image)) if index in wanted]
