"""What correcting an error is worth: how much mean IoU it adds, exactly, from the counts alone."""

import math

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.schema import MAX_ID
from segstudio.metrics import overlap
from segstudio.metrics.ratio import ratio

Ids = NDArray[np.integer]


def corrected(confusion: Confusion, truth: Ids, predicted: Ids, pixels: Ids, taken: bool = False) -> Confusion:
    """Return the counts after errors are corrected: the prediction becomes the truth or, where ``taken``, vice versa.

    The errors, each of shape (n,), are pixels of the class ``truth`` that were predicted as the value ``predicted``.
    Pixels whose prediction is no scored class are no longer scored when it is taken.
    """
    counts = confusion.counts.copy()
    rows, columns = _places(confusion, truth), _places(confusion, predicted)
    np.subtract.at(counts, (rows, columns), pixels)
    if not taken:
        np.add.at(counts, (rows, rows), pixels)
        return Confusion(confusion.labels, counts, confusion.ignored, confusion.undeclared)
    inside = columns < len(confusion.labels)
    np.add.at(counts, (columns[inside], columns[inside]), pixels[inside])
    return Confusion(confusion.labels, counts, confusion.ignored + int(pixels[~inside].sum()), confusion.undeclared)


def worth(confusion: Confusion, truth: Ids, predicted: Ids, pixels: Ids, taken: bool = False) -> overlap.FloatArray:
    """Return what each error alone adds to mean IoU when it is corrected, as ``corrected`` says; float64 (n,).

    Equal to the difference of the mean IoU of the counts after and before, but for the last bits. A class that is
    then in neither truth nor prediction leaves the mean. nan where no class is left in it.
    """
    rows, columns = _places(confusion, truth), _places(confusion, predicted)
    # Of the two classes one is right in more pixels of an equal union, and the other's union is smaller.
    grows, shrinks = (columns, rows) if taken else (rows, columns)
    both = np.append(overlap.intersection(confusion), 0)
    union = np.append(overlap.truth_pixels(confusion) + overlap.predicted_pixels(confusion), 0) - both
    before = np.append(np.nan_to_num(overlap.iou(confusion)), 0.0)
    more, less = ratio(both[grows] + pixels, union[grows]), ratio(both[shrinks], union[shrinks] - pixels)
    change = np.nan_to_num(more) - before[grows] + np.nan_to_num(less) - before[shrinks]
    total, classes = math.fsum(before), int((union > 0).sum())
    left = classes - ((union[shrinks] > 0) & np.isnan(less))
    return ratio(total + change, left) - (total / classes if classes else math.nan)


def worth_together(confusion: Confusion, truth: Ids, predicted: Ids, pixels: Ids, taken: bool = False) -> float:
    """Return what all errors together add to mean IoU, which is not the sum of what each adds alone."""
    after = corrected(confusion, truth, predicted, pixels, taken)
    return overlap.mean_iou(after) - overlap.mean_iou(confusion)


def _places(confusion: Confusion, values: Ids) -> NDArray[np.intp]:
    """Return the index of the class of each value; one beyond the last for those that are no scored class."""
    table = np.full(MAX_ID + 1, len(confusion.labels), np.intp)
    table[list(confusion.labels)] = np.arange(len(confusion.labels))
    return table[values]
