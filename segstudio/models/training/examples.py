"""Examples as a network learns from them: tensors, in batches that are made ahead."""

import os
import random
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol, TypeAlias

import numpy as np
import torch
from torch import Tensor

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.schema import LabelSchema
from segstudio.models.training.augmentation import changed, cut, random_side
from segstudio.models.training.losses import IGNORED
from segstudio.models.training.plan import Plan

Example: TypeAlias = tuple[RgbImage, LabelPlane]


class Examples(Protocol):
    """Examples by their number; they may be read when they are asked for, and by several threads."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Example: ...


READERS: Final = min(8, os.cpu_count() or 1)
"""Threads that read examples and crop them: as many as there are processors, and no more pictures in memory than 8."""

AHEAD: Final = READERS + 2
"""Batches made ahead: one for each thread, and some that are ready."""


class Batches:
    """Batches by their number: what is in one depends on the plan's seed and that number alone, so any can be next.

    An epoch has each example once; its last batch is filled up with examples of its first. They are asked for in
    threads.
    """

    def __init__(self, examples: Examples, schema: LabelSchema, plan: Plan) -> None:
        self._examples = examples
        self._schema = schema
        self._plan = plan
        self.each_epoch = -(-len(examples) // plan.batch)

    def starting_at(self, first: int) -> Generator[tuple[Tensor, Tensor], None, None]:
        """Yield batches without end: images (N, 3, S, S) float 0..255 and targets (N, S, S) int64."""
        pool = ThreadPoolExecutor(READERS, "examples")
        try:
            ahead: deque[Future[tuple[Tensor, Tensor]]] = deque()
            while True:
                while len(ahead) < AHEAD:
                    ahead.append(pool.submit(self._made, first))
                    first += 1
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _made(self, number: int) -> tuple[Tensor, Tensor]:
        chance = random.Random(f"{self._plan.seed} batch {number}")
        crops = [self._crop(*self._examples[index], chance) for index in self._chosen(number)]
        images, targets = zip(*crops, strict=True)
        return torch.stack(images), torch.stack(targets)

    def _crop(self, image: RgbImage, labels: LabelPlane, chance: random.Random) -> tuple[Tensor, Tensor]:
        """Cut first, and make floats of what is cut: those of a whole picture take four times its bytes."""
        side, augmentation = self._plan.crop, self._plan.augmentation
        taken = random_side(side, augmentation, chance)
        image, labels = cut(image, labels, taken, chance)
        pixels = torch.from_numpy(np.ascontiguousarray(image)).movedim(-1, 0).float()
        return changed(pixels, targets_of(labels, self._schema), (taken, side), augmentation, chance)

    def _chosen(self, number: int) -> list[int]:
        """Return the examples of a batch: each epoch has them in an order of its own, a batch is always full."""
        epoch, place = divmod(number, self.each_epoch)
        order = list(range(len(self._examples)))
        random.Random(f"{self._plan.seed} epoch {epoch}").shuffle(order)
        return [order[(place * self._plan.batch + i) % len(order)] for i in range(self._plan.batch)]


def targets_of(labels: LabelPlane, schema: LabelSchema) -> Tensor:
    """Return the channel by pixel, int64 (H, W); ``IGNORED`` where the class is ignored or the value is no class."""
    channel = np.full(np.iinfo(labels.dtype).max + 1, IGNORED, np.int64)
    for index, scored in enumerate(schema.scored):
        channel[scored.id] = index
    return torch.from_numpy(channel[labels])
