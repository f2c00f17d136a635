"""What the outlines of each class say of two label maps: how they agree in a band, and how far they are apart."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.metrics.boundary import Bands, band_width, bands, boundary_f1, f1_radius
from segstudio.metrics.boxes import class_boxes
from segstudio.metrics.distances import Spacing
from segstudio.metrics.ratio import ratio
from segstudio.metrics.surface import Convention, Surfaces, assd, hausdorff, surface_dice, surfaces

FloatArray = NDArray[np.float64]

OUTLINE_TITLES = {
    "boundary_iou": "boundary IoU",
    "boundary_f1": "boundary F1",
    "hd": "HD",
    "hd95": "HD95",
    "assd": "ASSD",
    "nsd": "NSD",
}
"""The figures by their keys, in the order shown."""

BOUNDARY = ("boundary_iou", "boundary_f1")
DISTANCES = ("hd", "hd95", "assd")
"""Those that are infinite where a class is in one of the two maps alone."""

SURFACE = (*DISTANCES, "nsd")


@dataclass(frozen=True, slots=True)
class OutlineSettings:
    """What to measure: boundary IoU and F1, and surface distances by a convention, None for none.

    ``spacing`` is the size of a pixel; ``tolerance``, for NSD, and the distances are in its unit: 1 unless something
    else is asked for, a pixel where pixels have no size. Bands and the tolerance of boundary F1 are parts of the
    picture's diagonal, in pixels.
    """

    boundary: bool = False
    surface: Convention | None = None
    spacing: Spacing = (1.0, 1.0)
    tolerance: float = 1.0

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the figures that are measured."""
        return (BOUNDARY if self.boundary else ()) + (SURFACE if self.surface else ())


NO_OUTLINES = OutlineSettings()


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """The figures of one image, a row a class: ``bands`` int64 (n, 2), intersection and union; ``values`` (n, 5).

    ``values`` are float64 in the order of ``OUTLINE_TITLES`` without boundary IoU; nan where not defined, or not
    measured.
    """

    bands: NDArray[np.int64]
    values: FloatArray

    def get(self, key: str) -> FloatArray:
        """Return a figure by class."""
        if key == "boundary_iou":
            return ratio(self.bands[:, 0], self.bands[:, 1])
        return self.values[:, _COLUMNS.index(key)]


_COLUMNS = tuple(OUTLINE_TITLES)[1:]


class Summary(NamedTuple):
    """The mean of the finite values, and how many were infinite or not defined.

    ``value`` is inf where only infinite ones are defined, and nan where none is.
    """

    value: float
    infinite: int = 0
    undefined: int = 0


def summary(values: Iterable[float]) -> Summary:
    """Return the mean of what is finite; nothing is left out without being counted."""
    values = list(values)
    finite = [v for v in values if math.isfinite(v)]
    infinite, undefined = sum(map(math.isinf, values)), sum(map(math.isnan, values))
    otherwise = math.inf if infinite else math.nan
    return Summary(math.fsum(finite) / len(finite) if finite else otherwise, infinite, undefined)


def over_images(images: Sequence[Outlines], key: str, classes: int) -> list[Summary]:
    """Return a figure of a data set by class: boundary IoU from the summed bands, all others as means over images."""
    if key == "boundary_iou":
        total = sum((image.bands for image in images), np.zeros((classes, 2), np.int64))
        return [Summary(float(value)) for value in ratio(total[:, 0], total[:, 1])]
    return [summary(float(image.get(key)[index]) for image in images) for index in range(classes)]


def measure_outlines(
    truth: LabelPlane,
    prediction: LabelPlane,
    labels: Sequence[int],
    ignored: Collection[int],
    settings: OutlineSettings,
) -> Outlines:
    """Measure the classes ``labels`` in two planes of one shape. Where the truth is ``ignored``, neither has any."""
    found = no_outlines(len(labels))
    for index, masks in class_masks(truth, prediction, labels, ignored):
        found.bands[index], found.values[index], _ = measure_class(masks, settings)
    return found


def no_outlines(classes: int) -> Outlines:
    """Return the figures of so many classes of which an image has none."""
    return Outlines(np.zeros((classes, 2), np.int64), np.full((classes, len(_COLUMNS)), np.nan))


class ClassMasks(NamedTuple):
    """One class in truth and prediction, cut out at ``at`` of a picture of ``shape``."""

    truth: Mask
    prediction: Mask
    at: Rect
    shape: tuple[int, ...]


def class_masks(
    truth: LabelPlane, prediction: LabelPlane, labels: Sequence[int], ignored: Collection[int]
) -> Iterator[tuple[int, ClassMasks]]:
    """Yield the place among ``labels`` of each class that is in one of two planes of one shape, and its masks.

    A class is looked at only where it is: within the rectangle around it in both planes. Where the truth is
    ``ignored``, neither has any.
    """
    prediction = _without_ignored(truth, prediction, ignored)
    sides = class_boxes(truth), class_boxes(prediction)
    for index, label in enumerate(labels):
        boxes = [side[label] for side in sides if label in side]
        if boxes:
            # A pixel more to all sides: an outline of boundary F1 is on both sides of a mask's border.
            at = boxes[0].around(boxes[-1]).grown(1).clipped(truth.shape)
            yield index, ClassMasks(truth[at.slices] == label, prediction[at.slices] == label, at, truth.shape)


def measure_class(masks: ClassMasks, settings: OutlineSettings) -> tuple[Bands, list[float], Surfaces | None]:
    """Return a row of ``Outlines``, its bands and its values, and the distances where those were asked for."""
    truth, prediction, _, shape = masks
    band, f1 = Bands(0, 0), math.nan
    if settings.boundary:
        band = bands(truth, prediction, band_width(shape))
        f1 = boundary_f1(truth, prediction, f1_radius(shape))
    if settings.surface is None:
        return band, [f1, *[math.nan] * len(SURFACE)], None
    far = surfaces(truth, prediction, settings.spacing, settings.surface)
    return band, [f1, hausdorff(far), hausdorff(far, 95), assd(far), surface_dice(far, settings.tolerance)], far


def _without_ignored(truth: LabelPlane, prediction: LabelPlane, ignored: Collection[int]) -> LabelPlane:
    """Return the prediction with the truth's value, which is of no scored class, wherever that is ignored."""
    kept = prediction.astype(np.result_type(truth, prediction))
    for value in ignored:
        np.copyto(kept, truth, where=truth == value)
    return kept
