"""Examples as a network learns from them: in batches that are made ahead."""

import os
import random
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.models.training.plan import Plan
from segstudio.models.training.task import Batch, Crop, Labels, Task

Example: TypeAlias = tuple[RgbImage, LabelPlane]
LabelsOut = TypeVar("LabelsOut", covariant=True)


class Examples(Protocol[LabelsOut]):
    """Examples by their number, an image and its labels; they may be read when asked for, and by several threads."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[RgbImage, LabelsOut]: ...


READERS: Final = min(8, os.cpu_count() or 1)
"""Threads that read examples and crop them: as many as there are processors, and no more pictures in memory than 8."""

AHEAD: Final = READERS + 2
"""Batches made ahead: one for each thread, and some that are ready."""


class Batches(Generic[Labels, Crop, Batch]):
    """Batches by their number: what is in one depends on the plan's seed and that number alone, so any can be next.

    An epoch has each example once; its last batch is filled up with examples of its first. They are asked for in
    threads.
    """

    def __init__(self, examples: Examples[Labels], task: Task[Labels, Crop, Batch], plan: Plan) -> None:
        self._examples = examples
        self._task = task
        self._plan = plan
        self.each_epoch = -(-len(examples) // plan.batch)

    def starting_at(self, first: int) -> Generator[Batch, None, None]:
        """Yield batches without end."""
        pool = ThreadPoolExecutor(READERS, "examples")
        try:
            ahead: deque[Future[Batch]] = deque()
            while True:
                while len(ahead) < AHEAD:
                    ahead.append(pool.submit(self._made, first))
                    first += 1
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _made(self, number: int) -> Batch:
        chance = random.Random(f"{self._plan.seed} batch {number}")
        return self._task.gathered([self._task.crop(*self._examples[index], chance) for index in self._chosen(number)])

    def _chosen(self, number: int) -> list[int]:
        """Return the examples of a batch: each epoch has them in an order of its own, a batch is always full."""
        epoch, place = divmod(number, self.each_epoch)
        order = list(range(len(self._examples)))
        random.Random(f"{self._plan.seed} epoch {epoch}").shuffle(order)
        return [order[(place * self._plan.batch + i) % len(order)] for i in range(self._plan.batch)]
