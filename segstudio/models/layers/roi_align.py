"""RoIAlign: He 2017, "Mask R-CNN", section 3; which level of a pyramid it reads: Lin 2017, "FPN", section 4.2."""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.layers.boxes import area

CANONICAL_SIDE: Final = 224
CANONICAL_LEVEL: Final = 4
"""A box of 224 x 224 pixels, as ImageNet classifiers see, is read from the level of stride 2 ** 4."""


def roi_align(
    features: Tensor,
    rois: Tensor,
    size: tuple[int, int],
    scale: float = 1.0,
    samples: int = 0,
    aligned: bool = False,
) -> Tensor:
    """Return each region resampled to ``size`` (height, width): (K, C, height, width).

    ``features`` (N, C, H, W); ``rois`` (K, 5): number of the image, then x1, y1, x2, y2 in pixels, of which
    ``scale`` makes those of the features. Each cell is the mean of ``samples`` x ``samples`` bilinear samples;
    with 0, of as many as there are features across it. ``aligned`` takes a pixel's middle for its place, so half
    a pixel is taken off the coordinates; without it a region is a pixel wide and high at least, as first published.

    A cell is a weighted sum of rows of the (N * H * W, C) table of features, so torch's ``embedding_bag`` computes it,
    and its gradient for ``features``; there is none for ``rois``.
    """
    if torch.onnx.is_in_onnx_export():
        cells: Tensor = _OnnxRoiAlign.apply(features, rois, size, scale, samples, aligned)  # type: ignore[no-untyped-call]
        return cells
    return _resampled(features, rois, size, scale, samples, aligned)


def _resampled(
    features: Tensor, rois: Tensor, size: tuple[int, int], scale: float, samples: int, aligned: bool
) -> Tensor:
    channels, height, width = features.shape[1:]
    # Half precision has no room for coordinates of a large picture.
    exact = torch.promote_types(features.dtype, torch.float32)
    table = features.movedim(1, -1).reshape(-1, channels).to(exact)
    corners = rois[:, 1:].to(exact) * scale - (0.5 if aligned else 0.0)
    x, x_weight = _samples(corners[:, 0], corners[:, 2], size[1], samples, width, aligned)
    y, y_weight = _samples(corners[:, 1], corners[:, 3], size[0], samples, height, aligned)
    first = rois[:, 0].long()[:, None, None] * (height * width)
    index = (first + y * width)[:, :, None, :, None] + x[:, None, :, None, :]
    weight = y_weight[:, :, None, :, None] * x_weight[:, None, :, None, :]
    cells = functional.embedding_bag(
        index.flatten(3).flatten(0, 2), table, per_sample_weights=weight.flatten(3).flatten(0, 2), mode="sum"
    )
    return cells.view(len(rois), *size, channels).movedim(-1, 1).to(features.dtype)


def pyramid_roi_align(
    levels: Sequence[Tensor], strides: Sequence[int], rois: Tensor, size: int, samples: int
) -> Tensor:
    """Return each region (K, 5) from the level that fits its size: (K, C, size, size).

    ``levels`` are features (N, C, H, W), the finest first, at ``strides`` that are powers of two.
    """
    chosen = pyramid_level(rois[:, 1:], strides[0].bit_length() - 1, strides[-1].bit_length() - 1)
    members = [torch.where(chosen == number)[0] for number in range(len(levels))]
    read = [
        roi_align(features, rois[own], (size, size), 1 / stride, samples)
        for features, stride, own in zip(levels, strides, members, strict=True)
    ]
    return torch.cat(read).index_select(0, torch.cat(members).argsort())


def pyramid_level(boxes: Tensor, first: int, last: int) -> Tensor:
    """Return the level for each box, counted from ``first``: equation 1 of FPN, within ``first``..``last``."""
    # The little that is added keeps a box of exactly 112 or 224 pixels from falling a level by rounding.
    level = torch.floor(CANONICAL_LEVEL + torch.log2(area(boxes).sqrt() / CANONICAL_SIDE) + 1e-6)
    return level.clamp(first, last).long() - first


def _samples(start: Tensor, end: Tensor, cells: int, samples: int, length: int, aligned: bool) -> tuple[Tensor, Tensor]:
    """Return, along one axis, the places (K, cells, 2 * S) that each cell reads, and the weights of their features.

    A sample lies between two places and shares its weight out to them; one that is more than a pixel outside of
    0..``length`` - 1 has none. S is the largest number of samples of any region; others have weight 0 beyond theirs.
    """
    extent = end - start if aligned else (end - start).clamp(min=1)
    cell = extent / cells
    counts = torch.full_like(cell, samples) if samples else cell.ceil()
    most = samples or max(1, int(counts.max())) if len(counts) else 1
    number = torch.arange(most, device=start.device, dtype=start.dtype)
    step = (number + 0.5) * cell[:, None] / counts[:, None]
    position = (start[:, None] + torch.arange(cells, device=start.device) * cell[:, None])[..., None] + step[:, None]
    weight = (number < counts[:, None]) / counts.clamp(min=1)[:, None]
    weight = weight[:, None] * ((position >= -1) & (position <= length))
    position = position.clamp(0, length - 1).nan_to_num()
    low = position.floor()
    share = position - low
    low_index = low.long()
    places = torch.stack((low_index, (low_index + 1).clamp(max=length - 1)), dim=-1)
    return places.flatten(2), torch.stack((weight * (1 - share), weight * share), dim=-1).flatten(2)


class _OnnxRoiAlign(torch.autograd.Function):
    """``roi_align`` as ONNX has it."""

    @staticmethod
    def forward(
        ctx: Any, features: Tensor, rois: Tensor, size: tuple[int, int], scale: float, samples: int, aligned: bool
    ) -> Tensor:
        return _resampled(features, rois, size, scale, samples, aligned)

    @staticmethod
    def symbolic(
        g: Any, features: Any, rois: Any, size: tuple[int, int], scale: float, samples: int, aligned: bool
    ) -> Any:
        """Write it into a graph."""
        first, rest = (g.op("Constant", value_t=torch.tensor(place)) for place in (0, [1, 2, 3, 4]))
        image = g.op("Cast", g.op("Gather", rois, first, axis_i=1), to_i=torch.onnx.TensorProtoDataType.INT64)
        return g.op(
            "RoiAlign", features, g.op("Gather", rois, rest, axis_i=1), image,
            coordinate_transformation_mode_s="half_pixel" if aligned else "output_half_pixel",
            output_height_i=size[0], output_width_i=size[1], sampling_ratio_i=samples, spatial_scale_f=scale,
        )  # fmt: skip
