"""Training a network on images and masks that fit in memory."""

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.models.description import Preprocess
from segstudio.models.inference import to_input

IGNORED = -100
"""The target of pixels that neither the loss nor the score counts."""


@dataclass(frozen=True, slots=True)
class Example:
    """``target``: channel index by pixel, int64 (H, W), ``IGNORED`` where nothing is to be learnt."""

    image: RgbImage
    target: Tensor


@dataclass(frozen=True, slots=True)
class Plan:
    epochs: int
    batch: int = 8
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """``loss`` is the mean over batches; ``mean_iou`` that of the validation examples, from summed counts."""

    number: int
    loss: float
    mean_iou: float
    seconds: float


def example(image: RgbImage, labels: LabelPlane, ids: Sequence[int]) -> Example:
    """Pair an image with its target; ``ids`` are the class ids in channel order, any other id is ignored."""
    channel = np.full(int(labels.max()) + max(ids) + 1, IGNORED, np.int64)
    channel[list(ids)] = np.arange(len(ids))
    return Example(image, torch.from_numpy(channel[labels]))


def train(
    network: nn.Module, examples: Sequence[Example], unseen: Sequence[Example], preprocess: Preprocess, plan: Plan
) -> Iterator[Epoch]:
    """Train ``network`` in place, where it lies; each epoch is a place to stop. Examples are of one size."""
    torch.manual_seed(plan.seed)
    shuffle = random.Random(plan.seed)
    steps = plan.epochs * math.ceil(len(examples) / plan.batch)
    optimizer = torch.optim.AdamW(network.parameters(), plan.learning_rate, weight_decay=plan.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.learning_rate, total_steps=steps, pct_start=0.1)
    began = time.perf_counter()
    for number in range(1, plan.epochs + 1):
        network.train()
        losses = []
        for chosen in _batches(examples, plan.batch, shuffle):
            images, targets = _stack(chosen, preprocess, network)
            images, targets = augmented(images, targets, shuffle)
            loss = segmentation_loss(network(images), targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        score = mean_iou(network, unseen, preprocess)
        yield Epoch(number, sum(losses) / len(losses), score, time.perf_counter() - began)


def segmentation_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Return cross entropy plus soft Dice (Milletari 2016, over the batch, mean over classes); ignored pixels are out.

    ``logits`` (N, C, H, W); ``target`` (N, H, W) int64.
    """
    counted = (target != IGNORED).unsqueeze(1)
    truth = functional.one_hot(target.clamp(min=0), logits.shape[1]).movedim(-1, 1) * counted
    probability = logits.softmax(1) * counted
    overlap, total = (probability * truth).sum((0, 2, 3)), (probability + truth).sum((0, 2, 3))
    dice = 1 - ((2 * overlap + 1) / (total + 1)).mean()
    return functional.cross_entropy(logits, target, ignore_index=IGNORED) + dice


def augmented(images: Tensor, targets: Tensor, shuffle: random.Random) -> tuple[Tensor, Tensor]:
    """Flip, and where pictures are square turn, images (N, C, H, W) and targets (N, H, W) together."""
    for axis in (-1, -2):
        if shuffle.random() < 0.5:
            images, targets = images.flip(axis), targets.flip(axis)
    if images.shape[-1] == images.shape[-2] and shuffle.random() < 0.5:
        images, targets = images.transpose(-1, -2), targets.transpose(-1, -2)
    return images, targets


@torch.inference_mode()
def mean_iou(network: nn.Module, examples: Sequence[Example], preprocess: Preprocess) -> float:
    """Return the mean IoU over the classes present in truth or prediction, from counts summed over all examples."""
    network.eval()
    counts = torch.zeros((), dtype=torch.int64)
    for one in examples:
        images, target = _stack([one], preprocess, network)
        logits = network(images)
        classes, seen = logits.shape[1], target != IGNORED
        pairs = target[seen] * classes + logits.argmax(1)[seen]
        counts = counts + torch.bincount(pairs.cpu(), minlength=classes**2).reshape(classes, classes)
    both = counts.sum(0) + counts.sum(1) - counts.diag()
    return float((counts.diag()[both > 0].double() / both[both > 0]).mean())


def _batches(examples: Sequence[Example], size: int, shuffle: random.Random) -> Iterator[list[Example]]:
    order = shuffle.sample(examples, len(examples))
    return (order[start : start + size] for start in range(0, len(order), size))


def _stack(examples: Sequence[Example], preprocess: Preprocess, network: nn.Module) -> tuple[Tensor, Tensor]:
    device = next(network.parameters()).device
    images = to_input([one.image for one in examples], preprocess, device)
    return images, torch.stack([one.target for one in examples]).to(device)
