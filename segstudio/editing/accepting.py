"""Take pixels of a prediction over into the truth: those of an area, or of a class."""

from collections.abc import Collection

import cv2
import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.regions import nearest_pixels, pieces, placed_rect, present, tight
from segstudio.editing.shapes import Placed

_SIDES = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def taken(document: Document, text: str, area: Placed, prediction: LabelPlane, schema: LabelSchema) -> Edit | None:
    """Return the step that makes an area, which lies in the picture, what ``prediction`` says of it.

    None where it is that already, and a step without patches where the document's rule forbids all there is.
    ``prediction`` is of the document's shape; what it holds of values that the schema lacks is left out. Where objects
    are told apart, what a thing gains belongs to its nearest object where it touches one, and else is a new one.
    """
    rect = placed_rect(area)
    predicted, labels = prediction[rect.slices], document.labels[rect.slices]
    known = [c.id for c in schema.classes if c.id <= np.iinfo(labels.dtype).max]
    mask = area[0] & (predicted != labels) & np.isin(predicted, known)
    numbers: InstancePlane | int = 0
    if document.instances is not None:
        around = rect.grown(1).clipped(document.labels.shape)
        planes = LabelMap(document.labels[around.slices], document.instances[around.slices])
        inside, last = rect.seen_from(around).slices, int(document.instances.max(initial=0))
        gained = np.zeros(around.shape, np.bool_)
        gained[inside] = mask
        numbers = _numbers(planes, gained, prediction[around.slices], schema.things, last)[inside]
    return step_of(document, text, mask, area[1], predicted.astype(labels.dtype), numbers)


def class_area(labels: LabelPlane, prediction: LabelPlane, class_id: int, schema: LabelSchema) -> Placed | None:
    """Return where a class is in one of two planes alone, None where it is the same in both.

    Taking that over leaves the class exactly as it was predicted. What the truth ignores stays ignored, but for what
    nobody has labelled yet: the class that a new mask is filled with.
    """
    open_ = [i for i in schema.ignored_ids if i != schema.background]
    mask = (labels == class_id) != (prediction == class_id)
    return tight(mask & ~np.isin(labels, open_), (0, 0))


def _numbers(planes: LabelMap, gained: Mask, classes: LabelPlane, things: Collection[int], last: int) -> InstancePlane:
    """Return the numbers of what is gained; new ones are above ``last``."""
    assert planes.instances is not None
    found = np.zeros(gained.shape, np.uint32)
    for class_id in present(classes, gained):
        if class_id not in things:
            continue
        own = gained & (classes == class_id)
        held = (planes.classes == class_id) & (planes.instances > 0)
        count, parts, _ = pieces(own)
        joining = np.zeros(count + 1, np.bool_)
        joining[parts[own & cv2.dilate(held.view(np.uint8), _SIDES).view(np.bool_)]] = True
        joining[0] = False
        new = np.cumsum(~joining) - 1 + last  # the first is for what is not gained
        last = int(new[-1])
        found[own] = new[parts[own]]
        if joining.any():
            found[joining[parts]] = planes.instances[nearest_pixels(held)][joining[parts]]
    return found
