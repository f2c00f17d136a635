"""The parts of a RefineNet block."""

from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.layers.conv import conv


class ResidualConvUnit(nn.Module):
    """RCU: twice ReLU and a 3x3 convolution, and a way around them; Lin 2017 (RefineNet), figure 3 (b)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = conv(channels, channels, bias=True)
        self.conv2 = conv(channels, channels)

    def forward(self, features: Tensor) -> Tensor:
        found = self.conv1(functional.relu(features))
        result: Tensor = self.conv2(functional.relu(found)).add_(features)
        return result


class ChainedResidualPooling(nn.ModuleList):
    """Pooling 5x5 and convolving, ``count`` times one after the other, each added: Lin 2017, figure 3 (d).

    It takes features after a ReLU; what is far away comes in without a loss of resolution.
    """

    def __init__(self, channels: int, count: int = 4) -> None:
        super().__init__(conv(channels, channels) for _ in range(count))

    def forward(self, features: Tensor) -> Tensor:
        found = total = features
        for convolve in self:
            found = convolve(functional.max_pool2d(found, 5, stride=1, padding=2))
            total = total + found
        return total
