"""What goes wrong in a training is said in a sentence, and spoils neither network nor model."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from segstudio.core.errors import SegstudioError
from segstudio.models.training.examples import Example
from segstudio.models.training.plan import Diverged
from segstudio.models.training.trainer import Trainer
from tests.models.training.discs import DISCS, EXAMPLES, PLAN, UNSEEN

MEMORY = "DefaultCPUAllocator: can't allocate memory", "DefaultCPUAllocator: not enough memory: you tried to allocate 9"


@pytest.mark.parametrize(("during", "said"), [("train", "2 crops of 24 x 24"), ("eval", "scored on")])
@pytest.mark.parametrize("text", MEMORY)
def test_too_little_memory_is_a_sentence(during: str, said: str, text: str) -> None:
    trainer = Trainer(DISCS, PLAN, "cpu")

    def exhausted(module: nn.Module, given: object) -> None:
        if module.training == (during == "train"):
            raise RuntimeError(text)

    trainer.network.register_forward_pre_hook(exhausted)
    with pytest.raises(SegstudioError, match=said):
        list(trainer.run(EXAMPLES, UNSEEN))


@pytest.mark.parametrize("fault", [RuntimeError(MEMORY[0]), MemoryError("Unable to allocate 1 TiB")])
def test_too_little_memory_for_making_a_batch_is_a_sentence(fault: Exception) -> None:
    class Large(list[Example]):
        def __getitem__(self, index: Any) -> Any:
            raise fault

    with pytest.raises(SegstudioError, match="The computer has not enough memory for 2 crops of 24 x 24"):
        list(Trainer(DISCS, PLAN, "cpu").run(Large(EXAMPLES), UNSEEN))


def test_a_batch_of_one_where_nothing_is_left_to_normalize_over_is_a_sentence() -> None:
    trainer = Trainer(DISCS, replace(PLAN, batch=1), "cpu")
    trainer.network.register_module("added", nn.BatchNorm2d(2))
    trainer.network.register_forward_pre_hook(lambda module, given: module.added(torch.zeros(1, 2, 1, 1)) and None)
    with pytest.raises(SegstudioError, match="batch of one crop is too small"):
        next(trainer.run(EXAMPLES, UNSEEN))


def test_a_loss_that_is_no_number_stops_before_it_spoils_the_network() -> None:
    trainer = Trainer(DISCS, PLAN, "cpu")
    running = trainer.run(EXAMPLES, UNSEEN)
    while next(running).epoch is None:
        pass
    model = trainer.model({})
    trainer.network.register_forward_hook(lambda module, given, logits: logits * torch.inf)
    with pytest.raises(Diverged, match="the loss of step 3 is not a finite number"):
        list(running)
    assert all(bool(weights.isfinite().all()) for weights in trainer.network.parameters())
    assert trainer.model({}) == model


def test_a_weight_that_is_no_number_is_no_model() -> None:
    trainer = Trainer(DISCS, replace(PLAN, epochs=1, batch=4), "cpu")
    running = trainer.run(EXAMPLES, UNSEEN)
    next(running)
    with torch.no_grad():
        next(trainer.network.parameters()).fill_(torch.nan)
    with pytest.raises(Diverged, match="weight after the loss of step 1"):
        next(running)
    assert trainer.best is None
