"""Work is taken up where it was left, with its history."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.raster import LabelMap
from segstudio.editing import history
from segstudio.io import journal_reader
from segstudio.services.recovery import laid_over
from tests.conftest import TINY_PROJECT
from tests.services.desk import Desk, rows, unsaved

ACTION = st.tuples(
    st.sampled_from(["paint", "paint", "undo", "redo", "save", "killed save", "reopen"]), st.integers(0, 23)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(actions=st.lists(ACTION, max_size=14))
def test_reopened_at_any_moment_labels_and_history_are_what_they_were(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]]
) -> None:
    root = tmp_path_factory.mktemp("project")
    (root / "images").mkdir()
    Image.new("RGB", (32, 24)).save(root / "images" / "a.png")
    (root / "segstudio.toml").write_text(TINY_PROJECT)
    desk = Desk(root)
    for action, row in [*actions, ("reopen", 0)]:
        if action == "paint":
            desk.paint(row, 1 if row % 3 else 0)
        elif action in ("undo", "redo"):
            getattr(desk.document, action)()
        elif action == "reopen":
            labels, texts, dirty = desk.document.labels.copy(), desk.texts, desk.document.history.dirty
            desk = Desk(root)
            np.testing.assert_array_equal(desk.document.labels, labels)
            assert desk.texts == texts
            assert desk.document.history.dirty or not dirty or desk.on_disk, "what is not on disk is to be saved"
            assert desk.opened.problems == ()
        else:
            desk.save(noted=action == "save")
    while len(desk.document.history):
        desk.document.undo()
    assert not rows(desk.document.labels)


def test_history_comes_back_with_what_was_saved(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    for row in (1, 2, 3):
        desk.paint(row)
    desk.document.undo()
    desk.save()
    again = Desk(tiny_project)
    assert again.texts == (["row 1", "row 2", "row 3"], 2)
    assert (again.resumed.changes, again.document.history.dirty) == (0, False)
    again.document.redo()
    assert 3 in rows(again.document.labels)
    again.document.undo()
    assert not again.document.history.dirty
    again.document.undo()
    again.document.undo()
    assert rows(again.document.labels) == []
    assert again.document.labels.sum() == 12 * 10 + 32 * 255, "as at the very first"


def test_what_was_not_saved_is_in_the_document_and_dirty(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.paint(2)
    desk.paint(3)
    assert unsaved(desk.project) == [("a", 2)]
    again = Desk(tiny_project)
    assert rows(again.document.labels)[:3] == [1, 2, 3]
    assert again.resumed.changes == 2
    assert again.document.history.dirty
    again.document.undo()
    again.document.undo()
    assert not again.document.history.dirty, "the file holds that"
    again.document.redo()
    again.save()
    assert unsaved(desk.project) == []
    assert Desk(tiny_project).resumed.changes == 0


def test_killed_between_the_mask_and_the_note_nothing_is_taken_for_unsaved(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save(noted=False)
    assert unsaved(desk.project) == []
    again = Desk(tiny_project)
    assert (again.resumed.changes, again.resumed.contested) == (0, None)
    assert not again.document.history.dirty
    assert again.texts == (["row 1"], 1)


def test_what_is_recovered_is_counted_as_a_person_does_however_often_the_program_ends(tiny_project: Path) -> None:
    """Undoing and doing again are no changes by themselves, not even of strokes of an earlier time."""
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    counted = []
    for strokes, undone, redone in ((3, 1, 0), (0, 1, 0), (0, 0, 1), (2, 0, 0), (0, 5, 4), (0, 3, 0), (0, 1, 0)):
        for _ in range(strokes):
            desk.paint(int(rows(desk.document.labels)[-1]) + 1)
        for _ in range(undone):
            desk.document.undo()
        for _ in range(redone):
            desk.document.redo()
        (told,) = unsaved(desk.project) or [("a", 0)]
        desk = Desk(tiny_project)
        assert desk.resumed.changes == told[1]
        counted.append(told[1])
    assert counted == [2, 1, 2, 4, 3, 0, 1]


def test_recovered_and_saved_without_another_stroke_it_is_not_offered_again(tiny_project: Path) -> None:
    Desk(tiny_project).paint(1)
    desk = Desk(tiny_project)
    assert desk.resumed.changes == 1
    desk.save()
    assert unsaved(desk.project) == []
    assert Desk(tiny_project).resumed.contested is None


@pytest.mark.parametrize("saved_before", [False, True])
def test_what_was_undone_before_it_was_saved_is_no_unsaved_work(tiny_project: Path, saved_before: bool) -> None:
    desk = Desk(tiny_project)
    if saved_before:
        desk.paint(1)
        desk.save()
    desk.paint(2)
    desk.document.undo()
    texts = desk.texts
    for _ in range(2):  # nobody has to answer, however often the program is started
        assert unsaved(desk.project) == []
        again = Desk(tiny_project)
        assert (again.resumed.changes, again.document.history.dirty) == (0, False)
        assert again.texts == texts
    again.document.redo()
    assert 2 in rows(again.document.labels)
    assert again.document.history.dirty
    assert unsaved(desk.project) == [("a", 1)]


def test_a_stroke_that_was_undone_and_drawn_again_is_as_it_was_saved(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.document.undo()
    desk.paint(1)
    assert unsaved(desk.project) == []
    again = Desk(tiny_project)
    assert (again.resumed.changes, again.document.history.dirty) == (0, False)
    again.document.undo()
    assert again.document.history.dirty
    assert unsaved(desk.project) == [("a", 1)]


def test_a_folder_that_is_no_project_has_its_journal_elsewhere_until_it_is_one(
    tiny_project: Path, tmp_path: Path
) -> None:
    bare = tiny_project / "images"
    (tiny_project / "segstudio.toml").unlink()
    desk = Desk(bare)
    desk.paint(1)
    assert not desk.path.is_relative_to(bare)
    assert not (bare / ".segstudio").exists()
    assert Desk(bare).resumed.changes == 1


def test_what_was_drawn_in_two_windows_is_there_from_one_and_offered_from_the_other(tiny_project: Path) -> None:
    Desk(tiny_project, "c").paint(1)
    first, second = Desk(tiny_project, "c"), Desk(tiny_project, "c")
    for row in (2, 4):
        first.paint(row)
        second.paint(row + 10)
    again = Desk(tiny_project, "c")
    assert rows(again.document.labels) == [1, 2, 4]
    contested = again.resumed.contested
    assert contested is not None
    again.document.apply(laid_over(LabelMap(again.document.labels), contested.edits, "mine"))
    assert rows(again.document.labels) == [1, 2, 4, 12, 14]


def test_of_very_many_steps_the_oldest_can_no_longer_be_undone_and_the_pixels_are_right(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (history, journal_reader):
        monkeypatch.setattr(module, "MOST_STEPS", 10)
    desk = Desk(tiny_project, "c")
    for number in range(23):
        desk.paint(number)
        if number % 5 == 4:
            desk.document.undo()
            desk.document.redo()
        assert len(desk.document.history) <= 10
    again = Desk(tiny_project, "c")
    assert again.opened.problems == ()
    np.testing.assert_array_equal(again.document.labels, desk.document.labels)
    assert 9 <= len(again.document.history) <= 10
    while len(again.document.history):
        again.document.undo()
    assert len(rows(again.document.labels)) >= 13
