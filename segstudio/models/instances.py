"""Objects that a network has found in an image: as a list, as planes, and as how sure it is of each pixel."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Confidence, InstancePlane, LabelPlane, Mask, Probabilities, Rect
from segstudio.core.records import LABELS_ONLY, FoundObject, Keep, Prediction
from segstudio.core.rle import counts_within
from segstudio.models.segmenter import LEAST_SCORE, MASK_THRESHOLD
from segstudio.models.zoo.object_network import Detections


@dataclass(frozen=True, slots=True)
class _Object:
    """One object: the rectangle that its mask lies in, its probabilities there (h, w), and where they are enough."""

    channel: int
    score: float
    box: tuple[float, float, float, float]
    rect: Rect
    probability: NDArray[np.float32]
    inside: Mask


def prediction_of(found: Detections, ids: LabelPlane, keep: Keep = LABELS_ONLY) -> Prediction:
    """Return what was found in an image, in its size; ``ids`` (C,) are those of the classes, the background's first.

    Where objects overlap, the planes have the surest. An object without a pixel is none. A pixel is of a class as
    surely as the lesser of its object's score and its mask's probability there, of the surest object of that class; of
    the background as surely as it is of none. So the probabilities of a pixel on which objects lie over each other add
    up to more than one.
    """
    shape = found.height, found.width
    labels, numbers = np.full(shape, ids[0]), np.zeros(shape, np.uint32)
    sure = _Sureness(shape, len(ids), keep)
    objects: list[FoundObject] = []
    painted = 0
    for one in _objects(found):
        visible = one.score >= LEAST_SCORE and _paint(one, ids[one.channel], labels, numbers, painted + 1)
        painted += visible
        number = painted if visible else 0
        sure.add(one, number, numbers)
        counts = counts_within(one.inside, one.rect[:2], shape)
        objects.append(FoundObject(int(ids[one.channel]), one.score, one.box, counts, number))
    confidence, probabilities = sure.kept(numbers)
    return Prediction(labels, {}, confidence, probabilities, numbers, tuple(objects))


def _objects(found: Detections) -> Iterator[_Object]:
    """Yield those that have a pixel, the surest first."""
    boxes = found.boxes.double().cpu()
    boxes[:, 2:] -= boxes[:, :2]
    columns = (found.labels.tolist(), found.scores.tolist(), boxes.tolist(), found.placed())
    for label, score, (x, y, width, height), (row, column, patch) in zip(*columns, strict=True):
        probability = patch.float().cpu().numpy()
        inside = probability >= MASK_THRESHOLD
        if inside.any():
            rect = Rect(row, column, row + inside.shape[0], column + inside.shape[1])
            yield _Object(label, score, (x, y, width, height), rect, probability, inside)


def _paint(one: _Object, class_id: int, labels: LabelPlane, numbers: InstancePlane, number: int) -> bool:
    """Paint an object where no surer one lies; return whether there is such a place."""
    window = one.rect.slices
    free = one.inside & (numbers[window] == 0)
    labels[window][free], numbers[window][free] = class_id, number
    return bool(free.any())


class _Sureness:
    """Gathers how sure the network is of each pixel, as far as that is to be kept; in 8 bits."""

    def __init__(self, shape: tuple[int, int], classes: int, keep: Keep) -> None:
        self._painted = np.zeros(shape, np.uint8) if keep.confidence else None
        self._most = np.zeros(shape, np.uint8) if keep.confidence or keep.probabilities else None
        self._by_class = np.zeros((classes, *shape), np.uint8) if keep.probabilities else None

    def add(self, one: _Object, number: int, numbers: InstancePlane) -> None:
        if self._most is None:
            return
        window = one.rect.slices
        sure = np.rint(np.minimum(one.probability, one.score) * 255).astype(np.uint8)
        np.maximum(self._most[window], sure, out=self._most[window])
        if self._painted is not None and number:
            own = numbers[window] == number
            self._painted[window][own] = sure[own]
        if self._by_class is not None:
            of_class = self._by_class[one.channel][window]
            np.maximum(of_class, sure, out=of_class)

    def kept(self, numbers: InstancePlane) -> tuple[Confidence | None, Probabilities | None]:
        if self._most is None:
            return None, None
        background = 255 - self._most
        if self._by_class is not None:
            self._by_class[0] = background
        confidence = None if self._painted is None else np.where(numbers > 0, self._painted, background)
        return confidence, self._by_class
