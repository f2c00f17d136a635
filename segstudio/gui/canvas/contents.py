"""What a pane can show: each overlay in words, what it needs, and what stands in for it where that is not there."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum


class Need(Enum):
    """What an overlay looks at; the value says what to do where it is missing."""

    TRUTH = "This image has no labels: draw some, or choose another way to look"
    PREDICTION = "There is no prediction of this image: choose a run in Metrics, or predict it"
    OTHER = "There is no second prediction of this image: choose B in Metrics"
    CONFIDENCE = 'The run kept no confidence: predict with "Keep confidence"'
    OTHER_CONFIDENCE = 'The second run kept no confidence: predict with "Keep confidence"'


@dataclass(frozen=True, slots=True)
class Content:
    """An overlay as its user knows it.

    ``instead`` names overlays that come nearest where what it ``needs`` is missing, in order; ``held`` those that
    stand in its place while the blink key is held. With ``gray`` the picture below is drawn without its colours.
    """

    text: str
    tip: str
    needs: tuple[Need, ...] = ()
    instead: tuple[str, ...] = ()
    held: tuple[str, ...] = ("truth", "prediction")
    gray: bool = False


_T, _A, _B = Need.TRUTH, Need.PREDICTION, Need.OTHER
_C, _C_B = Need.CONFIDENCE, Need.OTHER_CONFIDENCE
CONTENTS: dict[str, Content] = {
    "none": Content("Image", "The bare picture"),
    "truth": Content(
        "Truth",
        "The labels, as they are now",
        (_T,),
        ("other", "prediction", "none"),
        held=("prediction", "other", "none"),
    ),
    "prediction": Content(
        "Prediction A", "What the chosen run says", (_A,), ("truth", "none"), held=("truth", "other", "none")
    ),
    "other": Content(
        "Prediction B", "What the second run says", (_B,), ("prediction", "truth"), held=("prediction", "truth")
    ),
    "errors": Content(
        "Errors of A",
        "What the prediction has right, extra and missed",
        (_T, _A),
        ("agreement", "prediction", "truth"),
        held=("other errors", "truth"),
        gray=True,
    ),
    "other errors": Content(
        "Errors of B",
        "What the second prediction has right, extra and missed",
        (_T, _B),
        ("agreement", "errors", "truth"),
        held=("errors", "truth"),
        gray=True,
    ),
    "error distances": Content(
        "Errors of A by depth",
        "Errors near the borders of the truth fade, those far from them stand out",
        (_T, _A),
        ("agreement", "prediction", "truth"),
        held=("other error distances", "truth"),
        gray=True,
    ),
    "other error distances": Content(
        "Errors of B by depth",
        "Errors of the second prediction: those near the borders of the truth fade, those far from them stand out",
        (_T, _B),
        ("agreement", "error distances", "truth"),
        held=("error distances", "truth"),
        gray=True,
    ),
    "signed contours": Content(
        "Contours of A by distance",
        "Contours of the prediction: blue where they fall short of the truth, orange where they go beyond it",
        (_T, _A),
        ("agreement", "prediction", "truth"),
        held=("other signed contours", "truth"),
        gray=True,
    ),
    "other signed contours": Content(
        "Contours of B by distance",
        "Contours of the second prediction: blue where they fall short of the truth, orange where they go beyond it",
        (_T, _B),
        ("agreement", "signed contours", "truth"),
        held=("signed contours", "truth"),
        gray=True,
    ),
    "confusions": Content(
        "Confusions of A",
        "The colour of what was predicted, striped with that of what it is",
        (_T, _A),
        ("agreement", "prediction", "truth"),
        held=("other confusions", "truth"),
        gray=True,
    ),
    "other confusions": Content(
        "Confusions of B",
        "The colour of what the second run predicted, striped with that of what it is",
        (_T, _B),
        ("agreement", "confusions", "truth"),
        held=("confusions", "truth"),
        gray=True,
    ),
    "outlines": Content("Outlines", "The borders of truth and predictions", held=("none",)),
    "difference": Content(
        "A or B right",
        "Where only one of two predictions is right, and where none is",
        (_T, _A, _B),
        ("agreement", "errors", "prediction", "truth"),
        gray=True,
    ),
    "agreement": Content(
        "A against B",
        "Where two predictions differ, whoever is right",
        (_A, _B),
        ("errors", "prediction", "truth"),
        held=("prediction",),
        gray=True,
    ),
    "confidence": Content(
        "Confidence of A",
        "How probable the predicted class is to the model",
        (_A, _C),
        ("prediction", "truth"),
        held=("other confidence", "errors", "prediction"),
        gray=True,
    ),
    "other confidence": Content(
        "Confidence of B",
        "How probable the class that the second run predicted is to its model",
        (_B, _C_B),
        ("confidence", "other", "truth"),
        held=("confidence", "other errors", "other"),
        gray=True,
    ),
    "entropy": Content(
        "Uncertainty of A",
        "The entropy of each pixel's class probabilities, at the least",
        (_A, _C),
        ("prediction", "truth"),
        held=("other entropy", "errors", "prediction"),
        gray=True,
    ),
    "other entropy": Content(
        "Uncertainty of B",
        "The entropy of each pixel's class probabilities to the second run's model, at the least",
        (_B, _C_B),
        ("entropy", "other", "truth"),
        held=("entropy", "other errors", "other"),
        gray=True,
    ),
}

GRAY = frozenset(name for name, content in CONTENTS.items() if content.gray)
"""The overlays that are drawn over a picture without colours, which would be taken for theirs."""


def shows_truth(name: str) -> bool:
    """Return whether an overlay changes where the truth does."""
    return name == "outlines" or Need.TRUTH in CONTENTS[name].needs


def missing(name: str, there: Collection[Need]) -> Need | None:
    """Return the first thing that an overlay needs and that is not there."""
    return next((need for need in CONTENTS[name].needs if need not in there), None)


def shown_for(name: str, there: Collection[Need]) -> str:
    """Return the overlay that is drawn where one is asked for: itself, or what comes nearest of what is there."""
    return _first((name, *CONTENTS[name].instead), there)


def held_for(name: str, there: Collection[Need]) -> str:
    """Return the overlay that stands in the place of one while the blink key is held."""
    return _first(CONTENTS[name].held, there)


def _first(names: Collection[str], there: Collection[Need]) -> str:
    return next((name for name in names if missing(name, there) is None), "none")
