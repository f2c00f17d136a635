"""The pyramid pooling module of PSPNet."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import resized


class PartMeans(nn.AdaptiveAvgPool2d):
    """Means over ``output_size`` x ``output_size`` parts, also in an ONNX file for any size of the features.

    ONNX has no such operation. The mean over an axis is a product with a matrix of what each part takes in of it.
    """

    def forward(self, input: Tensor) -> Tensor:
        if not torch.onnx.is_in_onnx_export():
            return super().forward(input)
        rows, columns = (self._parts(input, axis) for axis in (-2, -1))
        return rows @ input @ columns.T

    def _parts(self, features: Tensor, axis: int) -> Tensor:
        """Return (parts, side): 1 / n where a part takes in a place, n places in all; else 0."""
        count, side = int(self.output_size), features.shape[axis]  # type: ignore[arg-type]
        part = torch.arange(count, device=features.device)[:, None]
        place = torch.arange(side, device=features.device)[None]
        first, last = part * side // count, ((part + 1) * side + count - 1) // count
        return ((place >= first) & (place < last)).to(features.dtype) / (last - first)


class PyramidPooling(nn.Module):
    """Means over 1x1, 2x2, 3x3 and 6x6 parts of the picture, beside the features: Zhao 2017 (PSPNet), section 3.2.

    (N, C, h, w) to (N, 2 C, h, w): each of the ``bins`` gives C / len(bins) channels, in their order.
    """

    def __init__(self, in_channels: int, bins: Sequence[int] = (1, 2, 3, 6), *, align_corners: bool = True) -> None:
        super().__init__()
        self.align_corners = align_corners
        width = in_channels // len(bins)
        self.features = nn.ModuleList(nn.Sequential(PartMeans(side), *ConvNorm(in_channels, width, 1)) for side in bins)
        self.out_channels = in_channels + width * len(bins)

    def forward(self, features: Tensor) -> Tensor:
        levels = [resized(level(features), features, align_corners=self.align_corners) for level in self.features]
        return torch.cat([features, *levels], dim=1)
