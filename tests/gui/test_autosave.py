"""Work is saved by itself, never half, never marked as saved before it is, and never given up."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.gui.by_hand import Desk, mend, spoil


def test_a_stroke_is_saved_a_moment_later(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    autosave, saved = desk.bench.autosave, list[str]()
    autosave.saved.connect(saved.append)
    desk.paint()
    assert not desk.pool(autosave).waiting
    desk.pass_delay()
    assert desk.states[-1] == "saving"
    desk.finish(autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)
    assert desk.document.labels[1, 1] == 1
    assert not desk.session.has_work
    assert desk.states[-1] == "saved"
    assert saved == ["a"]
    assert "a" in desk.session.edited


def test_a_stroke_under_way_is_waited_for(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    before = desk.on_disk(tiny_project)
    desk.paint(row=1)
    stroke = desk.press(row=2)
    for _ in range(3):
        desk.pass_delay()
        assert not desk.pool(desk.bench.autosave).waiting
    stroke.cancel()
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project)[2:], before[2:])
    assert desk.on_disk(tiny_project)[1, 1] == 1


@pytest.mark.parametrize("copied", [True, False], ids=["after the copy", "before the copy"])
def test_what_is_painted_during_a_save_is_not_called_saved(desk: Desk, tiny_project: Path, copied: bool) -> None:
    desk.open(tiny_project)
    autosave, before = desk.bench.autosave, desk.on_disk(tiny_project)
    desk.paint(row=1)
    autosave.save_now()
    if copied:
        desk.work(autosave)
        desk.paint(row=2)
    else:
        desk.paint(row=2)
        desk.work(autosave)
        np.testing.assert_array_equal(desk.on_disk(tiny_project), before, "nothing half-done is written")
    desk.deliver()
    assert desk.session.unsaved() == [("a", desk.document)]
    assert desk.states[-1] != "saved"
    desk.pass_delay()
    desk.finish(autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)
    assert not desk.session.has_work
    desk.document.undo()
    assert desk.session.has_work


@pytest.mark.parametrize("copied", [True, False], ids=["after the copy", "before the copy"])
@pytest.mark.parametrize("redo", [False, True], ids=["undo", "redo"])
def test_undo_and_redo_during_a_save_are_saved_after_it(
    desk: Desk, tiny_project: Path, redo: bool, copied: bool
) -> None:
    desk.open(tiny_project)
    autosave, document = desk.bench.autosave, desk.document
    desk.paint()
    if redo:
        autosave.save_now()
        desk.finish(autosave)
        document.undo()
    autosave.save_now()
    if copied:
        desk.work(autosave)
    document.redo() if redo else document.undo()
    assert not document.history.dirty
    assert not autosave.settled, "what is being written is not what is wanted"
    if not copied:
        desk.work(autosave)
    desk.deliver()
    assert desk.session.has_work == copied
    desk.pass_delay()
    desk.settle()
    np.testing.assert_array_equal(desk.on_disk(tiny_project), document.labels)
    assert autosave.settled


def test_what_cannot_be_saved_is_kept_said_once_and_tried_again(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    autosave = desk.bench.autosave
    spoil(tiny_project)
    for row in (1, 2):
        desk.paint(row=row)
        desk.pass_delay()
        desk.finish(autosave)
        assert desk.states[-1] == "failed"
        assert desk.session.unsaved() == [("a", desk.document)]
    (said,) = desk.errors()
    assert "a.png" in said.title
    mend(tiny_project)
    assert said.action is not None
    said.action()
    desk.finish(autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)
    assert desk.states[-1] == "saved"
    spoil(tiny_project)
    desk.paint(row=3)
    desk.pass_delay()
    desk.finish(autosave)
    assert len(desk.errors()) == 2, "after a save that went well it is news again"


def test_a_fault_of_our_own_loses_nothing_either(
    desk: Desk, tiny_project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.open(tiny_project)
    desk.paint()
    with monkeypatch.context() as patched:
        patched.setattr("segstudio.gui.autosave.save_work", lambda *_: 1 / 0)
        desk.bench.autosave.save_now()
        desk.finish(desk.bench.autosave)
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
    assert desk.session.has_work
    desk.paint(row=2)
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)


def test_one_fault_does_not_keep_the_others_from_being_saved(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.go("deep/b")
    desk.paint()
    shutil.rmtree(tiny_project / "masks" / "deep")
    (tiny_project / "masks" / "deep").write_text("not a folder")
    desk.bench.autosave.save_now()
    desk.finish(desk.bench.autosave)
    assert [sample_id for sample_id, _ in desk.session.unsaved()] == ["deep/b"]
    assert desk.on_disk(tiny_project)[1, 1] == 1


def test_who_waits_is_called_when_what_others_made_is_saved_too(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    called: list[bool] = []

    def go_on_painting(saved: bool) -> None:
        desk.paint(row=2)
        desk.bench.autosave.save_now()

    desk.bench.autosave.when_saved(go_on_painting)
    desk.bench.autosave.when_saved(lambda saved: called.append(saved and not desk.session.has_work))
    desk.finish(desk.bench.autosave)
    assert not called
    desk.settle()
    assert called == [True]


def test_closing_waits_for_the_save_under_way(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.autosave.save_now()
    desk.bench.close()
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)


def test_listeners_do_not_pile_up(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    counts: list[tuple[int, ...]] = []
    for _ in range(20):
        desk.go("c")
        desk.go("a")
        desk.paint()
        desk.bench.autosave.save_now()
        desk.settle()
        events = (desk.document.changed, desk.document.history.changed, desk.session.options.changed)
        counts.append(tuple(len(event._listeners) for event in events))
    assert len(set(counts)) == 1
    assert max(counts[0]) <= 3
