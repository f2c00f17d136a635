"""The worst, the middle and the best images of an evaluation, as pictures: photo, truth, prediction and errors."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.encoded import jpeg_of, png_of
from segstudio.io.images import read_thumbnail
from segstudio.io.masks import encoded_mask
from segstudio.services.evaluate import Evaluation
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Mask, Pair

LARGEST = 320
"""The longer side of a picture, in pixels, at the most."""

MOST_EACH = 3
"""Images shown of the worst, of the middle and of the best."""

FALSE, MISSED = LabelClass(0, "false positive", (0xE6, 0x9F, 0)), LabelClass(1, "false negative", (0x1E, 0x88, 0xE5))
SWAPPED = LabelClass(2, "one class for another", (0xCC, 0x79, 0xA7))
RIGHT = LabelClass(3, "right", (0xB8, 0xBE, 0xC4))
NOT_SCORED = LabelClass(4, "not scored", (0x50, 0x58, 0x60))
MARKS = (RIGHT, FALSE, MISSED, SWAPPED, NOT_SCORED)
"""What the colours of the errors mean. Against a background one is false or missed; of two other classes, swapped."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One image of the sheet: what place it has, its mean IoU, and files of its pictures.

    ``photo`` is a JPEG file, empty where the image is not known or cannot be read; the others are PNG files.
    """

    place: str
    id: str
    mean_iou: float
    photo: bytes
    truth: bytes
    prediction: bytes
    errors: bytes


def contact_sheet(
    evaluation: Evaluation, pairs: Sequence[Pair], photos: Mapping[str, Sample], each: int = MOST_EACH
) -> Iterator[SheetRow]:
    """Yield rows for images of the lowest, the middle and the highest mean IoU; what cannot be read is left out."""
    ranked = [(i, score) for i, score in evaluation.scores.worst_first() if not math.isnan(score)]
    by_id = {pair.id: pair for pair in pairs}
    for at, place in sorted(places(len(ranked), each).items()):
        sample_id, score = ranked[at]
        try:
            yield _row(place, by_id[sample_id], score, evaluation.schema, photos.get(sample_id))
        except SegstudioError:
            continue  # it was scored, and has gone since


def places(images: int, each: int = MOST_EACH) -> dict[int, str]:
    """Return which of so many ranked images are shown, and as what: each once, the same number of each kind."""
    if not images:
        return {}
    each = max(1, min(each, images // 3))
    middle = (images - each) // 2
    spans = {"best": images - each, "median": middle, "worst": 0}  # of few images, the later ones here win
    return {at: place for place, start in spans.items() for at in range(start, start + each)}


def _row(place: str, pair: Pair, score: float, schema: LabelSchema, sample: Sample | None) -> SheetRow:
    truth, prediction = (_small(mask, schema) for mask in (pair.truth, pair.prediction or pair.truth))
    prediction = _sampled(prediction, truth.shape)
    photo = None if sample is None else _photo(sample, truth.shape)
    errors = _drawn(_errors(truth, prediction, schema), photo)
    masks = encoded_mask(truth, schema), encoded_mask(prediction, schema)
    return SheetRow(place, pair.id, score, b"" if photo is None else jpeg_of(photo), *masks, png_of(errors))


def _errors(truth: LabelPlane, prediction: LabelPlane, schema: LabelSchema) -> NDArray[np.uint8]:
    """Return ids of ``MARKS`` by pixel."""
    background = schema.scored_background
    marks = np.full(truth.shape, SWAPPED.id, np.uint8)
    marks[np.isin(truth, background)] = FALSE.id
    known = np.isin(prediction, [c.id for c in schema.scored if c.id not in background])
    marks[~known] = MISSED.id
    marks[truth == prediction] = RIGHT.id
    marks[np.isin(truth, schema.ignored_ids)] = NOT_SCORED.id
    return marks


def _drawn(marks: NDArray[np.uint8], photo: RgbImage | None) -> RgbImage:
    """Return the errors in their colours; over the photo, gray and pale, where there is one."""
    palette = np.array([c.color for c in sorted(MARKS, key=lambda c: c.id)], np.uint8)
    drawn: RgbImage = palette[marks]
    if photo is not None:
        gray = 96 + cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY) // 2
        plain = marks == RIGHT.id
        drawn[plain] = gray[plain][:, None]
        dark = marks == NOT_SCORED.id
        drawn[dark] = (gray[dark] // 2)[:, None]
    return drawn


def _photo(sample: Sample, shape: tuple[int, ...]) -> RgbImage | None:
    try:
        photo = read_thumbnail(sample.image, LARGEST, sample.page)
    except SegstudioError:
        return None  # the scores are of the masks, which could be read
    return np.asarray(cv2.resize(photo, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _small(mask: Mask, schema: LabelSchema) -> LabelPlane:
    plane = read_plane(mask.path, schema, mask.page, mask.numbered)
    share = min(1.0, LARGEST / max(plane.shape))
    return _sampled(plane, tuple(max(1, round(n * share)) for n in plane.shape))


def _sampled(plane: LabelPlane, shape: tuple[int, ...]) -> LabelPlane:
    """Return a plane of another size, each pixel from one that is there: labels have nothing in between."""
    rows, columns = (np.arange(n) * m // n for n, m in zip(shape, plane.shape, strict=True))
    sampled: LabelPlane = plane[rows[:, None], columns]
    return sampled
