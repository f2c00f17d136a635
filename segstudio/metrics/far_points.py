"""Where the outlines of two masks are far apart: the two points that a Hausdorff distance stands for."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask
from segstudio.metrics.boxes import common_box
from segstudio.metrics.distances import Spacing
from segstudio.metrics.surface import Surfaces, edge_pixels


class FarPoints(NamedTuple):
    """A pixel (row, column) of each outline, and how far apart they are, in the unit of the spacing."""

    truth: tuple[int, int]
    prediction: tuple[int, int]
    distance: float


def far_points(
    truth: Mask, prediction: Mask, found: Surfaces, spacing: Spacing = (1.0, 1.0), percentile: float = 100.0
) -> FarPoints | None:
    """Return the points of ``hausdorff`` with the convention "edges", at a percentile of the directed distances.

    ``found`` is what ``surfaces`` measures of the two masks with that convention and ``spacing``. One point lies on
    the outline whose distances are the larger ones at that percentile; its distance is the least of them that is no
    less than the percentile. The other is the nearest to it. None where a mask is empty.
    """
    if found.both_empty or found.one_empty:
        return None
    box = common_box(truth, prediction)
    outlines = [np.argwhere(edge_pixels(mask[box])) for mask in (truth, prediction)]
    far = found.truth, found.prediction
    limits = [float(np.percentile(side, percentile)) for side in far]
    source = int(limits[1] > limits[0])
    # What numpy interpolates may come out a rounding error above the value that it stands for.
    beyond = np.where(far[source] >= limits[source] * (1 - 1e-12), far[source], np.inf)
    at = int(np.argmin(beyond))
    start = outlines[source][at]
    end = _nearest(start, outlines[1 - source], spacing)
    corner = np.array([box[0].start, box[1].start])
    pair = [(int(y), int(x)) for y, x in (start + corner, end + corner)]
    return FarPoints(pair[source], pair[1 - source], float(far[source][at]))


def _nearest(point: NDArray[np.intp], others: NDArray[np.intp], spacing: Spacing) -> NDArray[np.intp]:
    away = ((others - point) * np.array(spacing)) ** 2
    nearest: NDArray[np.intp] = others[int(np.argmin(away.sum(axis=1)))]
    return nearest
