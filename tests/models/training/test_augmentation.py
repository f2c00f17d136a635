"""Whatever happens to an image happens to its target."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from segstudio.models.training.augmentation import changed, cut, flipped, lit, padded, random_side, resized
from segstudio.models.training.losses import IGNORED
from segstudio.models.training.plan import Augmentation


def places(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Return an image in which a pixel's value is its number, and the target of the same numbers."""
    target = torch.arange(height * width).view(height, width)
    return target.float().expand(3, -1, -1), target


def test_all_eight_ways_of_a_square_and_two_of_what_has_an_up() -> None:
    for turns, ways in ((True, 8), (False, 2)):
        seen = set()
        for seed in range(60):
            image, target = flipped(*places(5, 5), turns, random.Random(seed))
            torch.testing.assert_close(image[0], target.float())
            seen.add(tuple(target.flatten().tolist()))
        assert len(seen) == ways


def test_masks_are_cut_where_their_images_are() -> None:
    corners = set()
    for seed in range(200):
        labels = np.arange(48, dtype=np.uint8).reshape(6, 8)
        image, found = cut(np.stack([labels] * 3, axis=-1), labels, (4, 4), random.Random(seed))
        assert (image == found[..., None]).all()
        assert found.shape == (4, 4)
        assert np.shares_memory(found, labels)
        corners.add(int(found[0, 0]))
    assert corners == {8 * y + x for y in range(3) for x in range(5)}


def test_a_crop_beyond_the_image_is_black_and_ignored() -> None:
    picture, numbers = places(2, 3)
    image, target = padded(picture + 1, numbers + 1, (4, 4))
    assert image.shape == (3, 4, 4)
    assert target.tolist() == [
        [1, 2, 3, IGNORED], [4, 5, 6, IGNORED], [IGNORED] * 4, [IGNORED] * 4
    ]  # fmt: skip
    assert bool((image[:, target == IGNORED] == 0).all())


@settings(max_examples=40, deadline=None)
@given(before=st.integers(2, 12), after=st.integers(2, 12))
def test_image_and_target_are_resized_about_the_same_points(before: int, after: int) -> None:
    """Enlarged, the nearest pixel of a step is where its bilinear image crosses the middle."""
    target = (torch.arange(before) >= before // 2).long().expand(before, before)
    image, found = resized(target.float().expand(3, -1, -1), target, after)
    assert found.shape == (after, after)
    certain = (image[0] - 0.5).abs() > 1e-4
    if after >= before:
        assert bool(((image[0] > 0.5).long() == found)[certain].all())
    assert set(found.flatten().tolist()) <= {0, 1}


def test_a_target_is_never_mixed() -> None:
    target = torch.tensor([[IGNORED, 4096], [3, IGNORED]])
    _, found = resized(torch.zeros(3, 2, 2), target, 7)
    assert set(found.flatten().tolist()) == {IGNORED, 3, 4096}


def test_light_changes_the_image_alone_and_within_its_range() -> None:
    image = torch.linspace(0, 255, 300).view(3, 10, 10)
    for seed in range(20):
        changed = lit(image, 0.5, random.Random(seed))
        assert not torch.equal(changed, image)
        assert changed.min() >= 0
        assert changed.max() <= 255
    assert lit(image, 0, random.Random(0)) is image


@pytest.mark.parametrize("augmentation", [Augmentation(), Augmentation(turns=True, scale=2, light=0.3)])
def test_a_random_crop_is_as_large_as_it_should_be_and_the_same_by_the_same_chance(augmentation: Augmentation) -> None:
    image, target = places(20, 14)
    for seed in range(30):
        one, other = (changed(image, target, (20, 16), augmentation, random.Random(seed)) for _ in range(2))
        assert one[0].shape == (3, 16, 16)
        assert one[1].shape == (16, 16)
        assert torch.equal(one[0], other[0])
        assert torch.equal(one[1], other[1])


def test_what_is_cut_is_up_to_a_factor_smaller_or_larger() -> None:
    sides = [random_side(100, Augmentation(scale=2), random.Random(seed)) for seed in range(300)]
    assert 50 <= min(sides) < 55
    assert 190 < max(sides) <= 200
    assert random_side(100, Augmentation(), random.Random(0)) == 100
