"""Training: networks learn, and a run that was stopped goes on as if it had not been."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load

from segstudio.core.errors import UnreadableFile
from segstudio.models.backbones import resnet
from segstudio.models.check import checked
from segstudio.models.description import Description
from segstudio.models.inference import normalized, to_input
from segstudio.models.loaders.segstudio import to_bytes
from segstudio.models.training.checkpoint import resumed
from segstudio.models.training.examples import Example
from segstudio.models.training.plan import Plan
from segstudio.models.training.trainer import Trainer, rate_at
from tests.models.training.discs import DISCS, EXAMPLES, PLAN, SCHEMA, UNSEEN, disc, mean_iou


@pytest.mark.parametrize(("optimizer", "rate"), [("adamw", 0.02), ("sgd", 0.1)])
def test_a_network_learns_and_the_epochs_say_so(optimizer: str, rate: float) -> None:
    plan = Plan(crop=28, epochs=60, batch=4, optimizer=optimizer, learning_rate=rate, weight_decay=1e-4)
    trainer = Trainer(DISCS, plan, "cpu")
    steps = list(trainer.run([disc(seed) for seed in range(8)], UNSEEN))
    epochs = [step.epoch for step in steps if step.epoch is not None]
    assert [epoch.number for epoch in epochs] == list(range(1, 61))
    assert epochs == trainer.epochs
    assert epochs[-1].loss < epochs[0].loss / 2
    assert trainer.best is not None
    assert trainer.best.score == max(epoch.score for epoch in epochs) > 0.9
    assert epochs[-1].score == mean_iou(trainer.network, DISCS, UNSEEN)
    assert (steps[-1].done, steps[-1].total, steps[-1].unit) == (240, 240, "steps")


def test_only_an_epoch_that_beats_all_before_it_is_best() -> None:
    trainer = Trainer(DISCS, replace(PLAN, epochs=6), "cpu")
    list(trainer.run(EXAMPLES, UNSEEN))
    scores = [epoch.score for epoch in trainer.epochs]
    assert [e.best for e in trainer.epochs] == [all(s > t for t in scores[:i]) for i, s in enumerate(scores)]


def weights_after(trainer: Trainer, steps: int | None = None) -> dict[str, torch.Tensor]:
    running = trainer.run(EXAMPLES, UNSEEN)
    for number, _ in enumerate(running, 1):
        if number == steps:
            break
    running.close()
    return {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}


@pytest.mark.parametrize(
    ("stopped_after", "architecture"), [(1, "unet"), (3, "unet"), (4, "unet"), (7, "unet"), (11, "unet"), (5, "fcn")]
)
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    stopped_after: int, architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three epochs of two batches and two scored images each: steps 3, 7 and 11 are amid scoring.

    FCN has dropout, and a second head.
    """
    monkeypatch.setattr(resnet, "WIDTH", 8)
    description = DISCS if architecture == "unet" else Description(
        "fcn", {"in_channels": 3, "classes": 2, "backbone": "resnet18", "output_stride": 16, "auxiliary": True}, SCHEMA
    )  # fmt: skip
    plan = replace(PLAN, epochs=2) if architecture == "fcn" else PLAN
    whole = Trainer(description, plan, "cpu")
    expected = weights_after(whole)
    stopped = Trainer(description, plan, "cpu")
    weights_after(stopped, stopped_after)
    path = tmp_path / "x.resume.pt"
    path.write_bytes(stopped.checkpoint())
    going_on = resumed(path, "cpu")
    for name, tensor in weights_after(going_on).items():
        torch.testing.assert_close(tensor, expected[name], rtol=1e-4, atol=1e-5)
    assert [(e.number, e.best) for e in going_on.epochs] == [(e.number, e.best) for e in whole.epochs]
    for mine, theirs in zip(going_on.epochs, whole.epochs, strict=True):
        assert mine.loss == pytest.approx(theirs.loss, rel=1e-3)


def test_minutes_end_a_training_within_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock is a second later: one for an image to foresee scoring, four steps, one for scoring."""
    seconds = iter(range(10_000))
    monkeypatch.setattr("time.perf_counter", lambda: next(seconds))
    trainer = Trainer(DISCS, Plan(crop=16, minutes=0.1, batch=1), "cpu")
    steps = list(trainer.run([disc(seed) for seed in range(50)], UNSEEN[:1]))
    assert [step.epoch is not None for step in steps] == [False] * 4 + [True]
    assert [(step.done, step.total, step.unit) for step in steps[:2]] == [(2, 6, "seconds"), (3, 6, "seconds")]
    assert steps[-1].done == 6


def test_minutes_hold_though_an_epoch_takes_most_of_them_to_score(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step takes a second, scoring 10, and what the caller does with an epoch 2, of 60."""
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    trainer = Trainer(DISCS, Plan(crop=16, minutes=1, batch=1), "cpu")

    class Slow(list[Example]):
        def __getitem__(self, index: Any) -> Any:
            now[0] += 5
            return super().__getitem__(index)

    for step in trainer.run([disc(seed) for seed in range(20)], Slow(UNSEEN)):
        now[0] += 2 if step.epoch is not None else 1
    assert len(trainer.epochs) == 2
    assert 60 <= now[0] <= 66


def test_the_learning_rate_rises_and_falls_to_nothing() -> None:
    rates = [rate_at(share / 100) for share in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[5] == pytest.approx(0.95**0.9)
    assert rates[50] == pytest.approx(0.5**0.9)
    assert rates[100] == 0


def test_what_reading_an_example_raises_comes_out() -> None:
    class Broken(list[Example]):
        def __getitem__(self, index: Any) -> Any:
            raise UnreadableFile("x.png", "it is cut short")

    with pytest.raises(UnreadableFile, match="cut short"):
        next(Trainer(DISCS, PLAN, "cpu").run(Broken(EXAMPLES), UNSEEN))


def test_batches_are_normalised_as_predictions_are() -> None:
    image = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    expected = to_input([image], DISCS.preprocess, torch.device("cpu"))
    torch.testing.assert_close(
        normalized(torch.from_numpy(image).movedim(-1, 0)[None].float(), DISCS.preprocess), expected
    )


def test_half_precision_learns_too() -> None:
    trainer = Trainer(DISCS, Plan(crop=28, epochs=20, batch=4, learning_rate=0.02, precision="bf16"), "cpu")
    list(trainer.run(EXAMPLES, UNSEEN))
    assert trainer.epochs[-1].loss < trainer.epochs[0].loss / 2


def test_scoring_is_a_step_an_image_and_the_last_has_the_epoch() -> None:
    steps = list(Trainer(DISCS, replace(PLAN, epochs=1), "cpu").run(EXAMPLES, [*UNSEEN, disc(102)]))
    assert [(step.done, step.total) for step in steps] == [(done, 5) for done in range(1, 6)]
    assert [step.epoch is not None for step in steps] == [False] * 4 + [True]


def test_the_model_is_that_of_the_best_epoch_also_from_a_checkpoint(tmp_path: Path) -> None:
    trainer = Trainer(DISCS, replace(PLAN, epochs=6), "cpu")
    best = b""
    for step in trainer.run(EXAMPLES, UNSEEN):
        if step.epoch is not None and step.epoch.best:
            best = to_bytes(trainer.network, checked(trainer.network, DISCS))
    assert not trainer.epochs[-1].best
    assert trainer.model({}) == best
    path = tmp_path / "x.resume.pt"
    path.write_bytes(trainer.checkpoint())
    again = load(resumed(path, "cpu").model({}))
    for name, tensor in load(best).items():
        torch.testing.assert_close(again[name], tensor, rtol=0, atol=0)


def test_what_the_caller_does_between_two_steps_is_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    trainer = Trainer(DISCS, Plan(crop=16, minutes=1, batch=1), "cpu")
    for _ in trainer.run(EXAMPLES, UNSEEN[:1]):
        now[0] += 20
    assert [(epoch.number, epoch.seconds) for epoch in trainer.epochs] == [(1, 80)]


def test_other_random_numbers_are_left_as_they_were() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    next(Trainer(DISCS, PLAN, "cpu").run(EXAMPLES, UNSEEN))
    torch.testing.assert_close(torch.rand(3), expected)


@pytest.mark.parametrize(("optimizer", "decay"), [("adamw", 1e-2), ("sgd", 1e-4)])
def test_an_optimizer_has_a_weight_decay_of_its_own(optimizer: str, decay: float) -> None:
    trainer = Trainer(DISCS, replace(PLAN, optimizer=optimizer), "cpu")
    assert [group["weight_decay"] for group in trainer._optimizer.param_groups] == [decay]
