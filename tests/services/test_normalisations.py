"""The usual ways to prepare a picture are known by their numbers, however these are written."""

from dataclasses import replace

import pytest

from segstudio.models.description import Preprocess
from segstudio.models.loaders.preparation import PREPROCESS
from segstudio.services.normalisations import NORMALISATIONS, name_of, normalised

GRAY = Preprocess("gray", 255, (0.5,), (0.5,))


@pytest.mark.parametrize("name", NORMALISATIONS)
@pytest.mark.parametrize("before", [Preprocess(size=(320, 480), divisor=32), GRAY])
def test_a_usual_way_is_known_again_and_sizes_stay(name: str, before: Preprocess) -> None:
    after = normalised(before, name)
    assert name_of(after) == name
    assert (after.size, after.divisor, after.channels) == (before.size, before.divisor, before.channels)


def test_the_same_numbers_written_in_another_way_are_the_same_way() -> None:
    mean, std = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
    assert name_of(Preprocess("RGB", 1, mean, std)) == "ImageNet"
    assert name_of(Preprocess("RGB", 255, (0.5,) * 3, (0.5,) * 3)) == "-1 to 1"


def test_other_numbers_and_another_order_have_no_name() -> None:
    assert name_of(replace(PREPROCESS["ptsemseg"], order="RGB")) == ""
    assert name_of(replace(Preprocess(), per_image="whole_z_score")) == ""
    assert name_of(replace(Preprocess(), order="BGR")) == ""
    assert name_of(replace(Preprocess(), std=(0.2, 0.2, 0.2))) == ""


@pytest.mark.parametrize("order", ["RGB", "BGR"])
def test_a_way_by_each_images_own_numbers_keeps_the_order_of_channels(order: str) -> None:
    before = replace(Preprocess(), order=order)
    after = normalised(before, "Z-score of each image")
    assert after == replace(before, per_image="z_score")
    assert name_of(after) == "Z-score of each image"
    assert normalised(after, "0 to 1").per_image == ""
