"""Ways to look at labels, and at labels against labels: pure functions from label planes to colours."""

from segstudio.overlays.agreement import agreement, difference
from segstudio.overlays.base import Overlay, nothing, of_other
from segstudio.overlays.confusions import confusions
from segstudio.overlays.distances import error_distances
from segstudio.overlays.errors import errors
from segstudio.overlays.heat import confidence, entropy
from segstudio.overlays.labels import prediction_fill, prediction_outline, truth_fill, truth_outline
from segstudio.overlays.outlines import outlines
from segstudio.overlays.signed_contours import signed_contours

OVERLAYS: dict[str, Overlay] = {
    "truth": truth_fill,
    "truth outline": truth_outline,
    "prediction": prediction_fill,
    "prediction outline": prediction_outline,
    "other": of_other(prediction_fill),
    "other outline": of_other(prediction_outline),
    "errors": errors,
    "other errors": of_other(errors),
    "error distances": error_distances,
    "other error distances": of_other(error_distances),
    "signed contours": signed_contours,
    "other signed contours": of_other(signed_contours),
    "confusions": confusions,
    "other confusions": of_other(confusions),
    "outlines": outlines,
    "difference": difference,
    "agreement": agreement,
    "confidence": confidence,
    "other confidence": of_other(confidence),
    "entropy": entropy,
    "other entropy": of_other(entropy),
    "none": nothing,
}

NUMBERED = frozenset({"truth", "truth outline"})
"""The overlays that look at the numbers of the truth's objects."""

OF_PREDICTION = frozenset(
    {
        "prediction",
        "prediction outline",
        "errors",
        "error distances",
        "signed contours",
        "confusions",
        "outlines",
        "difference",
        "agreement",
    }
)
"""The overlays that look at the first prediction."""

OF_FOUND = frozenset({"prediction", "prediction outline"})
"""The overlays that look at the numbers of the prediction's objects."""

OF_OTHER = frozenset({*(name for name in OVERLAYS if name.startswith("other")), "outlines", "difference", "agreement"})
"""The overlays that look at the second prediction."""
OF_CONFIDENCE = frozenset({"confidence", "entropy"})
"""The overlays that look at how sure the model of the prediction was."""
OF_OTHER_CONFIDENCE = frozenset({"other confidence", "other entropy"})
"""The overlays that look at how sure the model of the second prediction was."""
OF_DEPTH = frozenset({"error distances", "other error distances", "signed contours", "other signed contours"})
"""The overlays that look at how far pixels lie from the borders of the truth."""
