"""Losses by hand, against their definitions, and blind to what is ignored."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.models.training.losses import FOCUS, IGNORED, cross_entropy, focal, soft_dice, summed
from segstudio.models.training.plan import LOSSES

THREE_QUARTERS = torch.log(torch.tensor([0.75, 0.25])).view(1, 2, 1, 1).expand(1, 2, 1, 2)
"""Two pixels that are of class 0 with probability 3/4."""


def test_by_hand() -> None:
    target = torch.tensor([[[0, 0]]])
    assert cross_entropy(THREE_QUARTERS, target).item() == pytest.approx(math.log(4 / 3))
    dice = 1 - ((2 * 1.5 + 1) / (1.5 + 2 + 1) + (0 + 1) / (0.5 + 0 + 1)) / 2
    assert soft_dice(THREE_QUARTERS, target).item() == pytest.approx(dice)
    assert focal(THREE_QUARTERS, target).item() == pytest.approx(math.log(4 / 3) / 16)
    assert summed("ce+dice+focal")(THREE_QUARTERS, target, None).item() == pytest.approx(
        math.log(4 / 3) * 17 / 16 + dice
    )


def test_weights_by_hand() -> None:
    """One pixel of either class: cross entropy is a weighted mean, focal loss a mean of weighted terms."""
    target, weights = torch.tensor([[[0, 1]]]), torch.tensor([1.0, 3.0])
    assert cross_entropy(THREE_QUARTERS, target, weights).item() == pytest.approx(
        (math.log(4 / 3) + 3 * math.log(4)) / 4
    )
    assert focal(THREE_QUARTERS, target, weights).item() == pytest.approx(
        (math.log(4 / 3) * 0.25**FOCUS + 3 * math.log(4) * 0.75**FOCUS) / 2
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), classes=st.integers(2, 4), weighted=st.booleans())
def test_against_their_definitions_in_double(seed: int, classes: int, weighted: bool) -> None:
    random = np.random.default_rng(seed)
    logits, target = random.normal(size=(2, classes, 3, 4)), random.integers(0, classes, (2, 3, 4))
    target[random.random(target.shape) < 0.3] = IGNORED
    target[0, 0, 0] = 0
    weights = random.uniform(0.5, 2, classes) if weighted else np.ones(classes)
    probability = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    terms, counted, focused = 0.0, 0.0, 0.0
    for n, y, x in zip(*np.nonzero(target != IGNORED), strict=True):
        chosen, weight = probability[n, target[n, y, x], y, x], weights[target[n, y, x]]
        terms -= weight * math.log(chosen)
        focused -= weight * math.log(chosen) * (1 - chosen) ** FOCUS
        counted += weight
    given_ = (torch.tensor(logits), torch.tensor(target), torch.tensor(weights) if weighted else None)
    assert cross_entropy(*given_).item() == pytest.approx(terms / counted)
    assert focal(*given_).item() == pytest.approx(focused / (target != IGNORED).sum())


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_ignored_changes_neither_loss_nor_gradient(name: str) -> None:
    torch.manual_seed(0)
    loss = summed(name)
    target = torch.randint(0, 3, (2, 6, 6))
    target[:, :2] = IGNORED
    logits = torch.randn(2, 3, 6, 6)
    other = logits.clone()
    other[:, :, :2] = torch.randn(2, 3, 2, 6)
    logits.requires_grad_()
    found = loss(logits, target, None)
    torch.testing.assert_close(found, loss(other, target, None))
    (gradient,) = torch.autograd.grad(found, logits)
    assert not gradient[:, :, :2].any()
    assert gradient[:, :, 2:].any()


@pytest.mark.parametrize("name", LOSSES)
def test_where_everything_is_ignored_nothing_is_learnt(name: str) -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = summed(name)(logits, torch.full((1, 4, 4), IGNORED), None)
    assert loss.item() == 0
    (gradient,) = torch.autograd.grad(loss, logits)
    assert not gradient.any()


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_is_that_of_the_loss(name: str) -> None:
    target = torch.tensor([[[0, 1, IGNORED], [2, 2, 0]]])
    logits = torch.randn(1, 3, 2, 3, dtype=torch.float64, requires_grad=True)
    weights = torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda given: summed(name)(given, target, weights), (logits,))


def test_where_all_that_counts_has_no_weight_nothing_is_learnt() -> None:
    logits = torch.randn(1, 2, 4, 4, requires_grad=True)
    target = torch.ones(1, 4, 4, dtype=torch.int64)
    target[0, 0] = IGNORED
    loss = cross_entropy(logits, target, torch.tensor([1.0, 0.0]))
    assert loss.item() == 0
    (gradient,) = torch.autograd.grad(loss, logits)
    assert not gradient.any()


def test_a_perfect_prediction_costs_nothing() -> None:
    target = torch.randint(0, 3, (1, 5, 5))
    logits = torch.nn.functional.one_hot(target, 3).movedim(-1, 1) * 200.0
    for name in LOSSES:
        assert summed(name)(logits, target, None).item() == pytest.approx(0, abs=1e-6)
