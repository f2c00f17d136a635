"""Runs of models that tell one class from everything else, and what they say of each pixel."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from segstudio.core.raster import Confidence, LabelPlane
from segstudio.core.records import Prediction
from segstudio.core.schema import LabelClass


class Binary(NamedTuple):
    """The ids of the two classes of a mask."""

    rest: int
    object: int


def binary_of(classes: Sequence[LabelClass]) -> Binary | None:
    """Return which of two classes is the object: the one that is no background, else the second; None of others.

    Two that are written as one are no two classes.
    """
    if len(classes) != 2 or classes[0].id == classes[1].id:
        return None
    first, second = classes
    return Binary(second.id, first.id) if second.background and not first.background else Binary(first.id, second.id)


def object_probability(prediction: Prediction, classes: Sequence[LabelClass]) -> Confidence | None:
    """Return the probability of the object where a model has two ``classes``, in the order of its outputs.

    It is made of what was kept: None where nothing was, or where there are other than two classes.
    """
    binary = binary_of(classes)
    if binary is None:
        return None
    if prediction.probabilities is not None:
        plane: Confidence = prediction.probabilities[[c.id for c in classes].index(binary.object)]
        return plane
    return None if prediction.confidence is None else of_object(prediction.labels, prediction.confidence, binary)


def of_object(labels: LabelPlane, confidence: Confidence, binary: Binary) -> Confidence:
    """Turn how sure a model was of its labels into the probability of the object, or that into how sure it was."""
    return np.where(labels == binary.object, confidence, np.uint8(255) - confidence)
