"""How near two models are to each other, found by giving both the same pictures."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage
from segstudio.core.records import Prediction
from segstudio.models import Segmenter
from segstudio.models.export import ODD_SIZES, ROUNDED, ROUNDED_TOP
from segstudio.services.comparing_objects import ObjectDifferences, differences
from segstudio.services.sample_project import FIRST_SEED
from segstudio.services.synthetic_cells import draw_picture

TOLERANCE: Final = 1e-3
"""Difference of scores that is always allowed."""
HALVED: Final = 0.02
"""What ``ROUNDED`` is where weights were rounded to float16, by a part of 2,000 each, layer after layer."""
SIZES: Final = ((160, 224), (250, 190))
"""Heights and widths of the pictures that every model is given."""


class Nearness(NamedTuple):
    """``difference`` is the largest of the scores, infinite where one has other scores in number, or has none that
    are numbers where the other has; ``alike`` the share of pixels of the same class.

    ``part`` is by how many times the difference that is allowed the worst class is off. ``objects`` are compared where
    both find such: they have no scores by pixel.
    """

    difference: float
    part: float
    alike: float
    objects: ObjectDifferences | None = None

    @property
    def faithful(self) -> bool:
        return self.part <= 1 and (self.objects is None or self.objects.faithful)


def compared(model: Segmenter, again: Segmenter, half: bool = False) -> Iterator[Nearness]:
    """Run two models on pictures of the ``SIZES``, and on a small and a large odd one where the first is free in that.

    After each picture it is given how near they are so far; the last counts. ``half`` says that the second has weights
    of float16. Raises ``SegstudioError`` where ``again`` does not run on what the first takes.
    """
    largest, part, equal, pixels = 0.0, 0.0, 0, 0
    found: list[tuple[Prediction, Prediction]] = []
    for image, scores in _said(model):
        here, there = _of_one_size(scores, _scores(again, image))
        if here.shape != there.shape:
            yield Nearness(float("inf"), float("inf"), 0.0)
            return
        for ours, theirs in zip(here, there, strict=True):
            apart = largest_difference(ours, theirs)
            largest, part = max(largest, apart), max(part, apart / allowed_difference(ours, half))
        labels = [each.predict([image])[0] for each in (model, again)]
        equal, pixels = equal + int((labels[0].labels == labels[1].labels).sum()), pixels + labels[0].labels.size
        found.append((labels[0], labels[1]))
        objects = differences(*zip(*found, strict=True)) if model.info.instances else None
        yield Nearness(largest, part, equal / pixels, objects)


def allowed_difference(scores: NDArray[np.float32], half: bool = False) -> float:
    """Return how far other scores of a class may be from these and be those of the same network.

    Of each class by itself: one with scores far from the others' must not hide how these differ.
    """
    seen = scores[np.isfinite(scores)].astype(np.float64)
    if not seen.size:
        return TOLERANCE
    spread, top = float(np.ptp(seen)), float(np.abs(seen).max())
    return max(TOLERANCE, (HALVED if half else ROUNDED) * spread + ROUNDED_TOP * top)


def _of_one_size(
    here: NDArray[np.float32], there: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return scores (classes, h, w) with the coarser ones enlarged to the finer, as they are to predict with them."""
    if here.ndim != 3 or there.ndim != 3 or here.shape == there.shape:
        return here, there
    from segstudio.models.inference import enlarged  # imports torch

    height, width = (max(sides) for sides in zip(here.shape[1:], there.shape[1:], strict=True))
    return enlarged(here, (height, width)), enlarged(there, (height, width))


def largest_difference(here: NDArray[np.float32], there: NDArray[np.float32]) -> float:
    """Return the largest difference of scores of one shape: infinite where one is no number and the other is one."""
    alike = (here == there) | (np.isnan(here) & np.isnan(there))  # of infinite ones the difference is no number
    apart = np.subtract(here, there, out=np.zeros_like(here), where=~alike)
    found = float(np.abs(apart).max(initial=0.0))
    return float("inf") if np.isnan(found) else found


def _said(model: Segmenter) -> Iterator[tuple[RgbImage, NDArray[np.float32]]]:
    """Give each picture with the scores of a model; not every network takes the odd sizes."""
    for image in _images(model.info.instances):
        yield image, _scores(model, image)
    for size in () if model.info.instances or model.info.preprocess.size else ODD_SIZES:
        image = _image(*size)
        try:
            said = _scores(model, image)
        except (SegstudioError, RuntimeError, ValueError):  # what is exported need not take it either
            continue
        yield image, said


def _scores(model: Segmenter, image: RgbImage) -> NDArray[np.float32]:
    """Return scores by pixel; a model that finds objects has none."""
    return np.empty(0, np.float32) if model.info.instances else model.scores(image)


def _images(of_objects: bool) -> list[RgbImage]:
    """Return the pictures that both are given; one that has objects in it where objects are looked for."""
    plain = [_image(height, width) for height, width in SIZES]
    return [*plain, draw_picture(FIRST_SEED).image] if of_objects else plain


def _image(height: int, width: int) -> RgbImage:
    """Return a picture with large areas and fine grain, the same each time."""
    rng = np.random.default_rng(height)
    blocks = rng.integers(0, 256, (height // 16 + 1, width // 16 + 1, 3)).repeat(16, 0).repeat(16, 1)
    grain = rng.integers(-20, 21, (height, width, 3))
    return np.asarray(np.clip(blocks[:height, :width] + grain, 0, 255), np.uint8)
