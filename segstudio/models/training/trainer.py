"""Training a network on images and masks that fit in memory."""

import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.schema import LabelSchema
from segstudio.models.description import Description
from segstudio.models.inference import to_input

IGNORED = -100
"""The target of pixels that the loss does not count."""

Example: TypeAlias = tuple[RgbImage, LabelPlane]


@dataclass(frozen=True, slots=True)
class Plan:
    """``crop`` is the side of the square cut at random from each example, so that each epoch shows others."""

    epochs: int
    crop: int
    batch: int = 8
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """``loss`` is the mean over batches; ``mean_iou`` that of the unseen examples, from summed counts."""

    number: int
    loss: float
    mean_iou: float
    seconds: float


def train(
    network: nn.Module, description: Description, examples: Sequence[Example], unseen: Sequence[Example], plan: Plan
) -> Iterator[Epoch]:
    """Train ``network`` in place, on the device where it lies; each epoch is a place to stop.

    Examples hold the ids of ``description.classes``; other values are not learnt from; none is smaller than the
    crop. AdamW with one rise and fall of the learning rate, which needs no search for when to stop.
    """
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
            crops = [cropped(example, plan.crop, shuffle) for example in chosen]
            images, targets = augmented(*_stack(network, description, crops), shuffle)
            loss = segmentation_loss(network(images), targets)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        score = mean_iou(network, description, unseen)
        yield Epoch(number, sum(losses) / len(losses), score, time.perf_counter() - began)


def segmentation_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Return cross entropy plus soft Dice (Milletari 2016, over the batch, mean over classes); ignored pixels are out.

    ``logits`` (N, C, H, W); ``target`` (N, H, W) int64, a channel or ``IGNORED``.
    """
    counted = (target != IGNORED).unsqueeze(1)
    truth = functional.one_hot(target.clamp(min=0), logits.shape[1]).movedim(-1, 1) * counted
    probability = logits.softmax(1) * counted
    overlap, total = (probability * truth).sum((0, 2, 3)), (probability + truth).sum((0, 2, 3))
    dice = 1 - ((2 * overlap + 1) / (total + 1)).mean()
    return functional.cross_entropy(logits, target, ignore_index=IGNORED) + dice


def cropped(example: Example, side: int, shuffle: random.Random) -> Example:
    """Cut a square from an image and its labels, at one place."""
    image, labels = example
    y, x = (shuffle.randint(0, length - side) for length in labels.shape)
    return image[y : y + side, x : x + side], labels[y : y + side, x : x + side]


def augmented(images: Tensor, targets: Tensor, shuffle: random.Random) -> tuple[Tensor, Tensor]:
    """Flip and turn square images (N, C, S, S) and their targets (N, S, S) together."""
    for axis in (-1, -2):
        if shuffle.random() < 0.5:
            images, targets = images.flip(axis), targets.flip(axis)
    if shuffle.random() < 0.5:
        images, targets = images.transpose(-1, -2), targets.transpose(-1, -2)
    return images, targets


@torch.inference_mode()
def mean_iou(network: nn.Module, description: Description, examples: Sequence[Example]) -> float:
    """Return the mean IoU over the classes present in truth or prediction, from counts summed over all examples."""
    network.eval()
    ids = np.array([c.id for c in description.classes.scored], description.classes.dtype)
    counter, counts = PairCounter(description.classes), Confusion.zero(description.classes)
    for image, labels in examples:
        images, _ = _stack(network, description, [(image, labels)])
        counts += counter.count(labels, ids[network(images).argmax(1)[0].cpu().numpy()])
    both, hit = counts.counts[:, :-1], counts.counts.diagonal()
    union = both.sum(0) + both.sum(1) - hit
    return float((hit[union > 0] / union[union > 0]).mean())


def targets_of(labels: LabelPlane, schema: LabelSchema) -> Tensor:
    """Return the channel by pixel, int64 (H, W); ``IGNORED`` where the class is ignored or the value is no class."""
    channel = np.full(np.iinfo(labels.dtype).max + 1, IGNORED, np.int64)
    for index, scored in enumerate(schema.scored):
        channel[scored.id] = index
    return torch.from_numpy(channel[labels])


def _batches(examples: Sequence[Example], size: int, shuffle: random.Random) -> Iterator[list[Example]]:
    order = shuffle.sample(examples, len(examples))
    return (order[start : start + size] for start in range(0, len(order), size))


def _stack(network: nn.Module, description: Description, chosen: Sequence[Example]) -> tuple[Tensor, Tensor]:
    device = next(network.parameters()).device
    images = to_input([image for image, _ in chosen], description.preprocess, device)
    return images, torch.stack([targets_of(labels, description.classes) for _, labels in chosen]).to(device)
