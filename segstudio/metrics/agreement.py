"""How much two people, or two models, agree when neither is the truth."""

from dataclasses import dataclass

from segstudio.core.confusion import Confusion
from segstudio.metrics import overlap


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """``dice`` and ``iou`` by class, nan where neither has it; ``observed`` is the part of pixels labelled alike.

    ``kappa`` is Cohen's. All are the same whoever of the two comes first. ``pixels`` are those that both labelled.
    """

    labels: tuple[int, ...]
    dice: overlap.FloatArray
    iou: overlap.FloatArray
    observed: float
    kappa: float
    pixels: int


def both_labelled(confusion: Confusion) -> Confusion:
    """Return the counts of the pixels that two raters labelled, from those of the one as truth against the other.

    What either left out, as an ignored class or a value that no class has, is not counted: such pixels of the one are
    ``ignored`` and ``undeclared`` of the counts, and the last column, the other's, is taken out of them here.
    """
    counts = confusion.counts.copy()
    counts[:, -1] = 0
    return Confusion(confusion.labels, counts)


def agreement(confusion: Confusion) -> Agreement:
    """Return how much two raters agree, from the counts of the one as truth against the other."""
    both = both_labelled(confusion)
    values = overlap.dice(both), overlap.iou(both), overlap.pixel_accuracy(both), overlap.kappa(both)
    return Agreement(confusion.labels, *values, both.pixels)


def mean_dice(found: Agreement) -> float:
    """Return the unweighted mean of Dice over the classes that either has; nan where there is none."""
    return float(overlap.means(found.dice))
