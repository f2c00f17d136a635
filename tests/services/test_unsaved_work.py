"""What journals of a project hold that its masks do not: found, saved, given up and brought back."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.records import Project
from segstudio.io.journal_places import remove_oldest
from segstudio.services import unsaved_work
from segstudio.services.opening import open_path
from segstudio.services.unsaved_work import bring_back, discard, give_up, journals_of, save_unsaved
from tests.services.desk import Desk, overwrite, rows, unsaved
from tests.services.rig import sample


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
    assert unsaved(desk.project) == [("a", 1)], "two steps back, one forth"
    bring_back(given)
    assert unsaved(desk.project) == [("a", 1)], "what was drawn since is not written over"


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
