"""Two runs against one truth: on the images of both, metric by metric, and image by image."""

import math

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import METRICS, overlap
from segstudio.metrics.comparison import class_mean, compare
from segstudio.services.contest import ACCURACY, STEPS, contest, leads, sides
from segstudio.services.scores import DatasetScores

SCHEMA = LabelSchema((LabelClass(0, "ground", (0, 0, 0), background=True), LabelClass(1, "cell", (9, 0, 0))))


def counts(right: int, wrong: int, other: int = 10) -> Confusion:
    return Confusion((0, 1), np.array([[other, 0, 0], [wrong, right, 0]]))


def scores(**images: Confusion) -> DatasetScores:
    made = DatasetScores()
    for sample_id, confusion in images.items():
        made.put(sample_id, confusion)
    return made


FIRST = scores(a=counts(4, 1), b=counts(2, 2), c=counts(0, 0), top=counts(5, 5, 0))
SECOND = scores(b=counts(4, 0), new=counts(1, 1), a=counts(5, 0), c=counts(0, 0))


def test_runs_are_compared_on_the_images_of_both() -> None:
    steps = list(contest(sides(FIRST, SECOND), SCHEMA, without=[0]))
    assert len(steps) == STEPS
    iou = steps[0]
    assert [(bout.metric, bout.class_id, bout.name) for bout in iou] == [
        ("iou", None, "mean"), ("iou", 0, "ground"), ("iou", 1, "cell"),
    ]  # fmt: skip
    assert iou[0].found.over_counts.images == 3
    assert iou[0].found.over_counts.difference.value == pytest.approx(6 / 9 - 1)
    assert iou[0].found.over_images.difference.value == pytest.approx((4 / 5 + 1 / 2) / 2 - 1)
    assert iou[0].found.over_images.images == 2, "the class is in neither of the third"
    assert iou[2].found == iou[0].found, "the mean of the only class that is not left out"
    assert [step[0].metric for step in steps] == [*METRICS, ACCURACY]


def test_a_bout_is_what_the_two_compared_alone_give() -> None:
    both = sides(FIRST, SECOND)
    assert both.ids == ("a", "b", "c")
    dice = next(step for step in contest(sides(FIRST, SECOND), SCHEMA) if step[0].metric == "dice")
    assert dice[0].found == compare(both.first, both.second, class_mean("dice"))


def test_images_are_ordered_by_who_is_ahead() -> None:
    found = leads(sides(SECOND, FIRST), "iou", 1)
    assert [(m.id, m.first, m.second) for m in found] == [("b", 1.0, 0.5), ("a", 1.0, 0.8)]
    assert found[0].by == pytest.approx(0.5)
    assert [m.id for m in leads(sides(FIRST, SECOND), "iou", 1)] == ["a", "b"]
    of_b = next(m for m in leads(sides(FIRST, SECOND), "iou", None) if m.id == "b")
    first_b = FIRST.get("b")
    assert first_b is not None
    assert of_b.first == pytest.approx(overlap.mean_iou(first_b))
    assert of_b.second == 1.0
    assert {m.id for m in leads(sides(FIRST, SECOND), ACCURACY, None)} == {"a", "b", "c"}
    assert all(not math.isnan(m.by) for m in found)


def test_two_without_a_common_image_are_refused() -> None:
    with pytest.raises(SegstudioError, match="no image in common"):
        sides(FIRST, scores(new=counts(1, 1)))
