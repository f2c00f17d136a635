"""The loop: batches in, a network that has learnt out, step by step."""

import io
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from copy import deepcopy
from dataclasses import asdict, replace
from math import isfinite
from typing import Any, Final

import torch
from torch import nn

from segstudio.core.errors import SegstudioError
from segstudio.models.check import checked
from segstudio.models.description import Description
from segstudio.models.device import choose_device, device_name
from segstudio.models.inference import in_channels_last
from segstudio.models.loaders.loaded import build
from segstudio.models.loaders.segstudio import to_bytes
from segstudio.models.training.examples import Batches, Examples
from segstudio.models.training.faults import batch_large_enough, memory_of
from segstudio.models.training.objects import Objects
from segstudio.models.training.pixels import Pixels
from segstudio.models.training.plan import Diverged, Epoch, Plan, Step
from segstudio.models.training.score import Quality
from segstudio.models.training.task import Task
from segstudio.models.zoo.object_network import ObjectNetwork

VERSION: Final = 2
"""Of checkpoints."""

POWER: Final = 0.9
"""Of the poly schedule: the learning rate falls as (1 - progress) ** POWER; Chen 2018 (DeepLab), section 4.1."""

WARM_UP: Final = 0.05
"""Share of the training in which the learning rate rises to its value: new weights have large gradients."""


class Trainer:
    """A network, what optimises it, and how far it is; all that a training needs to go on from a checkpoint.

    ``description`` names the classes, of whose ids examples are made; ``device`` is as ``choose_device`` takes it.
    Labels are planes of classes; of a network that finds objects label maps with both planes, and ``quality`` begins
    what its predictions are scored with.
    ``trivial`` is what a prediction would score that has learnt nothing, None before anything was scored.
    Raises ``ValueError`` or ``TypeError`` for a network that cannot be built, ``SegstudioError`` for an absent device,
    and for crops that are too small for the network.
    """

    def __init__(
        self,
        description: Description,
        plan: Plan,
        device: str = "auto",
        quality: Callable[[], Quality] | None = None,
    ) -> None:
        self.description = description
        self.plan = plan
        self.epochs: list[Epoch] = []
        self._device = choose_device(device)
        with _seeded(plan.seed, self._device):
            network = build(description)
        self._best_network = deepcopy(network)
        self.network = in_channels_last(network.to(self._device))
        self._optimizer = _optimizer(self.network, plan)
        self._precision = _precision(plan.precision, self._device)
        self._scaler = torch.amp.GradScaler(self._device.type, enabled=self._precision is torch.float16)
        self._task = _task(self.network, description, plan, self._device, quality)
        self._steps = 0
        self.trivial: float | None = None
        self._seconds = 0.0
        self._scoring_seconds = 0.0
        self._clock = 0.0
        self._losses: list[float] = []

    @property
    def device_name(self) -> str:
        """What people call where it is trained."""
        return device_name(self._device)

    @property
    def measure(self) -> str:
        """What its epochs are scored by: "mean_iou", from counts summed over all examples, or "pq" of objects."""
        return self._task.measure

    @property
    def steps(self) -> int:
        """Batches that it has learnt."""
        return self._steps

    @property
    def best(self) -> Epoch | None:
        """The epoch whose network scored best, the first of several."""
        return next((epoch for epoch in reversed(self.epochs) if epoch.best), None)

    def run(self, examples: Examples[Any], unseen: Examples[Any]) -> Generator[Step, None, None]:
        """Train on ``examples`` and score on ``unseen``, of one example at least, until the plan is fulfilled.

        Each step is a place to stop: what ``checkpoint`` returns then goes on as if nothing had been. What is random
        depends on the plan's seed and the number of the step alone. What the caller does between two steps is counted
        in the time, and of minutes so many are left for scoring at the end as that takes. Raises what reading an
        example raises, ``Diverged`` where the loss or a weight is no finite number, and ``SegstudioError`` where memory
        is too small for a batch, or a batch for the network.
        """
        batches = Batches(examples, self._task, self.plan)
        self._clock = time.perf_counter()
        if self.plan.minutes is not None:
            self._foresee_scoring(unseen)
        with closing(batches.starting_at(self._steps)) as prepared:
            while True:
                progress = self._progress(batches.each_epoch)
                if self._losses and (progress >= 1 or self._steps % batches.each_epoch == 0):
                    before = self._seconds
                    yield from self._end_epoch(unseen, batches.each_epoch)
                    self._tick()  # with what the caller made of it: it writes a network that is the best
                    self._scoring_seconds = self._seconds - before
                elif progress >= 1:
                    return
                else:
                    self._losses.append(self._learn(self._next(prepared), progress))
                    self._tick()
                    yield self._step(batches.each_epoch, len(unseen))

    def model(self, record: dict[str, Any]) -> bytes:
        """Return the content of a model file of the best epoch, ``record`` kept as how it was trained, and a check.

        There is none of a network that finds objects: a rounding may tip the scale between two of them.
        """
        described = replace(self.description, training=record)
        if not isinstance(self._best_network, ObjectNetwork):
            with suppress(SegstudioError):  # its scores are no numbers: that it has diverged is told by the next step
                described = checked(self._best_network, described)
        return to_bytes(self._best_network, described)

    def checkpoint(self) -> bytes:
        """Return all that is needed to go on, for ``resumed``."""
        state = {
            "version": VERSION,
            "description": self.description.to_json(),
            "plan": asdict(self.plan),
            "network": self.network.state_dict(),
            "best": self._best_network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scaler": self._scaler.state_dict(),
            "steps": self._steps,
            "seconds": self._seconds,
            "losses": self._losses,
            "epochs": [asdict(epoch) for epoch in self.epochs],
        }
        content = io.BytesIO()
        torch.save(state, content)
        return content.getvalue()

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what a checkpoint holds; raises ``KeyError``, ``TypeError``, ``ValueError`` or ``RuntimeError``."""
        self.network.load_state_dict(state["network"])
        self._best_network.load_state_dict(state["best"])
        self._optimizer.load_state_dict(state["optimizer"])
        if state["scaler"]:  # empty where the device that it comes from needed none
            self._scaler.load_state_dict(state["scaler"])
        self._steps, self._seconds = int(state["steps"]), float(state["seconds"])
        self._losses = [float(loss) for loss in state["losses"]]
        self.epochs = [Epoch(**epoch) for epoch in state["epochs"]]
        told = (value for e in self.epochs for value in (e.loss, e.score, e.learning_rate, e.seconds))
        if not all(map(isfinite, (self._seconds, *self._losses, *told))):
            raise ValueError("what it tells of its epochs is not finite")

    def _next(self, prepared: Iterator[Any]) -> Any:
        with memory_of("The computer", self._task.batch):
            return next(prepared)

    def _learn(self, batch: Any, progress: float) -> float:
        """Learn from one batch and return its loss."""
        for group in self._optimizer.param_groups:
            group["lr"] = self.plan.rate * rate_at(progress)
        self.network.train()
        with (
            memory_of(self.device_name, self._task.batch),
            batch_large_enough(),
            _seeded(hash((self.plan.seed, self._steps)), self._device),
        ):
            with torch.autocast(self._device.type, self._precision, enabled=self._precision is not torch.float32):
                loss = self._task.loss(self.network, batch)
            self._optimizer.zero_grad(set_to_none=True)
            self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            found = float(loss.detach())
            if not isfinite(found):
                raise Diverged("the loss", self._steps + 1)
            self._scaler.step(self._optimizer)
            self._scaler.update()
            self._steps += 1
            return found

    def _progress(self, each_epoch: int) -> float:
        """Return the share of the plan that is done."""
        if self.plan.epochs is not None:
            return self._steps / (self.plan.epochs * each_epoch)
        assert self.plan.minutes is not None
        whole = 60 * self.plan.minutes
        return self._seconds / max(whole - self._scoring_seconds, whole / 2)

    def _foresee_scoring(self, unseen: Examples[Any]) -> None:
        """Find out by one or two images, of which the first takes longer, what has to be left for the last scoring."""
        scoring, before = self._task.scoring(self.network), self._seconds
        for index in range(min(2, len(unseen))):
            before = self._seconds
            with memory_of(self.device_name, "one of the images that it is scored on"):
                scoring.add(*unseen[index])
            self._tick()
        self._scoring_seconds = (self._seconds - before) * len(unseen)

    def _tick(self) -> None:
        """Count the time since the last look at the clock."""
        now = time.perf_counter()
        self._seconds, self._clock = self._seconds + now - self._clock, now

    def _step(self, each_epoch: int, unseen: int, scored: int = 0, epoch: Epoch | None = None) -> Step:
        if self.plan.epochs is not None:
            done = self._steps + unseen * (len(self.epochs) - (epoch is not None)) + scored
            return Step(done, self.plan.epochs * (each_epoch + unseen), "steps", self._losses[-1], epoch)
        total = round(60 * (self.plan.minutes or 0))
        return Step(min(round(self._seconds), total), total, "seconds", self._losses[-1], epoch)

    def _end_epoch(self, unseen: Examples[Any], each_epoch: int) -> Generator[Step, None, None]:
        """Score the network, an image a step; the last step has the epoch."""
        self._check_weights()
        scoring = self._task.scoring(self.network)
        for index in range(len(unseen)):
            with memory_of(self.device_name, "one of the images that it is scored on"):
                scoring.add(*unseen[index])
            self._tick()
            if index + 1 < len(unseen):
                yield self._step(each_epoch, len(unseen), index + 1)
        self.trivial = scoring.trivial
        step = self._step(each_epoch, len(unseen), len(unseen), self._ended(scoring.score))
        self._losses = []
        yield step

    def _ended(self, score: float) -> Epoch:
        """Note how the epoch went, and its network where none was better."""
        best = self.best is None or score > self.best.score
        loss = sum(self._losses) / len(self._losses)
        rate = self._optimizer.param_groups[0]["lr"]
        epoch = Epoch(len(self.epochs) + 1, loss, score, rate, self._seconds, best)
        if best:
            self._best_network.load_state_dict(self.network.state_dict())
        self.epochs.append(epoch)
        return epoch

    def _check_weights(self) -> None:
        """Raise ``Diverged`` where the last step has spoilt the network: no loss has told of it yet."""
        for tensor in self.network.state_dict().values():
            if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
                raise Diverged("a weight after the loss", self._steps)


def rate_at(progress: float) -> float:
    """Return the share of the learning rate that is used when ``progress``, 0..1, of the training is done."""
    rising: float = min(1.0, 0.1 + 0.9 * progress / WARM_UP)
    falling: float = (1 - progress) ** POWER
    return rising * falling


def _task(
    network: nn.Module,
    description: Description,
    plan: Plan,
    device: torch.device,
    quality: Callable[[], Quality] | None,
) -> Task[Any, Any, Any]:
    if not isinstance(network, ObjectNetwork):
        return Pixels(network, description, plan, device)
    assert quality is not None, "whoever trains such a network says how objects are scored"
    return Objects(network, description, plan, device, quality)


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Draw from ``seed`` for a while, and leave torch's generators as they were."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


def _optimizer(network: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    if plan.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), plan.rate, momentum=0.9, weight_decay=plan.decay)
    return torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=plan.decay)


def _precision(name: str, device: torch.device) -> torch.dtype:
    """Return what most is computed in; ``auto`` is the half precision of a CUDA device, else single."""
    if name == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[name]
