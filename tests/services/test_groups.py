"""Scores in groups."""

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.records import SampleRecord, WorkState
from segstudio.services.groups import by_folder, by_share, by_state, by_tag, group_images, grouped

LABELS = (0, 1)


def counts(right: int, wrong: int, other: int = 10) -> Confusion:
    return Confusion(LABELS, np.array([[other, 0, 0], [wrong, right, 0]]))


IMAGES = [
    ("a/x", counts(4, 1)),
    ("b/y", counts(2, 2)),
    ("a/z", counts(0, 0)),
    ("s#0001", counts(1, 0, 0)),
    ("top", counts(5, 5, 0)),
]


def groups_of(naming: object) -> dict[str, tuple[str, ...]]:
    return {group.name: group.ids for group in grouped(IMAGES, naming)}  # type: ignore[arg-type]


def test_by_folder_counts_are_added() -> None:
    found = {group.name: group for group in grouped(IMAGES, by_folder)}
    assert {name: group.ids for name, group in found.items()} == {
        "": ("top",), "a": ("a/x", "a/z"), "b": ("b/y",), "s": ("s#0001",),
    }  # fmt: skip
    assert found["a"].total.counts.tolist() == [[20, 0, 0], [1, 4, 0]]


def test_by_tag_an_image_may_be_in_several() -> None:
    records = {
        "a/x": SampleRecord(tags=("night", "rain", "night")),
        "top": SampleRecord(tags=("rain",), state=WorkState.DONE),
    }
    assert groups_of(by_tag(records)) == {"": ("b/y", "a/z", "s#0001"), "night": ("a/x",), "rain": ("a/x", "top")}
    assert groups_of(by_state(records)) == {"done": ("top",), "unlabelled": ("a/x", "b/y", "a/z", "s#0001")}


def test_by_the_share_of_a_class() -> None:
    assert groups_of(by_share(1)) == {"from 10%": ("a/x", "b/y"), "from 50%": ("s#0001", "top")}


def test_each_way_gives_its_groups() -> None:
    assert [g.name for found in group_images(IMAGES, "folder", LABELS, {}) for g in found.groups] == ["", "a", "b", "s"]
    assert [found.class_id for found in group_images(IMAGES, "share", LABELS, {})] == [0, 1]
    assert len(group_images(IMAGES, "state", LABELS, {})[0].groups) == 1
