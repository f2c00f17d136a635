"""What a network can learn: how examples become batches, what it loses by a batch, and how well it does."""

import random
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from torch import Tensor, nn

from segstudio.core.raster import RgbImage

Labels = TypeVar("Labels")
LabelsIn = TypeVar("LabelsIn", contravariant=True)
Crop = TypeVar("Crop")
Batch = TypeVar("Batch")


class Scoring(Protocol[LabelsIn]):
    """Adds up over examples how well a network does."""

    def add(self, image: RgbImage, labels: LabelsIn) -> None:
        """Predict an image and hold it against its labels."""

    @property
    def score(self) -> float:
        """0..1, the higher the better; 0 where there was nothing to score."""
        ...

    @property
    def trivial(self) -> float:
        """The score of a prediction that learnt nothing from the images; what is no better is worth nothing.

        1 where there was nothing to score: no prediction could be told from such a one.
        """
        ...


class Task(Protocol[LabelsIn, Crop, Batch]):
    """``measure`` is the name of the score in files; ``batch`` says what one is made of, for messages."""

    measure: str
    batch: str

    def crop(self, image: RgbImage, labels: LabelsIn, chance: random.Random, /) -> Crop:
        """Return what is learnt from an example this time; called in threads."""
        ...

    def gathered(self, crops: Sequence[Crop], /) -> Batch:
        """Return crops as a batch; called in threads."""
        ...

    def loss(self, network: nn.Module, batch: Batch, /) -> Tensor:
        """Return what is learnt by, a number; the network is on its device, the batch is not yet."""
        ...

    def scoring(self, network: nn.Module, /) -> Scoring[Any]: ...
