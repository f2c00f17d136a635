"""Feature pyramid: Lin et al., "Feature pyramid networks for object detection", CVPR 2017, section 3."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional


class FeaturePyramid(nn.Module):
    """From coarse to fine, the coarser enlarged and added to each level; names of modules as in torchvision.

    One level more, every other place of the coarsest, is for large anchors: Faster R-CNN on FPN, section 4.1.
    """

    def __init__(self, in_channels: Sequence[int], channels: int) -> None:
        super().__init__()
        self.inner_blocks = nn.ModuleList(nn.Sequential(nn.Conv2d(width, channels, 1)) for width in in_channels)
        self.layer_blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1)) for _ in in_channels
        )
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d) and layer.bias is not None:
                nn.init.kaiming_uniform_(layer.weight, a=1)
                nn.init.zeros_(layer.bias)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return a map of ``channels`` for each of the features, the finest first, and the one more."""
        merged: Tensor | None = None
        levels = []
        for inner, outer, level in reversed(list(zip(self.inner_blocks, self.layer_blocks, features, strict=True))):
            lateral: Tensor = inner(level)
            if merged is not None:
                lateral = lateral + functional.interpolate(merged, lateral.shape[-2:], mode="nearest")
            merged = lateral
            levels.append(outer(merged))
        levels.reverse()
        return [*levels, functional.max_pool2d(levels[-1], 1, stride=2)]
