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


def _against_truth(name: str, text: str, tip: str, other_tip: str) -> dict[str, Content]:
    """Return what holds A, or B, against the truth; either stands in for the other while the key is held."""
    other, alike = f"other {name}", "agreement"
    return {
        name: Content(
            text.format("A"), tip, (_T, _A), (alike, "prediction", "truth"), held=(other, "truth"), gray=True
        ),
        other: Content(text.format("B"), other_tip, (_T, _B), (alike, name, "truth"), held=(name, "truth"), gray=True),
    }


def _of_model(name: str, text: str, tip: str, other_tip: str) -> dict[str, Content]:
    """Return how sure the models of A, or of B, are."""
    other = f"other {name}"
    needs, other_needs = (_A, Need.CONFIDENCE), (_B, Need.OTHER_CONFIDENCE)
    held, other_held = (other, "errors", "prediction"), (name, "other errors", "other")
    return {
        name: Content(text.format("A"), tip, needs, ("prediction", "truth"), held=held, gray=True),
        other: Content(text.format("B"), other_tip, other_needs, (name, "other", "truth"), held=other_held, gray=True),
    }


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
    **_against_truth(
        "errors",
        "Errors of {}",
        "What the prediction has right, extra and missed",
        "What the second prediction has right, extra and missed",
    ),
    **_against_truth(
        "error distances",
        "Errors of {} by depth",
        "Errors near the borders of the truth fade, those far from them stand out",
        "Errors of the second prediction: those near the borders of the truth fade, those far from them stand out",
    ),
    **_against_truth(
        "signed contours",
        "Contours of {} by distance",
        "Contours of the prediction: blue where they fall short of the truth, orange where they go beyond it",
        "Contours of the second prediction: blue where they fall short of the truth, orange where they go beyond it",
    ),
    **_against_truth(
        "confusions",
        "Confusions of {}",
        "The colour of what was predicted, striped with that of what it is",
        "The colour of what the second run predicted, striped with that of what it is",
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
    **_of_model(
        "confidence",
        "Confidence of {}",
        "How probable the predicted class is to the model",
        "How probable the class that the second run predicted is to its model",
    ),
    **_of_model(
        "entropy",
        "Uncertainty of {}",
        "The entropy of each pixel's class probabilities, at the least",
        "The entropy of each pixel's class probabilities to the second run's model, at the least",
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
