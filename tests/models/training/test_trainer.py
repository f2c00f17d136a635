"""Training: networks learn, a run that was stopped goes on as if it had not been, and what is no checkpoint is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.backbones import resnet
from segstudio.models.description import Description
from segstudio.models.inference import to_input
from segstudio.models.training.examples import Batches, Example, targets_of
from segstudio.models.training.losses import IGNORED
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import mean_iou
from segstudio.models.training.trainer import Trainer, normalized, rate_at, resumed

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(9, "disc", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
DISCS = Description("unet", {"in_channels": 3, "classes": 2, "width": 4, "depth": 2}, SCHEMA)
PLAN = Plan(crop=24, epochs=3, batch=2, seed=7, augmentation=Augmentation(turns=True, scale=1.5, light=0.1))


def disc(seed: int) -> Example:
    """A bright disc on a dark noisy ground, with an ignored frame that looks bright too."""
    random_ = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    inside = (y - random_.integers(10, 22)) ** 2 + (x - random_.integers(10, 22)) ** 2 < 40
    labels = np.where(inside, 9, 0).astype(np.uint8)
    labels[:2] = 255
    image = np.where((inside | (labels == 255))[..., None], 190, 60) + random_.integers(-20, 20, (32, 32, 3))
    return image.astype(np.uint8), labels


EXAMPLES = [disc(seed) for seed in range(5)]
UNSEEN = [disc(100), disc(101)]


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
    assert trainer.best.mean_iou == max(epoch.mean_iou for epoch in epochs) > 0.9
    assert epochs[-1].mean_iou == mean_iou(trainer.network, DISCS, UNSEEN)
    assert (steps[-1].done, steps[-1].total, steps[-1].unit) == (120, 120, "steps")


def test_only_an_epoch_that_beats_all_before_it_is_best() -> None:
    trainer = Trainer(DISCS, replace(PLAN, epochs=6), "cpu")
    list(trainer.run(EXAMPLES, UNSEEN))
    scores = [epoch.mean_iou for epoch in trainer.epochs]
    assert [e.best for e in trainer.epochs] == [all(s > t for t in scores[:i]) for i, s in enumerate(scores)]


def weights_after(trainer: Trainer, steps: int | None = None) -> dict[str, torch.Tensor]:
    running = trainer.run(EXAMPLES, UNSEEN)
    for number, _ in enumerate(running, 1):
        if number == steps:
            break
    running.close()
    return {name: tensor.clone() for name, tensor in trainer.network.state_dict().items()}


@pytest.mark.parametrize(
    ("stopped_after", "architecture"), [(1, "unet"), (3, "unet"), (5, "unet"), (8, "unet"), (4, "fcn")]
)
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    stopped_after: int, architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three epochs of two batches each; steps 3, 6 and 9 are ends of epochs. FCN has dropout, and a second head."""
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
    """Each look at the clock is a second later: a step takes one, so 6 of them make the tenth of a minute."""
    seconds = iter(range(10_000))
    monkeypatch.setattr("time.perf_counter", lambda: next(seconds))
    trainer = Trainer(DISCS, Plan(crop=16, minutes=0.1, batch=1), "cpu")
    steps = list(trainer.run([disc(seed) for seed in range(50)], UNSEEN[:1]))
    assert [step.epoch is not None for step in steps] == [False] * 6 + [True]
    assert [(step.done, step.total, step.unit) for step in steps[:2]] == [(1, 6, "seconds"), (2, 6, "seconds")]
    assert steps[-1].done == 6


def test_the_learning_rate_rises_and_falls_to_nothing() -> None:
    rates = [rate_at(share / 100) for share in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[5] == pytest.approx(0.95**0.9)
    assert rates[50] == pytest.approx(0.5**0.9)
    assert rates[100] == 0


def test_an_epoch_has_each_example_once_and_a_batch_is_full() -> None:
    class Asked(list[Example]):
        seen: list[int]

        def __getitem__(self, index: Any) -> Any:
            self.seen.append(index)
            return super().__getitem__(index)

    asked = Asked(EXAMPLES[:4])
    asked.seen = []
    batches = Batches(asked, SCHEMA, replace(PLAN, batch=2))
    assert batches.each_epoch == 2
    made = [batches._made(number) for number in range(6)]
    assert {images.shape for images, _ in made} == {(2, 3, 24, 24)}
    epochs = [sorted(asked.seen[start : start + 4]) for start in (0, 4, 8)]
    assert epochs == [[0, 1, 2, 3]] * 3
    assert len({tuple(asked.seen[start : start + 4]) for start in (0, 4, 8)}) > 1
    assert Batches(EXAMPLES[:1], SCHEMA, PLAN)._made(0)[0].shape == (2, 3, 24, 24)


def test_what_reading_an_example_raises_comes_out() -> None:
    class Broken(list[Example]):
        def __getitem__(self, index: Any) -> Any:
            raise UnreadableFile("x.png", "it is cut short")

    with pytest.raises(UnreadableFile, match="cut short"):
        next(Trainer(DISCS, PLAN, "cpu").run(Broken(EXAMPLES), UNSEEN))


def test_ignored_and_undeclared_pixels_are_no_target() -> None:
    target = targets_of(np.array([[0, 9, 255, 77]], np.uint8), SCHEMA)
    assert target.tolist() == [[0, 1, IGNORED, IGNORED]]


def test_batches_are_normalised_as_predictions_are() -> None:
    image = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    expected = to_input([image], DISCS.preprocess, torch.device("cpu"))
    torch.testing.assert_close(
        normalized(torch.from_numpy(image).movedim(-1, 0)[None].float(), DISCS.preprocess), expected
    )


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
    assert mean_iou(Constant(), DISCS, [(image, np.full((1, 4), 255, np.uint8))]) == 0


def changed(state: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    change(state)
    return state


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.pop("optimizer"),
        lambda state: state.update(version=99),
        lambda state: state["plan"].update(crop=-1),
        lambda state: state["plan"].update(turns=1),
        lambda state: state["plan"].update(augmentation=3),
        lambda state: state["description"]["config"].update(width=8),
        lambda state: state["description"].update(architecture="nothing"),
        lambda state: state["network"].popitem(),
        lambda state: state["epochs"].append({"number": 1}),
    ],
)
def test_what_is_no_checkpoint_is_said(change: Callable[[dict[str, Any]], object], tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    path.write_bytes(Trainer(DISCS, PLAN, "cpu").checkpoint())
    torch.save(changed(torch.load(path, weights_only=True), change), path)
    with pytest.raises(UnreadableFile, match=r"no checkpoint of a training"):
        resumed(path, "cpu")


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 cut short"])
def test_a_damaged_checkpoint_is_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        resumed(path, "cpu")
    with pytest.raises(UnreadableFile):
        resumed(tmp_path / "absent.pt", "cpu")


def test_a_checkpoint_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.resume.pt"
    torch.save({"version": 1, "plan": Path("/")}, path)
    with pytest.raises(UnreadableFile, match="pickled objects"):
        resumed(path, "cpu")


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": None}, {"minutes": 1}, {"crop": 0}, {"batch": 0}, {"epochs": 0}, {"epochs": None, "minutes": -1},
        {"loss": "ce+l2"}, {"optimizer": "lion"}, {"precision": "int8"},
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(PLAN, **wrong)


def test_half_precision_learns_too() -> None:
    trainer = Trainer(DISCS, Plan(crop=28, epochs=20, batch=4, learning_rate=0.02, precision="bf16"), "cpu")
    list(trainer.run(EXAMPLES, UNSEEN))
    assert trainer.epochs[-1].loss < trainer.epochs[0].loss / 2


@pytest.mark.parametrize(("during", "said"), [("train", "2 crops of 24 x 24"), ("eval", "scored on")])
def test_too_little_memory_is_a_sentence(during: str, said: str) -> None:
    trainer = Trainer(DISCS, PLAN, "cpu")

    def exhausted(module: nn.Module, given: object) -> None:
        if module.training == (during == "train"):
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    trainer.network.register_forward_pre_hook(exhausted)
    with pytest.raises(SegstudioError, match=said):
        list(trainer.run(EXAMPLES, UNSEEN))
