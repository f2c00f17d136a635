"""Batches: which examples are in them, and what is made of those."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from segstudio.core.raster import LabelPlane
from segstudio.models.loaders.loaded import build
from segstudio.models.training import pixels
from segstudio.models.training.examples import Batches, Example
from segstudio.models.training.losses import IGNORED
from segstudio.models.training.pixels import Crop, Pixels, targets_of
from segstudio.models.training.plan import Plan
from tests.models.training.discs import DISCS, EXAMPLES, PLAN, SCHEMA


def batches_of(examples: Sequence[Example], plan: Plan) -> Batches[LabelPlane, Crop, Crop]:
    return Batches(examples, Pixels(build(DISCS), DISCS, plan, torch.device("cpu")), plan)


class Asked(list[Example]):
    """Notes which examples are asked for."""

    def __init__(self, examples: list[Example]) -> None:
        super().__init__(examples)
        self.seen: list[int] = []

    def __getitem__(self, index: Any) -> Any:
        self.seen.append(index)
        return super().__getitem__(index)


def test_an_epoch_has_each_example_once_in_an_order_of_its_own() -> None:
    asked = Asked(EXAMPLES)
    batches = batches_of(asked, replace(PLAN, batch=2))
    assert batches.each_epoch == 2
    made = [batches._made(number) for number in range(6)]
    assert {images.shape for images, _ in made} == {(2, 3, 24, 24)}
    epochs = [tuple(asked.seen[start : start + 4]) for start in (0, 4, 8)]
    assert [sorted(epoch) for epoch in epochs] == [[0, 1, 2, 3]] * 3
    assert len(set(epochs)) > 1


def test_the_last_batch_of_an_epoch_is_filled_up() -> None:
    asked = Asked(EXAMPLES)
    batches = batches_of(asked, replace(PLAN, batch=3))
    assert batches.each_epoch == 2
    assert batches._made(0)[0].shape == batches._made(1)[0].shape == (3, 3, 24, 24)
    assert sorted(asked.seen[:4]) == [0, 1, 2, 3]
    assert asked.seen[4:] == asked.seen[:2]
    assert batches_of(EXAMPLES[:1], PLAN)._made(0)[0].shape == (2, 3, 24, 24)


def test_ignored_and_undeclared_pixels_are_no_target() -> None:
    target = targets_of(np.array([[0, 9, 255, 77]], np.uint8), SCHEMA)
    assert target.tolist() == [[0, 1, IGNORED, IGNORED]]


def test_floats_are_made_of_what_is_cut_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a whole picture of 48 megapixels would take 600 MB, and its targets 400."""
    made: list[tuple[int, ...]] = []

    def noted(image: Tensor, target: Tensor, *rest: Any) -> tuple[Tensor, Tensor]:
        made.extend((image.shape, target.shape))
        return image, target

    monkeypatch.setattr(pixels, "changed", noted)
    large = np.zeros((100, 100, 3), np.uint8), np.zeros((100, 100), np.uint8)
    batches_of([large], Plan(crop=24, epochs=1, batch=1))._made(0)
    assert made == [(3, 24, 24), (24, 24)]
