"""The worst, the middle and the best images of an evaluation, as pictures of their labels."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import encoded_mask
from segstudio.services.evaluate import Evaluation
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Mask, Pair

LARGEST = 320
"""The longer side of a picture, in pixels, at the most."""

RIGHT, WRONG, IGNORED = LabelClass(0, "right", (0, 0x72, 0xB2)), LabelClass(1, "wrong", (0xE6, 0x9F, 0)), 2
_MARKS = LabelSchema((RIGHT, WRONG, LabelClass(IGNORED, "not scored", (0x80, 0x80, 0x80))))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One image of the sheet: what place it has, its mean IoU, and PNG files of truth, prediction and errors."""

    place: str
    id: str
    mean_iou: float
    truth: bytes
    prediction: bytes
    errors: bytes


def contact_sheet(evaluation: Evaluation, pairs: Sequence[Pair]) -> Iterator[SheetRow]:
    """Yield rows for the images of the lowest, the middle and the highest mean IoU; what cannot be read is left out."""
    ranked = [(i, score) for i, score in evaluation.scores.worst_first() if not math.isnan(score)]
    if not ranked:
        return
    by_id = {pair.id: pair for pair in pairs}
    places = {"worst": 0, "median": (len(ranked) - 1) // 2, "best": len(ranked) - 1}
    shown = {at: name for name, at in reversed(places.items())}
    for at in sorted(shown):
        sample_id, score = ranked[at]
        try:
            yield _row(shown[at], by_id[sample_id], score, evaluation.schema)
        except SegstudioError:
            continue  # it was scored, and has gone since


def _row(place: str, pair: Pair, score: float, schema: LabelSchema) -> SheetRow:
    truth, prediction = (_small(mask, schema) for mask in (pair.truth, pair.prediction or pair.truth))
    rows, columns = (np.arange(n) * m // n for n, m in zip(truth.shape, prediction.shape, strict=True))
    prediction = prediction[rows[:, None], columns]
    errors = np.where(truth == prediction, RIGHT.id, WRONG.id).astype(np.uint8)
    errors[np.isin(truth, schema.ignored_ids)] = IGNORED
    pictures = (encoded_mask(truth, schema), encoded_mask(prediction, schema), encoded_mask(errors, _MARKS))
    return SheetRow(place, pair.id, score, *pictures)


def _small(mask: Mask, schema: LabelSchema) -> LabelPlane:
    plane = read_plane(mask.path, schema, mask.page, mask.numbered)
    step = -(-max(plane.shape) // LARGEST)
    return plane[::step, ::step]
