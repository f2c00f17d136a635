"""What is open stays open, and in it every stroke, until the next folder or sample is there whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.records import LabelSource
from segstudio.gui import opener
from segstudio.gui.messages import Message
from segstudio.services.opening import open_path
from tests.gui.by_hand import Desk, add_run


@pytest.mark.parametrize("button_down", [False, True])
def test_what_is_painted_while_a_folder_is_read_is_saved_first(
    desk: Desk, tiny_project: Path, other_project: Path, button_down: bool
) -> None:
    desk.open(tiny_project)
    opener, autosave = desk.bench.opener, desk.bench.autosave
    desk.bench.open(other_project)
    document = desk.document
    desk.press() if button_down else desk.paint()
    desk.finish(opener)
    assert desk.root == tiny_project
    assert desk.document is document, "it is shown until its work is on disk"
    desk.finish(autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), document.labels)
    assert document.labels[1, 1] == 1
    assert desk.root == other_project
    desk.finish(opener)
    assert desk.shown == "a"
    assert desk.document is not document
    assert desk.on_disk(other_project)[1, 1] == 0


def test_a_stroke_begun_during_that_save_is_waited_for(desk: Desk, tiny_project: Path, other_project: Path) -> None:
    desk.open(tiny_project)
    opener, autosave, document = desk.bench.opener, desk.bench.autosave, desk.document
    desk.bench.open(other_project)
    desk.paint(row=1)
    desk.finish(opener)
    desk.work(autosave)
    stroke = desk.press(row=2)
    desk.deliver()
    assert desk.root == tiny_project
    stroke.commit()
    desk.pass_delay()
    desk.finish(autosave)
    np.testing.assert_array_equal(desk.on_disk(tiny_project), document.labels)
    assert desk.on_disk(tiny_project)[2, 1] == 1
    assert desk.root == other_project


def test_a_folder_is_not_opened_over_work_that_cannot_be_saved(
    desk: Desk, tiny_project: Path, other_project: Path
) -> None:
    desk.open(tiny_project)
    (tiny_project / "masks").rename(tiny_project / "away")
    (tiny_project / "masks").write_text("not a folder")
    desk.paint()
    desk.bench.open(other_project)
    desk.settle()
    assert desk.root == tiny_project
    assert desk.session.unsaved() == [("a", desk.document)]
    assert "was not opened" in desk.heard[-1].title


def test_of_two_folders_the_last_is_opened(
    desk: Desk, tiny_project: Path, other_project: Path, bare_folder: Path
) -> None:
    desk.open(tiny_project)
    opened, busy = list[Path](), list[bool]()
    desk.session.project_opened.connect(lambda project: opened.append(project.root))
    desk.bench.opener.busy.connect(busy.append)
    desk.bench.open(other_project)
    desk.bench.open(bare_folder)
    desk.settle()
    assert opened == [bare_folder]
    assert busy == [True, True, False]


def test_a_folder_asked_for_while_the_one_before_waits_for_a_save_is_opened_instead(
    desk: Desk, tiny_project: Path, other_project: Path, bare_folder: Path
) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.open(other_project)
    desk.finish(desk.bench.opener)
    desk.bench.open(bare_folder)
    desk.finish(desk.bench.autosave)
    assert desk.root == tiny_project
    desk.settle()
    assert desk.root == bare_folder


def test_a_folder_that_cannot_be_opened_is_told_once_and_changes_nothing(
    desk: Desk, tiny_project: Path, other_project: Path
) -> None:
    desk.open(tiny_project)
    document, busy = desk.document, list[bool]()
    desk.bench.opener.busy.connect(busy.append)
    desk.bench.open(tiny_project / "nowhere")
    desk.settle()
    assert (desk.root, desk.document) == (tiny_project, document)
    assert ["nowhere" in said.title for said in desk.errors()] == [True]
    assert busy == [True, False]
    desk.bench.open(tiny_project / "nowhere")
    desk.bench.open(other_project)
    desk.settle()
    assert desk.root == other_project
    assert len(desk.errors()) == 1, "nobody waits for the first any more"


@pytest.mark.parametrize("folder_first", [True, False])
def test_another_sample_asked_for_meanwhile_does_not_drop_the_folder(
    desk: Desk, tiny_project: Path, other_project: Path, folder_first: bool
) -> None:
    desk.open(tiny_project)
    if folder_first:
        desk.bench.open(other_project)
    desk.ask("c")
    if not folder_first:
        desk.bench.open(other_project)
    desk.settle()
    assert desk.root == other_project
    assert desk.shown == "a"
    assert desk.session.document_of("c") is None, "it belongs to the folder before"


def test_samples_asked_for_in_a_hurry_are_not_shown_one_by_one(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.go("c")
    document, shown = desk.document, list[str]()
    desk.go("a")
    listeners = len(document.changed._listeners)
    desk.session.sample_opened.connect(lambda opened: shown.append(opened.sample.id))
    desk.ask("c")
    desk.ask("deep/b")
    desk.settle()
    assert shown == ["deep/b"]
    assert len(document.changed._listeners) == listeners, "what came too late follows nothing"


def test_a_sample_that_cannot_be_read_leaves_the_other_open(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    (tiny_project / "images" / "c.png").write_bytes(b"no picture")
    failed: list[str] = []
    desk.bench.opener.failed.connect(lambda sample_id, _: failed.append(sample_id))
    document = desk.document
    desk.go("c")
    assert (desk.shown, desk.document, failed) == ("a", document, ["c"])
    assert "c.png" in desk.errors()[-1].title
    desk.bench.opener.reload()
    desk.settle()
    assert desk.shown == "a"
    assert len(desk.errors()) == 1, "what is read anew is what is open"


def test_of_two_runs_the_last_chosen_is_shown(desk: Desk, tiny_project: Path) -> None:
    first, second = add_run(tiny_project, "one", 1, "a"), add_run(tiny_project, "two", 0, "a")
    desk.open(tiny_project)
    desk.session.choose_run(second)
    desk.session.choose_run(first)
    seen: list[int | None] = []
    desk.session.prediction_changed.connect(lambda _: seen.append(desk.predicted))
    desk.settle()
    assert seen == [1]


def test_a_prediction_that_comes_after_the_next_sample_is_dropped(desk: Desk, tiny_project: Path) -> None:
    run = add_run(tiny_project, "one", 1, "a")
    desk.open(tiny_project)
    seen: list[tuple[str | None, int | None]] = []
    desk.session.prediction_changed.connect(lambda _: seen.append((desk.shown, desk.predicted)))
    desk.ask("c")
    desk.session.choose_run(run)
    desk.settle()
    assert desk.shown == "c"
    assert set(seen) <= {("c", None)}, "what was read for the sample before is not shown over this one"


def test_a_run_chosen_while_a_sample_is_read_is_the_one_it_is_shown_with(desk: Desk, tiny_project: Path) -> None:
    first, second = add_run(tiny_project, "one", 1, "c"), add_run(tiny_project, "two", 0, "c")
    desk.open(tiny_project)
    desk.session.choose_run(first)
    desk.settle()
    desk.ask("c")
    desk.work(desk.bench.opener)
    desk.session.choose_run(second)
    desk.settle()
    assert desk.predicted == 0


def test_a_prediction_made_while_its_sample_is_read_is_shown(desk: Desk, tiny_project: Path) -> None:
    add_run(tiny_project, "one", 1, "a")
    desk.open(tiny_project)
    run = desk.session.run
    assert run is not None
    files = dict(run.files)
    growing = LabelSource(run.name, run.folder, "run", read_only=True, files=files)
    desk.session.add_run(growing)
    desk.session.choose_run(growing)
    desk.settle()
    desk.ask("c")
    desk.work(desk.bench.opener)
    files |= add_run(tiny_project, "one", 0, "c").files
    desk.settle()
    assert (desk.shown, desk.predicted) == ("c", 0)


def test_what_was_predicted_meanwhile_is_not_put_back_by_a_reading(desk: Desk, tiny_project: Path) -> None:
    run = add_run(tiny_project, "one", 1, "a")
    desk.open(tiny_project)
    desk.session.choose_run(run)
    desk.work(desk.bench.opener)
    desk.session.set_prediction(np.zeros((24, 32), np.uint8), ())
    desk.deliver()
    assert desk.predicted == 0


def test_a_bench_that_is_closed_takes_nothing_up(desk: Desk, tiny_project: Path, other_project: Path) -> None:
    desk.open(tiny_project)
    desk.bench.open(other_project)
    desk.work(desk.bench.opener)
    desk.bench.close()
    desk.deliver()
    assert desk.root == tiny_project
    desk.bench.open(other_project)
    assert not desk.pool(desk.bench.opener).waiting


def test_of_many_notes_the_first_are_told_and_the_rest_on_asking(
    desk: Desk, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tuple(f"Note {n}." for n in range(5))
    monkeypatch.setattr(opener, "open_path", lambda path: replace(open_path(path), notes=notes))
    heard: list[Message] = []
    desk.bench.messages.said.connect(heard.append)
    desk.open(tiny_project)
    (told,) = heard
    assert told.text == "Note 0.\nNote 1.\nNote 2."
    assert told.action_text == "Show all 5 notes"
    assert told.action is not None
    told.action()
    assert heard[-1].text == "\n".join(notes)
