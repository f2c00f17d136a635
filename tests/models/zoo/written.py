"""Networks written down a second time, with torch's functions and the weights by name."""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Written:
    """The weights of a network, and what its layers do with them; a layer's name is that of its module."""

    def __init__(self, network: nn.Module) -> None:
        self.weights = network.state_dict()

    def conv(
        self, maps: Tensor, name: str, *, stride: int = 1, dilation: int = 1, padding: int | None = None
    ) -> Tensor:
        """Convolve, by default with the padding that keeps the size; a depthwise weight convolves each channel."""
        weight, bias = self.weights[f"{name}.weight"], self.weights.get(f"{name}.bias")
        border = dilation * (weight.shape[-1] // 2) if padding is None else padding
        groups = maps.shape[1] // weight.shape[1]
        return functional.conv2d(maps, weight, bias, stride, border, dilation, groups)

    def norm(self, maps: Tensor, name: str, eps: float = 1e-5) -> Tensor:
        mean, var, gain, shift = (
            self.weights[f"{name}.{part}"].view(-1, 1, 1) for part in ("running_mean", "running_var", "weight", "bias")
        )
        normalised: Tensor = (maps - mean) / (var + eps).sqrt() * gain + shift
        return normalised

    def unit(self, maps: Tensor, name: str, *, stride: int = 1, dilation: int = 1) -> Tensor:
        """Convolution, normalisation and ReLU as modules 0 and 1 of ``name``."""
        return self.norm(self.conv(maps, f"{name}.0", stride=stride, dilation=dilation), f"{name}.1").relu()

    def bottleneck(self, maps: Tensor, name: str, *, stride: int = 1, dilation: int = 1) -> Tensor:
        found = self.norm(self.conv(maps, f"{name}.conv1"), f"{name}.bn1").relu()
        found = self.norm(self.conv(found, f"{name}.conv2", stride=stride, dilation=dilation), f"{name}.bn2").relu()
        found = self.norm(self.conv(found, f"{name}.conv3"), f"{name}.bn3")
        if f"{name}.downsample.0.weight" in self.weights:
            maps = self.norm(self.conv(maps, f"{name}.downsample.0", stride=stride), f"{name}.downsample.1")
        return (found + maps).relu()

    def basic_block(self, maps: Tensor, name: str) -> Tensor:
        found = self.norm(self.conv(maps, f"{name}.conv1"), f"{name}.bn1").relu()
        return (self.norm(self.conv(found, f"{name}.conv2"), f"{name}.bn2") + maps).relu()


def enlarged(maps: Tensor, like: Tensor, align_corners: bool) -> Tensor:
    size = like.shape[-2:]
    return functional.interpolate(maps, (size[0], size[1]), mode="bilinear", align_corners=align_corners)


def normalised_locally(maps: Tensor) -> Tensor:
    """Caffe's LRN of 5 channels, alpha 1e-4 and beta 0.75: alpha is shared out to the five."""
    squares = functional.pad(maps.square(), (0, 0, 0, 0, 2, 2))
    total = torch.stack([squares[:, shift : shift + maps.shape[1]] for shift in range(5)]).sum(0)
    return maps / (1 + 1e-4 / 5 * total) ** 0.75
