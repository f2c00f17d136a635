"""The pixels of one image that a cell of the confusion matrix counts."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from segstudio.core.raster import LabelPlane, Mask, Rect


class Pixels(NamedTuple):
    """A mask of the shape of ``at``, a rectangle of the picture."""

    mask: Mask
    at: Rect


def confused_pixels(
    truth: LabelPlane, prediction: LabelPlane, true_id: int, predicted: int | None, scored: Collection[int]
) -> Pixels | None:
    """Return the pixels of a true class that were predicted as another, within the rectangle around them.

    ``predicted`` is None for predictions of none of the classes ``scored``. None where there is no such pixel. The
    planes, (height, width), have the same shape.
    """
    mask = truth == true_id
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    band = slice(int(rows[0]), int(rows[-1]) + 1)  # most classes fill a part of a picture only
    mask = mask[band]
    if predicted is None:
        mask &= ~np.isin(prediction[band], list(scored))
    else:
        mask &= prediction[band] == predicted
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not ys.size:
        return None
    y0, y1, x0, x1 = int(ys[0]), int(ys[-1]) + 1, int(xs[0]), int(xs[-1]) + 1
    return Pixels(mask[y0:y1, x0:x1].copy(), Rect(band.start + y0, x0, band.start + y1, x1))
