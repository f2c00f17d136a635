"""The numbers beside the picture of errors are the pixels in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.overlays.base import OverlayInput, Style
from segstudio.overlays.errors import Verdict, verdict
from segstudio.services.verdicts import verdict_counts

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (1, 1, 1)),
        LabelClass(2, "nucleus", (2, 2, 2)),
        LabelClass(4, "glass", (3, 3, 3), background=True),
        LabelClass(9, "void", (4, 4, 4), ignore=True),
    )
)


@pytest.mark.parametrize("focus", [None, 0, 1, 9])
@given(st.integers(0, 2**32 - 1))
def test_counts_are_the_pixels_that_the_overlay_paints(focus: int | None, seed: int) -> None:
    """Whatever the planes hold: several backgrounds, ignored classes, values without a class on either side."""
    truth, prediction = np.random.default_rng(seed).choice([0, 1, 2, 4, 7, 9], (2, 9, 8)).astype(np.uint8)
    painted = verdict(OverlayInput(truth, prediction, Style.of(SCHEMA, 0.5, focus=focus), (0, 0)))
    counts = verdict_counts(Confusion.of(truth, prediction, SCHEMA), SCHEMA, focus)
    assert counts == {kind: int((painted == kind).sum()) for kind in Verdict if kind is not Verdict.NONE}


def test_nothing_counted_is_nothing_found() -> None:
    assert set(verdict_counts(Confusion.zero(SCHEMA), SCHEMA, None).values()) == {0}
