"""How far the outlines of one class lie apart: figures, and curves over tolerance and width, of an image and of all."""

import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segstudio import __version__
from segstudio.core.errors import SizeMismatch
from segstudio.core.raster import LabelPlane, Mask
from segstudio.core.records import LabelSource, Project, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.metrics.boundary import bands, boundary_f1, f1_radius
from segstudio.metrics.far_points import FarPoints, far_points
from segstudio.metrics.outlines import Summary, summary
from segstudio.metrics.surface import Surfaces, assd, common_box, hausdorff, surface_dice, surfaces
from segstudio.services.content_cache import ContentCache
from segstudio.services.each_pair import Computation, PairStep, both_masks, each_pair
from segstudio.services.evaluate import project_pairs
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Pair

FloatArray = NDArray[np.float64]

TOLERANCES: Final = np.arange(0, 20.5, 0.5)
"""Of NSD, in pixels; where pixels have a size, in that of one pixel's shorter side."""
WIDTHS: Final = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5]) / 100
"""Of the bands of boundary IoU, as parts of the picture's diagonal; 0.02 is the definition's."""
DEFAULT_WIDTH: Final = 0.02
FIGURES: Final = ("hd", "hd95", "assd", "nsd", "boundary_iou", "boundary_f1")


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """Of which class, with which size of a pixel (None: distances are in pixels)."""

    schema: LabelSchema
    class_id: int
    spacing: Spacing | None

    @property
    def size(self) -> Spacing:
        return self.spacing or (1.0, 1.0)

    @property
    def tolerance(self) -> float:
        """That of the figure NSD: one pixel's shorter side."""
        return min(self.size)

    @property
    def tolerances(self) -> FloatArray:
        """Those of the curve, in the unit of distances."""
        return TOLERANCES * min(self.size)


@dataclass(frozen=True, slots=True, eq=False)
class OutlineCurves:
    """What was measured of one class in one image.

    ``values`` are in the order of ``FIGURES``, inf and nan as ``metrics.surface`` has them; ``nsd`` at ``TOLERANCES``,
    nan where there is no outline; ``bands`` int64 (widths, 2), intersection and union at ``WIDTHS``. The points are
    those of HD and HD95, None where a mask is empty, and where what was measured was kept.
    """

    values: FloatArray
    nsd: FloatArray
    bands: NDArray[np.int64]
    hd_points: FarPoints | None = None
    hd95_points: FarPoints | None = None

    @property
    def boundary_iou(self) -> FloatArray:
        return _ratio(self.bands)


def measure(truth: LabelPlane, prediction: LabelPlane, asked: OutlineQuestion, points: bool = False) -> OutlineCurves:
    """Measure a class in two planes of one shape; ignored truth is background in both. ``points`` are sought if wished.

    Only the part of the picture is looked at that has the class in it.
    """
    shape = truth.shape
    masks = _masks(truth, prediction, asked)
    box = common_box(*masks)
    if box[0].stop > box[0].start:
        # A pixel more to all sides: an outline of boundary F1 is on both sides of a mask's border.
        box = tuple(slice(max(side.start - 1, 0), side.stop + 1) for side in box)  # type: ignore[assignment]
    first, second = (np.ascontiguousarray(mask[box]) for mask in masks)
    far = surfaces(first, second, asked.size)
    nsd = np.array([surface_dice(far, float(t)) for t in asked.tolerances])
    widths = np.maximum(1, np.rint(WIDTHS * np.hypot(*shape))).astype(int)
    found = {int(w): bands(first, second, int(w)) for w in np.unique(widths)} if first.any() or second.any() else {}
    banded = np.array([tuple(found.get(int(w), (0, 0))) for w in widths], np.int64)
    radius = f1_radius(shape)
    iou = _ratio(banded)[int(np.flatnonzero(WIDTHS == DEFAULT_WIDTH)[0])]
    f1 = boundary_f1(first, second, radius) if found else np.nan
    values = [hausdorff(far), hausdorff(far, 95), assd(far), surface_dice(far, asked.tolerance), iou, f1]
    pairs = [_points(first, second, far, asked.size, p, box) for p in (100.0, 95.0)] if points else [None, None]
    return OutlineCurves(np.array(values), nsd, banded, *pairs)


def _masks(truth: LabelPlane, prediction: LabelPlane, asked: OutlineQuestion) -> tuple[Mask, Mask]:
    predicted = prediction == asked.class_id
    for ignored in asked.schema.ignored_ids:
        predicted &= truth != ignored
    return truth == asked.class_id, predicted


def _points(
    first: Mask, second: Mask, far: Surfaces, size: Spacing, percentile: float, box: tuple[slice, slice]
) -> FarPoints | None:
    found = far_points(first, second, far, size, percentile)
    if found is None:
        return None
    moved = [(y + box[0].start, x + box[1].start) for y, x in (found.truth, found.prediction)]
    return FarPoints(moved[0], moved[1], found.distance)


class OutlineTotal:
    """What was measured of a data set: the bands are summed, all else is a mean over the images where it is finite."""

    def __init__(self) -> None:
        self._images: dict[str, OutlineCurves] = {}

    def __len__(self) -> int:
        return len(self._images)

    def __contains__(self, sample_id: str) -> bool:
        return sample_id in self._images

    def put(self, sample_id: str, curves: OutlineCurves) -> None:
        self._images[sample_id] = curves

    @property
    def nsd(self) -> FloatArray:
        stacked = np.stack([image.nsd for image in self._images.values()])
        defined = ~np.isnan(stacked)
        counts = defined.sum(axis=0)
        means = np.full(stacked.shape[1], np.nan)
        np.divide(np.where(defined, stacked, 0).sum(axis=0), counts, out=means, where=counts > 0)
        return means

    @property
    def boundary_iou(self) -> FloatArray:
        return _ratio(np.stack([image.bands for image in self._images.values()]).sum(axis=0))

    @property
    def figures(self) -> list[Summary]:
        """In the order of ``FIGURES``, with how many images were infinite or not defined."""
        images = list(self._images.values())
        found = [summary(float(image.values[i]) for image in images) for i in range(len(FIGURES))]
        at = int(np.flatnonzero(WIDTHS == DEFAULT_WIDTH)[0])
        found[FIGURES.index("boundary_iou")] = Summary(float(self.boundary_iou[at]))
        return found


def measure_run(
    project: Project, run: LabelSource, asked: OutlineQuestion
) -> Generator[PairStep[OutlineCurves], None, None]:
    """Measure each labelled image of a project, in the order of the ids, as ``each_pair`` does."""

    def measured(pair: Pair) -> OutlineCurves:
        return _measured(pair, asked)

    cache = ContentCache(project.root, "outlines", f"{__version__} {asked!r}")
    return each_pair(project_pairs(project, run), Computation(both_masks, measured, _packed, _unpacked), cache)


def _measured(pair: Pair, asked: OutlineQuestion) -> OutlineCurves:
    assert pair.prediction is not None
    truth, predicted = (read_plane(m.path, asked.schema, m.page, m.numbered) for m in (pair.truth, pair.prediction))
    if truth.shape != predicted.shape:
        raise SizeMismatch(pair.prediction.path, predicted.shape, pair.truth.path, truth.shape)
    return measure(truth, predicted, asked)


_PARTS: Final[Sequence[int]] = (len(FIGURES), len(TOLERANCES), 2 * len(WIDTHS))
_PACKING: Final = struct.Struct(f"<{_PARTS[0] + _PARTS[1]}d{_PARTS[2]}q")


def _packed(curves: OutlineCurves) -> bytes:
    return _PACKING.pack(*curves.values.tolist(), *curves.nsd.tolist(), *curves.bands.reshape(-1).tolist())


def _unpacked(packed: bytes) -> OutlineCurves | None:
    if len(packed) != _PACKING.size:
        return None
    numbers = _PACKING.unpack(packed)
    values, rest = np.array(numbers[: _PARTS[0]]), numbers[_PARTS[0] :]
    return OutlineCurves(
        values, np.array(rest[: _PARTS[1]]), np.array(rest[_PARTS[1] :], np.int64).reshape(len(WIDTHS), 2)
    )


def _ratio(pairs: NDArray[np.int64]) -> FloatArray:
    ratio = np.full(len(pairs), np.nan)
    np.divide(pairs[:, 0], pairs[:, 1], out=ratio, where=pairs[:, 1] > 0)
    return ratio
