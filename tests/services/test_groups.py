"""Scores in groups."""

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.records import SampleRecord, WorkState
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.overlap import Margins
from segstudio.services.evaluate import Evaluation, ScoredStep
from segstudio.services.group_report import groups_by
from segstudio.services.groups import Grouped, group_images
from segstudio.services.html_report import Report, to_html
from segstudio.services.image_counts import ImageCounts
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import ImageScore

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


@pytest.fixture
def scores() -> DatasetScores:
    made = DatasetScores()
    for sample_id, confusion in IMAGES:
        made.put(sample_id, confusion)
    return made


def grouped(scores: DatasetScores, way: str, records: dict[str, SampleRecord] | None = None) -> list[Grouped]:
    return list(group_images(scores, way, records or {}))


def ids_of(found: Grouped) -> dict[str, tuple[str, ...]]:
    return {group.name: group.ids for group in found.groups}


def test_by_folder_counts_are_added(scores: DatasetScores) -> None:
    (found,) = grouped(scores, "folder")
    assert ids_of(found) == {"": ("top",), "a": ("a/x", "a/z"), "b": ("b/y",), "s": ("s#0001",)}
    total = found.groups[1].total
    wanted = Margins.of(counts(4, 1) + counts(0, 0))
    for side in ("intersection", "truth", "predicted"):
        assert getattr(total, side).tolist() == getattr(wanted, side).tolist()
    assert found.groups[1].pixels == 25


def test_by_tag_an_image_may_be_in_several(scores: DatasetScores) -> None:
    records = {
        "a/x": SampleRecord(tags=("night", "rain", "night")),
        "top": SampleRecord(tags=("rain",), state=WorkState.DONE),
    }
    (tags,), (states,) = (grouped(scores, way, records) for way in ("tag", "state"))
    assert ids_of(tags) == {"": ("a/z", "b/y", "s#0001"), "night": ("a/x",), "rain": ("a/x", "top")}
    assert ids_of(states) == {"done": ("top",), "labelled": ("a/x", "a/z", "b/y", "s#0001")}


def test_by_the_share_of_a_class(scores: DatasetScores) -> None:
    ground, cell = grouped(scores, "share")
    assert (ground.class_id, cell.class_id) == LABELS
    assert ids_of(cell) == {"from 10% to 50%": ("a/x", "b/y"), "from 50%": ("s#0001", "top")}
    assert cell.groups[0].total.intersection.tolist() == [20, 6]


@pytest.mark.parametrize(
    ("pixels", "name"), [(1, "from 1% to 10%"), (10, "from 10% to 50%"), (50, "from 50%"), (9, "from 1% to 10%")]
)
def test_a_share_belongs_to_the_range_that_it_begins(pixels: int, name: str) -> None:
    made = DatasetScores()
    made.put("a", counts(pixels, 0, 100 - pixels))
    assert list(ids_of(grouped(made, "share")[1])) == [name]


def test_of_no_image_there_is_no_group() -> None:
    assert grouped(DatasetScores(), "folder") == grouped(DatasetScores(), "share") == []


def test_no_table_of_an_image_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of many classes and images would fill the memory: groups and the report are of the margins alone."""
    found = Evaluation(LabelSchema(tuple(LabelClass(i, str(i), (0, 0, i)) for i in LABELS)))
    for at, (sample_id, confusion) in enumerate(IMAGES, 1):
        found.add(ScoredStep(sample_id, at, len(IMAGES), ImageScore(confusion)))
    monkeypatch.delattr(ImageCounts, "get")
    assert len(groups_by(found, ("folder", "state", "share"), {})) == 4
    text = to_html(Report("all", found, per_image=True))
    assert "<td>b/y</td><td>0.6667</td><td>0.7879</td><td>0.8571</td>" in text
