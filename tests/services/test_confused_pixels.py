"""The pixels of a cell of the matrix are those that it counts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.confused_pixels import confused_pixels

SCHEMA = LabelSchema(
    (
        LabelClass(0, "road", (0, 0, 0)),
        LabelClass(4, "car", (1, 1, 1)),
        LabelClass(9, "void", (2, 2, 2), ignore=True),
    )
)
SCORED = (0, 4)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9), st.sampled_from([0.05, 0.5, 1.0]))
def test_they_are_those_that_are_counted(seed: int, height: int, width: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    truth, prediction = rng.choice([0, 4, 9, 7], (2, height, width)).astype(np.uint8)
    truth[rng.random(truth.shape) > share] = 9
    counts = Confusion.of(truth, prediction, SCHEMA).counts
    for row, true_id in enumerate(SCORED):
        for column, predicted in enumerate((*SCORED, None)):
            found = confused_pixels(truth, prediction, true_id, predicted, SCORED)
            if found is None:
                assert counts[row, column] == 0
                continue
            assert found.mask.shape == found.at.shape
            assert int(found.mask.sum()) == counts[row, column]
            for side in (found.mask[0], found.mask[-1], found.mask[:, 0], found.mask[:, -1]):
                assert side.any(), "the rectangle is no larger than it must be"
            inside = prediction[found.at.slices][found.mask]
            assert (truth[found.at.slices][found.mask] == true_id).all()
            assert (inside == predicted).all() if predicted is not None else not np.isin(inside, SCORED).any()
