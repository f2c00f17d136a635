"""What every backbone is."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Backbone(nn.Module, ABC):
    """Feature maps of an image, from fine to coarse; ``channels`` are those of each."""

    channels: tuple[int, int, int, int, int]

    @abstractmethod
    def forward(self, image: Tensor) -> list[Tensor]:
        """Return five feature maps, (N, channels[i], h, w), for (N, in_channels, H, W) float.

        They lie at strides 2, 4, 8, 16 and 32; with an output stride of 8 or 16 those beyond it lie at that stride.
        """
