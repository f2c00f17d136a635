"""How a network is to be trained, and what is told of it while it is. Plain data, without torch."""

from dataclasses import dataclass, field
from typing import Final, Literal

LOSSES: Final = ("ce", "dice", "focal")
"""Cross entropy, soft Dice, focal loss; a plan may name the sum of several, joined by "+"."""

OPTIMIZERS: Final = {"adamw": 1e-3, "sgd": 1e-2}
"""With the learning rate that is usual for each."""

PRECISIONS: Final = ("auto", "fp32", "bf16", "fp16")


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What is changed at random in each crop, in the image and its labels together.

    ``turns``: quarter turns and mirroring in any direction, for pictures without an up; else left and right alone.
    ``scale``: the largest factor of enlarging and of shrinking. ``light``: the largest share by which contrast
    changes, and brightness of the whole range.
    """

    turns: bool = False
    scale: float = 1.0
    light: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Either ``epochs`` or ``minutes`` says how long; ``crop`` is the side of the squares that are learnt from.

    ``class_weights`` are those of cross entropy and focal loss, by the order of the classes; equal where empty.
    ``learning_rate`` is that of the beginning, None for the optimizer's usual one. Raises ``ValueError`` for what is
    no plan.
    """

    crop: int
    epochs: int | None = None
    minutes: float | None = None
    batch: int = 8
    loss: str = "ce+dice"
    class_weights: tuple[float, ...] = ()
    optimizer: str = "adamw"
    learning_rate: float | None = None
    weight_decay: float = 1e-2
    precision: str = "auto"
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.epochs is None) == (self.minutes is None):
            raise ValueError("a plan has a number of epochs or of minutes")
        length = self.epochs if self.minutes is None else self.minutes
        if min(self.crop, self.batch) < 1 or length is None or length <= 0:
            raise ValueError("crop, batch, epochs and minutes are above 0")
        if unknown := set(self.loss.split("+")) - set(LOSSES):
            raise ValueError(f"the loss is a sum of {', '.join(LOSSES)}, and not of {', '.join(sorted(unknown))}")
        if self.optimizer not in OPTIMIZERS or self.precision not in PRECISIONS:
            raise ValueError(f"{self.optimizer} in {self.precision} is no way to train that is known here")

    @property
    def rate(self) -> float:
        """The learning rate of the beginning."""
        return OPTIMIZERS[self.optimizer] if self.learning_rate is None else self.learning_rate


@dataclass(frozen=True, slots=True)
class Epoch:
    """``loss`` is the mean over its batches; ``mean_iou`` that of the unseen examples, from summed counts.

    ``seconds`` are those of the whole training up to here, scoring included; ``best`` says that none was better.
    """

    number: int
    loss: float
    mean_iou: float
    learning_rate: float
    seconds: float
    best: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One batch was learnt, or an epoch has ended: ``epoch`` then says how. ``done`` of ``total`` are of ``unit``."""

    done: int
    total: int
    unit: Literal["steps", "seconds"]
    loss: float
    epoch: Epoch | None = None
