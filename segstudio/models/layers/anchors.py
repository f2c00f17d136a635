"""Anchors: the boxes that a region proposal network starts from."""

from collections.abc import Sequence

import torch
from torch import Tensor


def cell_anchors(sizes: Sequence[float], ratios: Sequence[float]) -> Tensor:
    """Return the anchors about the origin, (len(ratios) * len(sizes), 4), rounded to whole pixels.

    Ren 2015 (Faster R-CNN), section 3.1.1: ``size`` squared is the area, a ratio is height over width.
    """
    roots = torch.tensor(ratios, dtype=torch.float32).sqrt()
    lengths = torch.tensor(sizes, dtype=torch.float32)
    widths = ((1 / roots)[:, None] * lengths).flatten()
    heights = (roots[:, None] * lengths).flatten()
    return (torch.stack((-widths, -heights, widths, heights), dim=1) / 2).round()


def grid_anchors(cell: Tensor, rows: int, columns: int, stride: tuple[int, int]) -> Tensor:
    """Return ``cell`` (A, 4) moved to each place of a grid, row by row: (rows * columns * A, 4).

    ``stride`` is the step in pixels, y then x; the first place is the picture's corner, not half a step from it.
    """
    y = torch.arange(rows, device=cell.device) * stride[0]
    x = torch.arange(columns, device=cell.device) * stride[1]
    y, x = (grid.flatten() for grid in torch.meshgrid(y, x, indexing="ij"))
    return (torch.stack((x, y, x, y), dim=1)[:, None] + cell).flatten(0, 1)
