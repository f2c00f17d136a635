"""Panoptic quality of things, from sums over images."""

import numpy as np
import pytest

from segstudio.core.raster import LabelMap
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.object_quality import ObjectQuality

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cat", (9, 0, 0), thing=True),
        LabelClass(2, "dog", (0, 9, 0), thing=True),
        LabelClass(3, "sky", (0, 0, 9)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)


def planes(classes: list[int], numbers: list[int]) -> LabelMap:
    return LabelMap(np.array([classes], np.uint8), np.array([numbers], np.uint32))


def test_it_is_summed_over_images_and_averaged_over_things() -> None:
    quality = ObjectQuality(SCHEMA)
    quality.add(planes([1, 1, 1, 0, 2, 2], [1, 1, 1, 0, 2, 2]), planes([1, 1, 0, 0, 2, 2], [5, 5, 0, 0, 6, 6]))
    quality.add(planes([1, 1, 3, 3, 0, 0], [1, 1, 0, 0, 0, 0]), planes([0, 0, 0, 0, 2, 2], [0, 0, 0, 0, 1, 1]))
    cat, dog = (2 / 3) / (1 + 0.5), 1 / (1 + 0.5)
    assert quality.value == pytest.approx((cat + dog) / 2)


def test_what_is_found_on_stuff_is_false_and_in_void_it_is_not() -> None:
    seen = planes([1, 1, 3, 3, 255, 255], [1, 1, 0, 0, 0, 0])
    on_stuff, in_void = ObjectQuality(SCHEMA), ObjectQuality(SCHEMA)
    on_stuff.add(seen, planes([1, 1, 1, 1, 0, 0], [1, 1, 2, 2, 0, 0]))
    in_void.add(seen, planes([1, 1, 0, 0, 1, 1], [1, 1, 0, 0, 2, 2]))
    assert on_stuff.value == pytest.approx(1 / 1.5)
    assert in_void.value == 1


def test_without_objects_it_is_nothing() -> None:
    quality = ObjectQuality(SCHEMA)
    assert quality.value == 0
    quality.add(planes([0, 3], [0, 0]), planes([0, 0], [0, 0]))
    assert quality.value == 0
