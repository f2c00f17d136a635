"""Squeeze and excitation: Hu, Shen and Sun, "Squeeze-and-excitation networks", CVPR 2018, section 3."""

from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Scale each channel by what the means of all channels say about it.

    The gate is the hard sigmoid of MobileNetV3 (Howard 2019, section 5.2) in place of the sigmoid.
    """

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = nn.ReLU()
        self.scale_activation = nn.Hardsigmoid()

    def forward(self, features: Tensor) -> Tensor:
        squeezed = self.activation(self.fc1(self.avgpool(features)))
        gate: Tensor = self.scale_activation(self.fc2(squeezed))
        return gate * features
