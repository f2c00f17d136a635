"""Work is taken up where it was left, whatever happened to the files meanwhile."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.raster import LabelMap, Rect
from segstudio.core.records import Project
from segstudio.editing import history
from segstudio.editing.edit import Edit, Packed, Patch
from segstudio.io import journal_reader
from segstudio.io.journal import Kind, edit_frame
from segstudio.io.journal_places import remove_oldest
from segstudio.services import unsaved_work
from segstudio.services.on_disk import changed_since, stamps_of
from segstudio.services.opening import open_path
from segstudio.services.recovery import laid_over
from segstudio.services.unsaved_work import bring_back, discard, find_unsaved, give_up, journals_of, save_unsaved
from tests.conftest import TINY_PROJECT
from tests.services.desk import Desk
from tests.services.rig import sample


def rows(labels: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]) -> list[int]:
    """Return the rows whose last but one column holds class 1."""
    return [int(row) for row in np.flatnonzero(labels[:, 29] == 1)]


def overwrite(root: Path, value: int, name: str = "a") -> None:
    """Be another program."""
    Image.fromarray(np.full((24, 32), value, np.uint8)).save(root / "masks" / f"{name}.png")


def unsaved(project: Project) -> list[tuple[str, int]]:
    return [(found.sample.id, found.changes) for found in find_unsaved(project) if found is not None]


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


def test_labels_that_another_program_changed_are_shown_and_mine_can_be_put_on_top(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.paint(2)
    overwrite(tiny_project, 255)
    assert unsaved(desk.project) == [("a", 1)]
    for _ in range(2):  # as long as nobody has decided
        again = Desk(tiny_project)
        assert (again.document.labels == 255).all()
        assert again.resumed.contested is not None
        assert unsaved(again.project) == [("a", 1)]
    contested = again.resumed.contested
    assert contested is not None
    again.document.apply(laid_over(LabelMap(again.document.labels), contested.edits, "mine"))
    assert rows(again.document.labels) == [2]
    assert (again.document.labels[3:] == 255).all()
    again.document.undo()
    assert (again.document.labels == 255).all()


def test_of_what_was_undone_nothing_is_offered_on_labels_that_another_program_changed(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.paint(2)
    desk.document.undo()
    overwrite(tiny_project, 255)
    assert unsaved(desk.project) == []
    desk.document.redo()
    assert unsaved(desk.project) == [("a", 3)]
    assert Desk(tiny_project).resumed.contested is not None


def test_a_history_of_other_labels_is_dropped_where_nothing_was_unsaved(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    overwrite(tiny_project, 0)
    again = Desk(tiny_project)
    assert again.resumed.contested is None
    assert again.texts == ([], 0)
    assert not again.document.labels.any()


def test_a_journal_that_cannot_be_read_is_set_aside_and_told(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.path.write_bytes(b"something else")
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "a.journal could not be read" in str(problem)
    assert desk.path.with_name("a.journal.damaged1").read_bytes() == b"something else"
    again.paint(2)
    assert Desk(tiny_project).resumed.changes == 1


def test_pixels_that_cannot_be_unpacked_are_told_and_change_nothing(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    pixels, rect = np.dtype(np.uint8), Rect(0, 0, 24, 32)
    spoilt = Patch(rect, Packed((24, 32), pixels, b"\0"), Packed((24, 32), pixels, b"no zlib"))
    with desk.path.open("ab") as stream:
        stream.write(edit_frame(Kind.EDIT, Edit("spoilt", (spoilt,))))
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "the pixels in it are damaged" in str(problem)
    assert rows(again.document.labels) == []
    assert not again.document.history.steps


def test_of_a_journal_damaged_in_the_middle_the_beginning_is_recovered_and_told(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    size = desk.path.stat().st_size
    desk.paint(2)
    desk.paint(3)
    content = bytearray(desk.path.read_bytes())
    content[size + 12] ^= 1
    desk.path.write_bytes(content)
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "its end is damaged" in str(problem)
    assert rows(again.document.labels) == [1]


def test_a_picture_of_another_size_does_not_take_the_journal(tiny_project: Path) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    Image.new("RGB", (20, 10)).save(tiny_project / "images" / "c.png")
    again = Desk(tiny_project, "c")
    assert again.document.labels.shape == (10, 20)
    assert (again.resumed.changes, again.resumed.contested) == (0, None)
    assert desk.path.with_name("c.journal.contested1").exists(), "it is kept for the day the picture is back"


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


# Other programs


def test_what_another_program_wrote_is_not_written_over(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    overwrite(tiny_project, 255)
    before = (tiny_project / "masks" / "a.png").read_bytes()
    saved = desk.save()
    assert (saved.changed, dict(saved.samples), saved.error) == (("a",), {}, None)
    assert (tiny_project / "masks" / "a.png").read_bytes() == before
    assert desk.document.history.dirty


def test_a_mask_that_another_program_makes_where_there_was_none_is_not_written_over(tiny_project: Path) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    overwrite(tiny_project, 255, "c")
    assert desk.save().changed == ("c",)


@pytest.mark.parametrize("what", ["touched", "copied", "gone", "written alike"])
def test_what_loses_nobody_anything_is_no_change(tiny_project: Path, what: str) -> None:
    desk, mask = Desk(tiny_project), tiny_project / "masks" / "a.png"
    desk.paint(1)
    if what == "gone":
        mask.unlink()
    elif what == "written alike":
        Image.fromarray(desk.document.labels).save(mask)
    else:
        mask.write_bytes(mask.read_bytes() + (b"\0" if what == "copied" else b""))
        mask.touch()
        assert stamps_of(desk.project, "a") != desk.known.stamps
    assert desk.save().changed == ()
    assert not desk.document.history.dirty
    np.testing.assert_array_equal(Image.open(mask), desk.document.labels)


def test_a_mask_that_was_spoilt_is_somebody_elses_change(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    (tiny_project / "masks" / "a.png").write_bytes(b"spoilt")
    assert changed_since(desk.project, sample(desk.project, "a"), desk.known)


def test_a_project_that_was_taken_away_is_not_made_anew(tiny_project: Path, tmp_path: Path) -> None:
    desk = Desk(tiny_project)
    tiny_project.rename(tmp_path / "away")
    desk.paint(1)
    saved = desk.save()
    assert "no longer there" in str(saved.error)
    assert not tiny_project.exists()
    (tmp_path / "away").rename(tiny_project)
    again = Desk(tiny_project)
    assert again.resumed.changes == 1, "the journal went elsewhere"
    assert again.save().error is None
    assert rows(np.asarray(Image.open(tiny_project / "masks" / "a.png")))[0] == 1


# All of a project


@pytest.fixture
def left(tiny_project: Path) -> Project:
    """A project in which work on two samples was not saved, on one it was, and on one others have written."""
    for sample_id in ("a", "c", "deep/b"):
        desk = Desk(tiny_project, sample_id)
        desk.paint(1)
        if sample_id == "c":
            desk.save()
    return open_path(tiny_project)


def test_unsaved_work_is_found_and_saved(left: Project) -> None:
    assert unsaved(left) == [("a", 1), ("deep/b", 1)]
    samples = [sample(left, "a"), sample(left, "deep/b")]
    for saved_sample, saved in save_unsaved(left, samples):
        assert saved.samples.keys() == {saved_sample.id}
        assert 1 in rows(np.asarray(Image.open(left.root / "masks" / f"{saved_sample.id}.png")))
    assert unsaved(left) == []
    assert Desk(left.root, "a").texts == (["row 1"], 1), "and it can be undone"


def test_work_that_others_have_written_over_is_left_to_be_decided(left: Project) -> None:
    overwrite(left.root, 255)
    outcomes = dict(save_unsaved(left, [sample(left, "a"), sample(left, "deep/b")]))
    assert "changed by another program" in str(outcomes[sample(left, "a")].error)
    assert outcomes[sample(left, "deep/b")].error is None
    assert unsaved(left) == [("a", 1)]


def test_work_that_is_given_up_can_be_brought_back(left: Project) -> None:
    overwrite(left.root, 255)
    list(save_unsaved(left, [sample(left, "a")]))  # sets it aside
    samples = [sample(left, "a"), sample(left, "deep/b")]
    moved = give_up(journals_of(left, samples))
    assert unsaved(left) == []
    assert Desk(left.root, "deep/b").resumed.changes == 0
    bring_back(moved)
    assert unsaved(left) == [("a", 1), ("deep/b", 1)]


def test_of_work_that_is_given_up_the_history_stays(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.paint(2)
    given = discard(desk.project, [sample(desk.project, "a")])
    assert unsaved(desk.project) == []
    again = Desk(tiny_project)
    assert rows(again.document.labels) == [1]
    assert again.texts == (["row 1", "row 2", "Discard what was recovered"], 3)
    assert (again.resumed.changes, again.document.history.dirty) == (0, False)
    for _ in range(2):
        again.document.undo()
    assert rows(again.document.labels) == [1], "as before the stroke that was given up"
    again.document.redo()
    assert rows(again.document.labels) == [1, 2]
    assert unsaved(desk.project) == [("a", 3)], "two steps back, one forth"
    bring_back(given)
    assert unsaved(desk.project) == [("a", 3)], "what was drawn since is not written over"


def test_given_up_work_comes_back_with_its_history(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    desk.paint(2)
    bring_back(discard(desk.project, [sample(desk.project, "a")]))
    again = Desk(tiny_project)
    assert again.texts == (["row 1", "row 2"], 2)
    assert again.resumed.changes == 1


def test_journals_without_unsaved_work_are_removed_where_they_take_too_much_room(
    left: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved_work, "remove_oldest", partial(remove_oldest, most=0))
    assert unsaved(left) == [("a", 1), ("deep/b", 1)]
    folder = left.root / ".segstudio" / "journal"
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.journal")) == [
        "a.journal",
        "deep/b.journal",
    ]


def test_a_journal_of_a_newer_version_is_kept_for_the_program_that_reads_it(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    written = desk.path.read_bytes()
    desk.path.write_bytes(written[:4] + b"\2\0" + written[6:])
    again = Desk(tiny_project, "c")
    (problem,) = again.opened.problems
    assert "of version 2" in str(problem)
    assert "It is kept" in problem.hint
    again.paint(2)
    aside = desk.path.with_name("c.journal.newer1")
    assert aside not in journals_of(desk.project, [sample(desk.project, "c")])
    monkeypatch.setattr(unsaved_work, "remove_oldest", partial(remove_oldest, most=0))
    unsaved(desk.project)
    assert aside.exists()
    aside.write_bytes(written)  # as the newer program sees it
    resumed = Desk(tiny_project, "c").resumed
    assert resumed.contested is not None
    assert (resumed.contested.paths, len(resumed.contested.edits)) == ((aside,), 1)


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
