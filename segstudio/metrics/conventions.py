"""The same predictions scored as other tools score them, restated from counts, so that their figures can be understood.

Sources: torchmetrics 1.9 (``JaccardIndex``, ``segmentation.MeanIoU``, ``segmentation.DiceScore``), MONAI 1.6
(``MeanIoU``, ``DiceMetric``, ``HausdorffDistanceMetric``, ``SurfaceDiceMetric``), scikit-learn 1.9 (``jaccard_score``,
``f1_score``), cityscapesScripts 2.3, mmsegmentation 1.2 (``IoUMetric``), DeepMind's surface-distance 0.1, panopticapi.
Each is restated as it comes, with its defaults, but that every class is scored, the background too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.metrics.overlap import (
    FloatArray,
    Margins,
    dice,
    intersection,
    iou,
    means,
    predicted_pixels,
    truth_pixels,
)
from segstudio.metrics.ratio import ratio

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The pixels of images by class, ignored classes among them, for conventions that do not ignore.

    ``all`` is of shape (images, n): every pixel that has a class in the truth. ``void``, of the same shape, are those
    of ``all.predicted`` whose truth is ignored. ``ignored``, of shape (n,), says which classes are.
    """

    all: Margins
    void: IntArray
    ignored: BoolArray
    outside: int
    """Scored pixels that are predicted as an ignored class or as none."""

    @classmethod
    def of(cls, image: Confusion, ignored: BoolArray) -> "Counted":
        """Take the counts of one image, in which ignored classes are counted like others."""
        void = image.counts[ignored][:, :-1].sum(axis=0)
        sides = (intersection(image), truth_pixels(image), predicted_pixels(image))
        outside = int(image.counts[~ignored][:, np.append(ignored, True)].sum())
        return cls(Margins(*(side[None] for side in sides)), void[None], ignored, outside)

    @classmethod
    def together(cls, images: Sequence["Counted"]) -> "Counted":
        """Put images, at least one, of the same classes side by side."""
        sides = ("intersection", "truth", "predicted")
        margins = Margins(*(np.concatenate([getattr(image.all, side) for image in images]) for side in sides))
        void = np.concatenate([image.void for image in images])
        return cls(margins, void, images[0].ignored, sum(image.outside for image in images))

    @property
    def scored(self) -> Margins:
        """The pixels as this program counts them: those whose truth is ignored are in none."""
        kept = ~self.ignored
        predicted = self.all.predicted - self.void
        return Margins(self.all.intersection[:, kept], self.all.truth[:, kept], predicted[:, kept])

    @property
    def unmasked(self) -> Margins:
        """Those of the scored classes where nothing is masked: what is predicted on ignored pixels counts as false."""
        kept = ~self.ignored
        return Margins(*(side[:, kept] for side in (self.all.intersection, self.all.truth, self.all.predicted)))


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceFigures:
    """HD95 and NSD of images by scored class, each of shape (images, classes), as one convention measures them."""

    hd95: FloatArray
    nsd: FloatArray


@dataclass(frozen=True, slots=True)
class Figures:
    """What a tool reports, 0..1 but for ``hd95``, in the unit of distances; None is what it does not have.

    nan is not defined. ``iou`` and ``dice`` are means.
    """

    iou: float | None = None
    dice: float | None = None
    accuracy: float | None = None
    pq: float | None = None
    hd95: float | None = None
    nsd: float | None = None


def segstudio(counted: Counted, far: SurfaceFigures | None = None) -> Figures:
    """Sum the counts of all images; mean over the classes where a score is defined; distances, where finite."""
    total = _summed(counted.scored)
    hd95, nsd = (None, None) if far is None else (_finite_mean(far.hd95), _finite_mean(far.nsd))
    accuracy = _part(total.intersection.sum(), total.truth.sum())
    return Figures(_mean(iou(total)), _mean(dice(total)), accuracy, None, hd95, nsd)


def over_images(counted: Counted) -> Figures:
    """Score each image as this program does, and take the mean of the images' scores."""
    images = counted.scored
    accuracy = ratio(images.intersection.sum(axis=1), images.truth.sum(axis=1))
    return Figures(_mean(means(iou(images))), _mean(means(dice(images))), _mean(accuracy))


def cityscapes(counted: Counted) -> Figures:
    """Score as evalPixelLevelSemanticLabeling: summed counts, ``nan`` where 0 / 0, their mean over the others."""
    return Figures(_mean(iou(_summed(counted.scored))))


def mmseg(counted: Counted) -> Figures:
    """Score as mmsegmentation's ``IoUMetric``: areas are summed, as float32, then divided; ``nanmean`` over classes."""
    total = _summed(counted.scored)
    both, truth, predicted = (s.astype(np.float32) for s in (total.intersection, total.truth, total.predicted))
    shares = ratio(both, truth + predicted - both), ratio(2 * both, truth + predicted)
    return Figures(_mean(shares[0]), _mean(shares[1]), _part(both.sum(), truth.sum()))


def torchmetrics_jaccard(counted: Counted) -> Figures:
    """Score as ``JaccardIndex(average="macro", ignore_index=...)``: summed counts, absent classes have no weight."""
    total = _summed(counted.scored)
    return Figures(_mean(iou(total)))


def torchmetrics_segmentation(counted: Counted) -> Figures:
    """Score as ``segmentation.MeanIoU`` and ``DiceScore``, which ignore nothing: an ignored class is one like others.

    Mean IoU is over all pairs of an image and a class that is in it; Dice the mean over images of that over classes.
    """
    images = counted.all
    return Figures(_pooled(iou(images)), _mean(means(dice(images))))


def monai(counted: Counted, far: SurfaceFigures | None = None) -> Figures:
    """Score as ``MeanIoU``, ``DiceMetric``, ``HausdorffDistanceMetric`` and ``SurfaceDiceMetric``.

    A class is left out of an image whose truth does not have it, also where it is predicted; mean over the classes of
    an image, then over images. A channel is made of each scored class, so what is predicted on ignored pixels counts.
    Distances are not defined where one of the two masks is empty.
    """
    images = counted.unmasked
    there = images.truth > 0
    shares = [means(np.where(there, of(images), np.nan)) for of in (iou, dice)]
    hd95 = nsd = None
    if far is not None:
        finite = np.where(np.isfinite(far.hd95), far.hd95, np.nan)
        hd95, nsd = _mean(means(finite)), _mean(means(far.nsd))
    return Figures(_mean(shares[0]), _mean(shares[1]), None, None, hd95, nsd)


def sklearn(counted: Counted) -> Figures:
    """Score as ``jaccard_score`` and ``f1_score(labels=..., average="macro")`` of the pixels that are not ignored.

    A class in neither has 0, which ``zero_division`` changes.
    """
    total = _summed(counted.scored)
    shares = [_mean(np.nan_to_num(of(total))) for of in (iou, dice)]
    return Figures(shares[0], shares[1], _part(total.intersection.sum(), total.truth.sum()))


def deepmind(counted: Counted, far: SurfaceFigures | None = None) -> Figures:
    """Score as surface-distance, which knows two masks and ignores nothing.

    Its Dice is not defined where both masks are empty; what the library leaves to its caller is done here as a mean
    over all pairs of an image and a class, distances where they are finite.
    """
    hd95, nsd = (None, None) if far is None else (_pooled(far.hd95), _pooled(far.nsd))
    return Figures(None, _pooled(dice(counted.unmasked)), None, None, hd95, nsd)


def coco_panoptic(counted: Counted) -> Figures:
    """Score as panopticapi, all of a class in an image being one segment: PQ by class from all images, then the mean.

    Segments match where their IoU is above a half; a prediction that is void for the most part is not false.
    """
    images, kept = counted.scored, ~counted.ignored
    overlap = iou(images)
    matched = overlap > 0.5  # nan is not
    whole, void = counted.all.predicted[:, kept], counted.void[:, kept]
    false = (whole > 0) & ~matched & (2 * void <= whole)
    missed = (images.truth > 0) & ~matched
    tp, fp, fn = (side.sum(axis=0) for side in (matched, false, missed))
    return Figures(pq=_mean(ratio(2 * np.where(matched, overlap, 0).sum(axis=0), 2 * tp + fp + fn)))


def _summed(images: Margins) -> Margins:
    sides = (images.intersection, images.truth, images.predicted)
    return Margins(*(side.sum(axis=0) for side in sides))


def _mean(values: FloatArray) -> float:
    return float(means(values))


def _pooled(values: FloatArray) -> float:
    """Return the mean of all values that are finite, whatever image and class they are of."""
    return _mean(np.where(np.isfinite(values), values, np.nan).reshape(-1))


def _finite_mean(values: FloatArray) -> float:
    """Return the mean over classes of the means over images, of what is finite."""
    return _mean(means(np.where(np.isfinite(values), values, np.nan).T))


def _part(part: np.generic, whole: np.generic) -> float:
    return float(ratio(part, whole))
