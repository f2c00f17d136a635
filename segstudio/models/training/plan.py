"""How a network is to be trained, and what is told of it while it is. Plain data, without torch."""

from dataclasses import dataclass, field
from math import isfinite
from typing import Final, Literal, NamedTuple

from segstudio.core.errors import SegstudioError

LOSSES: Final = ("ce", "dice", "focal")
"""Cross entropy, soft Dice, focal loss; a plan may name the sum of several, joined by "+"."""


class Usual(NamedTuple):
    """What is usual for an optimizer: its learning rate, and its weight decay."""

    rate: float
    decay: float


OPTIMIZERS: Final = {"adamw": Usual(1e-3, 1e-2), "sgd": Usual(1e-2, 1e-4)}
"""The decay of AdamW is of weights by themselves, Loshchilov 2019; that of SGD is part of the gradient, He 2016."""

MEASURES: Final = {"mean_iou": "mean IoU", "pq": "PQ"}
"""What epochs are scored by: the name in files, and the one for people."""

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

    Networks that find objects learn from whole images, by losses of their own: then ``crop`` is None, and ``loss`` and
    ``class_weights`` are without meaning.

    ``class_weights`` are those of cross entropy and focal loss, by the order of the classes; equal where empty.
    ``learning_rate`` is that of the beginning; it and ``weight_decay`` are None for what is usual for the optimizer.
    Raises ``ValueError`` for what is no plan.
    """

    crop: int | None
    epochs: int | None = None
    minutes: float | None = None
    batch: int = 8
    loss: str = "ce+dice"
    class_weights: tuple[float, ...] = ()
    optimizer: str = "adamw"
    learning_rate: float | None = None
    weight_decay: float | None = None
    precision: str = "auto"
    augmentation: Augmentation = field(default_factory=Augmentation)
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.epochs is None) == (self.minutes is None):
            raise ValueError("a plan has a number of epochs or of minutes")
        if self.optimizer not in OPTIMIZERS or self.precision not in PRECISIONS:
            raise ValueError(f"{self.optimizer} in {self.precision} is no way to train that is known here")
        self._check_numbers()
        self._check_loss()

    def _check_numbers(self) -> None:
        length = self.epochs if self.minutes is None else self.minutes
        above = {"batch": self.batch, "length": length, "learning rate": self.rate}
        for name, value in (above if self.crop is None else {"crop": self.crop} | above).items():
            if value is None or not isfinite(value) or value <= 0:
                raise ValueError(f"its {name} is {value}, and not a number above 0")
        for name, values in (("weight decay", (self.decay,)), ("class weights", self.class_weights)):
            if not all(isfinite(value) and value >= 0 for value in values):
                raise ValueError(f"its {name} has a value that is not a number from 0")

    def _check_loss(self) -> None:
        names = self.loss.split("+")
        if unknown := set(names) - set(LOSSES):
            raise ValueError(f"the loss is a sum of {', '.join(LOSSES)}, and not of {', '.join(sorted(unknown))}")
        if len(set(names)) < len(names):
            raise ValueError(f"the loss {self.loss} has a term twice")

    @property
    def rate(self) -> float:
        """The learning rate of the beginning."""
        return OPTIMIZERS[self.optimizer].rate if self.learning_rate is None else self.learning_rate

    @property
    def decay(self) -> float:
        """The weight decay."""
        return OPTIMIZERS[self.optimizer].decay if self.weight_decay is None else self.weight_decay


@dataclass(frozen=True, slots=True)
class Epoch:
    """``loss`` is the mean over its batches; ``score`` that of the unseen examples, by the measure of the task.

    ``seconds`` are those of the whole training up to here, scoring and writing included; ``best`` says that none was
    better.
    """

    number: int
    loss: float
    score: float
    learning_rate: float
    seconds: float
    best: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One batch was learnt or one image scored; ``epoch`` says how an epoch went, with the last image of its scoring.

    ``done`` of ``total`` are of ``unit``: of steps, which are batches and scored images, or of seconds.
    """

    done: int
    total: int
    unit: Literal["steps", "seconds"]
    loss: float
    epoch: Epoch | None = None


class Diverged(SegstudioError):
    """The network is spoilt: its loss, or a weight, is no finite number."""

    def __init__(self, what: str, step: int) -> None:
        super().__init__(
            f"The training has diverged: {what} of step {step} is not a finite number.",
            "Train anew with a lower learning rate, or in single precision.",
        )
