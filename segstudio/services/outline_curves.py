"""How far the outlines of one class lie apart: figures, and curves over tolerance and width, of an image and of all."""

import struct
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from segstudio import __version__
from segstudio.core.raster import LabelPlane
from segstudio.core.records import LabelSource, Project, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.metrics.boundary import BAND, Bands, band_width, bands
from segstudio.metrics.far_points import FarPoints, far_points
from segstudio.metrics.outlines import (
    ClassMasks,
    Outlines,
    OutlineSettings,
    Summary,
    class_masks,
    measure_class,
    no_outlines,
    over_images,
)
from segstudio.metrics.overlap import means
from segstudio.metrics.ratio import ratio
from segstudio.metrics.surface import Surfaces, surface_dice
from segstudio.services.content_cache import ContentCache
from segstudio.services.each_pair import Computation, PairStep, both_masks, each_pair
from segstudio.services.evaluate import project_pairs
from segstudio.services.scoring import Pair, read_pair

FloatArray = NDArray[np.float64]

TOLERANCES: Final = np.arange(0, 20.5, 0.5)
"""Of the curve of NSD, in pixels; where pixels have a size, in that of one pixel's shorter side."""
WIDTHS: Final = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5]) / 100
"""Of the bands of boundary IoU, as parts of the picture's diagonal; ``BAND``, the definition's, is among them."""
FIGURES: Final = ("hd", "hd95", "assd", "nsd", "boundary_iou", "boundary_f1")


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """Of which class, with which size of a pixel (None: distances are in pixels)."""

    schema: LabelSchema
    class_id: int
    spacing: Spacing | None

    @property
    def settings(self) -> OutlineSettings:
        """How the figures are measured: as those of a data set are, with the tolerance of NSD that is the default."""
        return OutlineSettings(boundary=True, surface="edges", spacing=self.spacing or (1.0, 1.0))

    @property
    def tolerances(self) -> FloatArray:
        """Those of the curve, in the unit of distances."""
        return TOLERANCES * min(self.settings.spacing)


@dataclass(frozen=True, slots=True, eq=False)
class OutlineCurves:
    """What was measured of one class in one image.

    ``figures`` are of that class alone; ``nsd`` at ``TOLERANCES``, nan where there is no outline; ``bands`` int64
    (widths, 2), intersection and union at ``WIDTHS``. The points are those of HD and HD95, None where a mask is empty,
    and where what was measured was kept.
    """

    figures: Outlines
    nsd: FloatArray
    bands: NDArray[np.int64]
    hd_points: FarPoints | None = None
    hd95_points: FarPoints | None = None

    @property
    def values(self) -> FloatArray:
        """The figures in the order of ``FIGURES``."""
        return np.array([self.figures.get(key)[0] for key in FIGURES])

    @property
    def boundary_iou(self) -> FloatArray:
        return ratio(self.bands[:, 0], self.bands[:, 1])


def measure(truth: LabelPlane, prediction: LabelPlane, asked: OutlineQuestion, points: bool = False) -> OutlineCurves:
    """Measure a class in two planes of one shape; ignored truth is background in both. ``points`` are sought if wished.

    Only the part of the picture is looked at that has the class in it.
    """
    found = next(class_masks(truth, prediction, [asked.class_id], asked.schema.ignored_ids), None)
    if found is None:
        return OutlineCurves(no_outlines(1), np.full(len(TOLERANCES), np.nan), np.zeros((len(WIDTHS), 2), np.int64))
    masks = found[1]
    band, values, far = measure_class(masks, asked.settings)
    assert far is not None
    nsd = np.array([surface_dice(far, float(t)) for t in asked.tolerances])
    pairs = [_points(masks, far, asked, p) for p in (100.0, 95.0)] if points else [None, None]
    return OutlineCurves(Outlines(np.array([band]), np.array([values])), nsd, _banded(masks, band), *pairs)


def _banded(masks: ClassMasks, known: Bands) -> NDArray[np.int64]:
    """Return the bands at ``WIDTHS``, of which that at the width of the definition is ``known``."""
    widths = [band_width(masks.shape, float(part)) for part in WIDTHS]
    found = {band_width(masks.shape): known}
    for width in widths:
        if width not in found:
            found[width] = bands(masks.truth, masks.prediction, width)
    return np.array([found[width] for width in widths], np.int64)


def _points(masks: ClassMasks, far: Surfaces, asked: OutlineQuestion, percentile: float) -> FarPoints | None:
    found = far_points(masks.truth, masks.prediction, far, asked.settings.spacing, percentile)
    if found is None:
        return None
    moved = [(y + masks.at.y0, x + masks.at.x0) for y, x in (found.truth, found.prediction)]
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
        return means(np.stack([image.nsd for image in self._images.values()], axis=-1))

    @property
    def boundary_iou(self) -> FloatArray:
        total = np.stack([image.bands for image in self._images.values()]).sum(axis=0)
        return ratio(total[:, 0], total[:, 1])

    @property
    def figures(self) -> list[Summary]:
        """In the order of ``FIGURES``, with how many images were infinite or not defined."""
        images = [image.figures for image in self._images.values()]
        return [over_images(images, key, 1)[0] for key in FIGURES]


def measure_run(
    project: Project, run: LabelSource, asked: OutlineQuestion
) -> Generator[PairStep[OutlineCurves], None, None]:
    """Measure each labelled image of a project, in the order of the ids, as ``each_pair`` does."""

    def measured(pair: Pair) -> OutlineCurves:
        truth, predicted, _ = read_pair(pair, asked.schema)
        return measure(truth, predicted, asked)

    cache = ContentCache(project.root, "outlines", f"{__version__} {asked!r} {asked.settings!r}")
    return each_pair(project_pairs(project, run), Computation(both_masks, measured, _packed, _unpacked), cache)


_VALUES: Final = no_outlines(1).values.size
_PACKING: Final = struct.Struct(f"<{_VALUES + len(TOLERANCES)}d{2 * len(WIDTHS)}q")
_BAND_AT: Final = WIDTHS.tolist().index(BAND)


def _packed(curves: OutlineCurves) -> bytes:
    values = curves.figures.values.reshape(-1).tolist()
    return _PACKING.pack(*values, *curves.nsd.tolist(), *curves.bands.reshape(-1).tolist())


def _unpacked(packed: bytes) -> OutlineCurves | None:
    if len(packed) != _PACKING.size:
        return None
    numbers = _PACKING.unpack(packed)
    ends = _VALUES, _VALUES + len(TOLERANCES)
    banded = np.array(numbers[ends[1] :], np.int64).reshape(len(WIDTHS), 2)
    figures = Outlines(banded[[_BAND_AT]], np.array([numbers[: ends[0]]]))
    return OutlineCurves(figures, np.array(numbers[ends[0] : ends[1]]), banded)
