"""How many pixels are right, extra, missed or swapped: the numbers to the picture that ``overlays.errors`` draws."""

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelSchema
from segstudio.overlays.errors import Verdict


def verdict_counts(confusion: Confusion, schema: LabelSchema, focus: int | None) -> dict[Verdict, int]:
    """Return the pixels of each verdict but ``NONE``, for the class in focus or for all."""
    is_object = [_is_object(schema, class_id, focus) for class_id in confusion.labels]
    found = dict.fromkeys((Verdict.HIT, Verdict.EXTRA, Verdict.MISSED, Verdict.SWAPPED), 0)
    for row, truth_object in enumerate(is_object):
        for column, predicted_object in enumerate((*is_object, False)):  # the last column is outside the classes
            count = int(confusion.counts[row, column])
            if truth_object and predicted_object:
                found[Verdict.HIT if row == column else Verdict.SWAPPED] += count
            elif truth_object or predicted_object:
                found[Verdict.MISSED if truth_object else Verdict.EXTRA] += count
    return found


def _is_object(schema: LabelSchema, class_id: int, focus: int | None) -> bool:
    if focus is not None:
        return class_id == focus
    known = schema.get(class_id)
    return known is not None and not known.background
