"""Labels and pictures that other programs changed meanwhile: neither their work nor what is unsaved is lost."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.raster import LabelMap
from segstudio.services.on_disk import changed_since, stamps_of
from segstudio.services.recovery import laid_over
from tests.services.desk import Desk, overwrite, rows, unsaved
from tests.services.rig import sample


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
    assert unsaved(desk.project) == [("a", 1)]
    desk.paint(3)
    desk.document.undo()
    contested = Desk(tiny_project).resumed.contested
    assert contested is not None
    assert [edit.text for edit in contested.edits] == ["row 2"], "what does not stand touches nothing"


def test_a_history_of_other_labels_is_dropped_where_nothing_was_unsaved(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.save()
    overwrite(tiny_project, 0)
    again = Desk(tiny_project)
    assert again.resumed.contested is None
    assert again.texts == ([], 0)
    assert not again.document.labels.any()


def test_a_picture_of_another_size_does_not_take_the_journal(tiny_project: Path) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    Image.new("RGB", (20, 10)).save(tiny_project / "images" / "c.png")
    again = Desk(tiny_project, "c")
    assert again.document.labels.shape == (10, 20)
    assert (again.resumed.changes, again.resumed.contested) == (0, None)
    assert desk.path.with_name("c.journal.contested1").exists(), "it is kept for the day the picture is back"


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
