"""Ways to look at labels, and at labels against labels: pure functions from label planes to colours."""

from segstudio.overlays.base import Overlay
from segstudio.overlays.errors import errors, outlines
from segstudio.overlays.labels import bare, prediction_fill, prediction_outline, truth_fill, truth_outline

OVERLAYS: dict[str, Overlay] = {
    "truth": truth_fill,
    "truth outline": truth_outline,
    "prediction": prediction_fill,
    "prediction outline": prediction_outline,
    "errors": errors,
    "outlines": outlines,
    "none": bare,
}

NUMBERED = frozenset({"truth", "truth outline"})
"""The overlays that look at instances."""

OF_OTHER: frozenset[str] = frozenset()
"""The overlays that look at the second prediction."""
OF_CONFIDENCE: frozenset[str] = frozenset()
"""The overlays that look at how sure the model was."""
