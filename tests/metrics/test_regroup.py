"""Some classes alone, and several as one: the same as if the label maps had been made so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.regroup import merged, subset

IDS = (4, 0, 7, 12)
SCHEMA = LabelSchema(
    (*(LabelClass(i, str(i), (0, 0, i)) for i in IDS), LabelClass(255, "void", (9, 9, 9), ignore=True))
)


def planes(seed: int) -> tuple[LabelPlane, LabelPlane]:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 12)), int(rng.integers(1, 12)))
    return rng.choice([*IDS, 255], shape).astype(np.uint8), rng.choice([*IDS, 255, 33], shape).astype(np.uint8)


def same(found: Confusion, wanted: Confusion) -> None:
    assert found.labels == wanted.labels
    np.testing.assert_array_equal(found.counts, wanted.counts)
    assert (found.ignored, found.undeclared) == (wanted.ignored, wanted.undeclared)


@given(st.integers(0, 2**31), st.sets(st.sampled_from(IDS)))
def test_a_subset_is_as_if_the_others_were_ignored(seed: int, kept: set[int]) -> None:
    truth, prediction = planes(seed)
    ignoring = SCHEMA.with_ignored(set(IDS) - kept)
    same(subset(Confusion.of(truth, prediction, SCHEMA), kept), Confusion.of(truth, prediction, ignoring))


@given(
    st.integers(0, 2**31), st.sampled_from([{0: [0, 7]}, {7: [7, 4]}, {50: [4, 0, 12]}, {4: [4, 12], 9: [7, 0]}, {}])
)
def test_merged_is_as_if_they_had_been_one_class(seed: int, groups: dict[int, list[int]]) -> None:
    truth, prediction = planes(seed)
    to = {i: name for name, ids in groups.items() for i in ids}
    one = [np.vectorize(lambda v: to.get(v, v), otypes=[np.uint8])(plane) for plane in (truth, prediction)]
    labels = dict.fromkeys(to.get(i, i) for i in IDS)
    table = LabelSchema(
        (*(LabelClass(i, str(i), (0, 0, 0)) for i in labels), LabelClass(255, "", (0, 0, 0), ignore=True))
    )
    same(merged(Confusion.of(truth, prediction, SCHEMA), groups), Confusion.of(one[0], one[1], table))


@pytest.mark.parametrize("ids", [[255], [4, 33]])
def test_a_class_that_is_not_there_is_refused(ids: list[int]) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        subset(Confusion.zero(SCHEMA), ids)
