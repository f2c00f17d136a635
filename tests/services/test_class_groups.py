"""Some classes alone, and several as one."""

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.class_groups import groups_of, merged, subset
from segstudio.services.evaluate import Evaluation, ScoredStep
from segstudio.services.scoring import ImageScore

SCHEMA = LabelSchema(
    (
        LabelClass(0, "road", (0, 0, 0), background=True),
        LabelClass(7, "car", (1, 0, 0), group="vehicle"),
        LabelClass(2, "bus", (2, 0, 0), group="vehicle"),
        LabelClass(9, "void", (9, 0, 0), ignore=True, group="vehicle"),
    )
)


@pytest.fixture
def found() -> Evaluation:
    made = Evaluation(SCHEMA, without=(0,))
    for name, by in (("a", 1), ("b", 2)):
        counts = by * np.array([[5, 1, 0, 0], [0, 3, 2, 0], [1, 0, 4, 1]])
        made.add(ScoredStep(name, 1, 2, ImageScore(Confusion((0, 7, 2), counts, ignored=by))))
    return made


def test_the_groups_of_a_class_table() -> None:
    assert groups_of(SCHEMA) == {"vehicle": (7, 2)}


def test_classes_of_a_group_are_one(found: Evaluation) -> None:
    one = merged(found, {"vehicle": (2, 7)})
    assert [(c.id, c.name) for c in one.schema.classes] == [(0, "road"), (7, "vehicle"), (9, "void")]
    assert one.total.labels == tuple(c.id for c in one.schema.scored)
    assert one.total.counts.tolist() == [[15, 3, 0], [3, 27, 3]]
    assert one.means(one.total)["iou"] == 27 / 36, "the background is still left out"
    assert one.ids == found.ids
    assert [i for i, _ in one.images()] == ["a", "b"]


def test_classes_alone_are_as_if_the_others_were_ignored(found: Evaluation) -> None:
    alone = subset(found, [2])
    assert [c.id for c in alone.schema.scored] == [2]
    assert alone.total.counts.tolist() == [[12, 6]]
    assert alone.total.ignored == 3 + 33
    assert alone.without == ()


@pytest.mark.parametrize("ids", [[5], [9], [2, 2]])
def test_ids_that_cannot_be_are_refused(found: Evaluation, ids: list[int]) -> None:
    with pytest.raises(SegstudioError, match=r"no scored class|named twice"):
        subset(found, ids)
    with pytest.raises(SegstudioError):
        merged(found, {"x": ids[:1], "y": ids[-1:]})
