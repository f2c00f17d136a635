"""Training: what is ignored is not learnt from, masks move with their images, and networks learn."""

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description
from segstudio.models.loaders.loaded import build
from segstudio.models.training import (
    IGNORED,
    Example,
    Plan,
    augmented,
    cropped,
    mean_iou,
    segmentation_loss,
    targets_of,
    train,
)

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(9, "disc", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
DISCS = Description("unet", {"in_channels": 3, "classes": 2, "width": 4, "depth": 2}, SCHEMA)


def disc(seed: int) -> Example:
    """A bright disc on a dark noisy ground, with an ignored frame that looks bright too."""
    random_ = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    inside = (y - random_.integers(10, 22)) ** 2 + (x - random_.integers(10, 22)) ** 2 < 40
    labels = np.where(inside, 9, 0).astype(np.uint8)
    labels[:2] = 255
    image = np.where((inside | (labels == 255))[..., None], 190, 60) + random_.integers(-20, 20, (32, 32, 3))
    return image.astype(np.uint8), labels


def test_a_network_learns_and_the_epochs_say_so() -> None:
    torch.manual_seed(0)
    network = build(DISCS)
    examples = [disc(seed) for seed in range(8)]
    epochs = list(
        train(network, DISCS, examples, [disc(100), disc(101)], Plan(epochs=30, crop=28, batch=4, learning_rate=0.02))
    )
    assert [epoch.number for epoch in epochs] == list(range(1, 31))
    assert epochs[-1].loss < epochs[0].loss / 2
    assert epochs[-1].mean_iou > 0.9
    assert epochs[-1].mean_iou == mean_iou(network, DISCS, [disc(100), disc(101)])


def test_the_same_seed_trains_the_same_network() -> None:
    trained = []
    for _ in range(2):
        torch.manual_seed(3)
        network = build(DISCS)
        list(train(network, DISCS, [disc(0), disc(1)], [disc(2)], Plan(epochs=2, crop=24, batch=1, seed=7)))
        trained.append(network.state_dict())
    for name, tensor in trained[0].items():
        torch.testing.assert_close(tensor, trained[1][name], rtol=1e-4, atol=1e-5)


def test_ignored_and_undeclared_pixels_are_no_target() -> None:
    target = targets_of(np.array([[0, 9, 255, 77]], np.uint8), SCHEMA)
    assert target.tolist() == [[0, 1, IGNORED, IGNORED]]


def test_what_is_ignored_changes_neither_loss_nor_gradient() -> None:
    target = torch.randint(0, 3, (2, 6, 6))
    target[:, :2] = IGNORED
    logits = torch.randn(2, 3, 6, 6)
    other = logits.clone()
    other[:, :, :2] = torch.randn(2, 3, 2, 6)
    logits.requires_grad_()
    loss = segmentation_loss(logits, target)
    torch.testing.assert_close(loss, segmentation_loss(other, target))
    (gradient,) = torch.autograd.grad(loss, logits)
    assert not gradient[:, :, :2].any()
    assert gradient[:, :, 2:].any()


def test_the_loss_by_hand() -> None:
    """Two pixels, two classes, probabilities 3/4 and 1/4: cross entropy log(4/3), Dice 1 - (2 * 3/2 + 1) / (4 + 1)."""
    logits = torch.log(torch.tensor([0.75, 0.25])).view(1, 2, 1, 1).expand(1, 2, 1, 2)
    loss = segmentation_loss(logits, torch.tensor([[[0, 0]]]))
    dice = 1 - ((2 * 1.5 + 1) / (1.5 + 2 + 1) + (0 + 1) / (0.5 + 0 + 1)) / 2
    torch.testing.assert_close(loss, torch.tensor(np.log(4 / 3) + dice, dtype=torch.float32))


def test_masks_move_with_their_images() -> None:
    place = torch.arange(25).view(1, 5, 5)
    seen = set()
    for seed in range(40):
        images, targets = augmented(place[:, None].float(), place, random.Random(seed))
        torch.testing.assert_close(images[:, 0], targets.float())
        seen.add(tuple(targets.flatten().tolist()))
    assert len(seen) == 8


def test_masks_are_cut_where_their_images_are() -> None:
    place = np.arange(48, dtype=np.uint8).reshape(6, 8)
    corners = set()
    for seed in range(200):
        image, labels = cropped((np.repeat(place[..., None], 3, 2), place), 4, random.Random(seed))
        np.testing.assert_array_equal(image[..., 0], labels)
        assert labels.shape == (4, 4)
        corners.add(labels[0, 0])
    assert corners == {8 * y + x for y in range(3) for x in range(5)}


class Constant(nn.Module):
    """Says class 1 everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.stack([images[:, 0] * 0, images[:, 0] * 0 + 1], dim=1)


def test_mean_iou_adds_counts_and_leaves_out_absent_classes() -> None:
    image = np.zeros((1, 4, 3), np.uint8)
    examples = [(image, np.array([[9, 9, 9, 255]], np.uint8)), (image, np.array([[9, 0, 0, 0]], np.uint8))]
    assert mean_iou(Constant(), DISCS, examples) == pytest.approx((0 + 4 / 7) / 2)
    three = replace(DISCS, classes=LabelSchema((*SCHEMA.classes, LabelClass(3, "never", (1, 1, 1)))))
    assert mean_iou(Constant(), three, examples) == pytest.approx((0 + 4 / 7) / 2)
