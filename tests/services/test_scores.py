"""Scores of a data set: counts added up image by image, and replaced without a trace."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.overlap import mean_iou
from segstudio.services.scores import DatasetScores

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (1, 1, 1)),
        LabelClass(9, "void", (2, 2, 2), ignore=True),
    )
)


def counted(seed: int) -> Confusion:
    truth, prediction = np.random.default_rng(seed).choice([0, 1, 9], (2, 5, 6)).astype(np.uint8)
    return Confusion.of(truth, prediction, SCHEMA)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 50)), max_size=12))
def test_total_is_the_sum_of_what_each_image_has_now(puts: list[tuple[str, int]]) -> None:
    scores, latest = DatasetScores(), dict[str, Confusion]()
    assert scores.total is None
    for name, seed in puts:
        latest[name] = counted(seed)
        scores.put(name, latest[name])
        assert scores.total is not None
        np.testing.assert_array_equal(scores.total.counts, sum(c.counts for c in latest.values()))
        assert scores.total.ignored == sum(c.ignored for c in latest.values())
        assert scores.get(name) is latest[name]
    assert len(scores) == len(latest)
    assert scores.get("z") is None


@given(st.lists(st.integers(0, 50), max_size=8))
def test_worst_come_first(seeds: list[int]) -> None:
    scores = DatasetScores()
    for number, seed in enumerate(seeds):
        scores.put(str(number), counted(seed))
    listed = list(scores.worst_first())
    assert sorted(name for name, _ in listed) == sorted(str(n) for n in range(len(seeds)))
    assert [score for _, score in listed] == sorted(mean_iou(counted(seed)) for seed in seeds)


def test_images_without_a_score_come_last_and_ties_by_name() -> None:
    scores = DatasetScores()
    ignored = Confusion.of(np.full((2, 2), 9, np.uint8), np.zeros((2, 2), np.uint8), SCHEMA)
    right = Confusion.of(np.ones((2, 2), np.uint8), np.ones((2, 2), np.uint8), SCHEMA)
    for name, confusion in (("none", ignored), ("b", right), ("a", right), ("worst", counted(3))):
        scores.put(name, confusion)
    listed = list(scores.worst_first())
    assert [name for name, _ in listed] == ["worst", "a", "b", "none"]
    assert np.isnan(listed[-1][1])
