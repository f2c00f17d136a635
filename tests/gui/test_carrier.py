"""Labels are carried over from the picture before, once, and never to another picture than was meant."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.editing.rules import PaintRule
from segstudio.services.carry import LOOK_BACK, carry_over, samples_before
from segstudio.services.opening import open_path
from tests.gui.by_hand import Desk


def carry(desk: Desk) -> None:
    desk.bench.carrier.carry()
    desk.settle()


def test_only_background_is_filled_and_only_where_the_rule_allows(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    expected = np.array(desk.document.labels)
    desk.go("c")
    stroke = desk.document.begin("Brush")
    stroke.paint(np.ones((24, 8), np.bool_), (0, 0), 255)
    stroke.commit()
    expected[:, :8] = 255
    before = np.array(desk.document.labels)
    desk.document.rule = PaintRule.of(None, locked=(0,))
    carry(desk)
    np.testing.assert_array_equal(desk.document.labels, before)
    desk.document.rule = PaintRule()
    carry(desk)
    np.testing.assert_array_equal(desk.document.labels, expected)
    assert desk.document.history.undo_text == "Carry over"
    desk.document.undo()
    np.testing.assert_array_equal(desk.document.labels, before)


def test_what_is_not_on_disk_yet_is_carried_over_too(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint(row=20)
    desk.go("c")
    carry(desk)
    assert desk.document.labels[20, 2] == 1


def test_a_picture_of_another_size_is_passed_over(desk: Desk, tiny_project: Path) -> None:
    Image.fromarray(np.zeros((10, 10, 3), np.uint8)).save(tiny_project / "images" / "b.png")
    desk.open(tiny_project)
    desk.go("c")
    carry(desk)
    assert desk.document.labels[10, 8] == 1
    assert desk.session.records.get("c").mask_from == "sample:a"
    desk.go("b")
    carry(desk)
    assert desk.heard[-1].title.startswith("No picture before this one is of its size")
    assert not desk.document.history.dirty


@pytest.mark.parametrize(
    ("sample_id", "said"), [("a", "No picture before"), ("deep/b", "c, the picture before, has no")]
)
def test_nothing_to_carry_is_said(desk: Desk, tiny_project: Path, sample_id: str, said: str) -> None:
    desk.open(tiny_project)
    desk.go(sample_id)
    carry(desk)
    assert desk.heard[-1].title.startswith(said)
    assert not desk.errors()


def test_a_step_away_drops_what_was_being_read(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.go("c")
    desk.bench.carrier.carry()
    desk.go("deep/b")
    before = np.array(desk.document.labels)
    desk.settle()
    np.testing.assert_array_equal(desk.document.labels, before)
    desk.go("c")
    assert not desk.document.labels.any()


def test_a_class_locked_meanwhile_is_not_carried_over(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.go("c")
    desk.bench.carrier.carry()
    desk.work(desk.bench.edits)
    desk.session.toggle_lock(1)
    desk.settle()
    assert not (desk.document.labels == 1).any()


def test_a_stroke_made_meanwhile_is_not_painted_over(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.go("c")
    desk.bench.carrier.carry()
    desk.work(desk.bench.edits)
    desk.paint(value=255, row=10)
    desk.settle()
    assert [step.text for step in desk.document.history.steps] == ["Brush", "Carry over"]
    assert (desk.document.labels[10, 1:5] == 255).all()
    assert desk.document.labels[10, 8] == 1


def test_the_samples_before_are_the_nearest_first(tiny_project: Path) -> None:
    for n in range(LOOK_BACK + 5):
        Image.fromarray(np.zeros((24, 32, 3), np.uint8)).save(tiny_project / "images" / f"n{n:03}.png")
    project = open_path(tiny_project)
    ids = [sample.id for sample in project.samples]
    before = samples_before(project, ids[-1])
    assert [sample.id for sample in before] == ids[-2 : -2 - LOOK_BACK : -1]
    assert samples_before(project, ids[0]) == ()


def test_an_unreadable_picture_is_passed_over(desk: Desk, tiny_project: Path) -> None:
    (tiny_project / "images" / "b.png").write_bytes(b"no picture")
    desk.open(tiny_project)
    desk.go("c")
    project = desk.session.project
    assert project is not None
    found = carry_over(project, samples_before(project, "c"), desk.document, {})
    assert found.source.id == "a"
    with pytest.raises(SegstudioError, match="No picture before"):
        carry_over(project, (), desk.document, {})
