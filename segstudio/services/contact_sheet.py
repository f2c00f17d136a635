"""The worst, the middle and the best images of an evaluation, as pictures: photo, truth, prediction and errors."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import Sample
from segstudio.core.schema import MAX_ID, Color, LabelSchema
from segstudio.io.encoded import jpeg_of, png_of
from segstudio.io.images import read_thumbnail
from segstudio.io.masks import encoded_mask
from segstudio.overlays.base import STRIPE, Style, looked_up, striped
from segstudio.overlays.errors import (
    FALSE_NEGATIVE,
    FALSE_NEGATIVE_STRIPE,
    FALSE_POSITIVE,
    SWAPPED,
    TRUE_POSITIVE,
    Verdict,
    judged,
)
from segstudio.services.evaluate import Evaluation
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Mask, Pair

LARGEST = 320
"""The longer side of a picture, in pixels, at the most."""

MOST_EACH = 3
"""Images shown of the worst, of the middle and of the best."""

NOT_SCORED: Color = (0x50, 0x58, 0x60)
MARKS: tuple[tuple[str, Color], ...] = (
    ("right", TRUE_POSITIVE),
    ("extra", FALSE_POSITIVE),
    ("missed", FALSE_NEGATIVE),
    ("other class", SWAPPED),
    ("not scored", NOT_SCORED),
)
"""What the colours of the errors mean: those of the overlay "errors", and of what is not scored."""

_NOT_SCORED = 5
"""A ``Verdict`` more."""


class FileLabels(NamedTuple):
    """How files are read: ``schema`` is theirs, ``ids`` are those that others count as, where classes are merged."""

    schema: LabelSchema
    ids: Mapping[int, int] = MappingProxyType({})


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
    evaluation: Evaluation, pairs: Sequence[Pair], photos: Mapping[str, Sample], files: FileLabels | None = None
) -> Iterator[SheetRow]:
    """Yield rows for images of the lowest, the middle and the highest mean IoU; what cannot be read is left out.

    ``files`` says how masks are read where that is not with the classes of the evaluation.
    """
    ranked = [(i, score) for i, score in evaluation.scores.worst_first() if not math.isnan(score)]
    by_id = {pair.id: pair for pair in pairs}
    for at, place in sorted(places(len(ranked)).items()):
        sample_id, score = ranked[at]
        pair, photo = by_id[sample_id], photos.get(sample_id)
        try:
            yield _row(place, pair, score, evaluation.schema, files or FileLabels(evaluation.schema), photo)
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


def _row(
    place: str, pair: Pair, score: float, schema: LabelSchema, files: FileLabels, sample: Sample | None
) -> SheetRow:
    truth, prediction = (_small(mask, files) for mask in (pair.truth, pair.prediction or pair.truth))
    prediction = _sampled(prediction, truth.shape)
    photo = None if sample is None else _photo(sample, truth.shape)
    errors = _drawn(_errors(truth, prediction, schema), photo)
    masks = encoded_mask(truth, schema), encoded_mask(prediction, schema)
    return SheetRow(place, pair.id, score, b"" if photo is None else jpeg_of(photo), *masks, png_of(errors))


def _errors(truth: LabelPlane, prediction: LabelPlane, schema: LabelSchema) -> NDArray[np.uint8]:
    """Return the ``Verdict`` of each pixel, and where the truth is not scored ``_NOT_SCORED``."""
    style = Style.of(schema, opacity=1.0)
    kinds = looked_up(style.truth_kinds, truth)
    not_scored = kinds == 0
    marks = judged(kinds, truth, looked_up(style.prediction_kinds, prediction), prediction)
    marks[not_scored] = _NOT_SCORED
    return marks


def _drawn(marks: NDArray[np.uint8], photo: RgbImage | None) -> RgbImage:
    """Return the errors in their colours; over the photo, gray and pale, where there is one."""
    drawn: RgbImage = _COLORS[striped(marks, (0, 0))]
    if photo is not None:
        gray = 96 + cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY) // 2
        plain = marks <= Verdict.HIT
        drawn[plain] = gray[plain][:, None]
        dark = marks == _NOT_SCORED
        drawn[dark] = (gray[dark] // 2)[:, None]
    return drawn


def _palette() -> NDArray[np.uint8]:
    """Return the colour of each mark, then that of each where the stripe of a hatch runs."""
    colors = np.zeros((2 * STRIPE, 3), np.uint8)
    colors[[Verdict.NONE, Verdict.HIT]] = TRUE_POSITIVE
    colors[Verdict.EXTRA], colors[Verdict.MISSED] = FALSE_POSITIVE, FALSE_NEGATIVE
    colors[Verdict.SWAPPED], colors[_NOT_SCORED] = SWAPPED, NOT_SCORED
    colors[STRIPE:] = colors[:STRIPE]
    colors[STRIPE + Verdict.MISSED] = FALSE_NEGATIVE_STRIPE
    return colors


_COLORS = _palette()


def _photo(sample: Sample, shape: tuple[int, ...]) -> RgbImage | None:
    try:
        photo = read_thumbnail(sample.image, LARGEST, sample.page)
    except SegstudioError:
        return None  # the scores are of the masks, which could be read
    return np.asarray(cv2.resize(photo, shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)


def _small(mask: Mask, files: FileLabels) -> LabelPlane:
    plane = read_plane(mask.path, files.schema, mask.page, mask.holds)
    share = min(1.0, LARGEST / max(plane.shape))
    return _as_shown(_sampled(plane, tuple(max(1, round(n * share)) for n in plane.shape)), files)


def _as_shown(plane: LabelPlane, files: FileLabels) -> LabelPlane:
    """Return the plane with the ids that those in the files count as."""
    if not files.ids:
        return plane
    ids = np.arange(MAX_ID + 1, dtype=np.result_type(plane, files.schema.dtype))
    ids[list(files.ids)] = list(files.ids.values())
    shown: LabelPlane = ids[plane]
    return shown


def _sampled(plane: LabelPlane, shape: tuple[int, ...]) -> LabelPlane:
    """Return a plane of another size, each pixel from one that is there: labels have nothing in between."""
    rows, columns = (np.arange(n) * m // n for n, m in zip(shape, plane.shape, strict=True))
    sampled: LabelPlane = plane[rows[:, None], columns]
    return sampled
