"""What a save makes of the folder: a project of its own, once, with its class table."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.records import Project
from segstudio.io.project import CONFIG_NAME
from segstudio.services import saving
from segstudio.services.opening import configure, open_path
from tests.gui.by_hand import Desk


def test_samples_of_a_folder_that_is_no_project_are_saved_together_and_it_becomes_one_once(
    desk: Desk, bare_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def configure_and_note(project: Project) -> Project:
        made.append(project.root)
        return configure(project)

    monkeypatch.setattr(saving, "configure", configure_and_note)
    desk.open(bare_folder)
    documents = {}
    for sample_id in ("a", "c"):
        desk.go(sample_id)
        desk.paint()
        documents[sample_id] = desk.document
    desk.pass_delay()
    desk.settle()
    for sample_id, document in documents.items():
        np.testing.assert_array_equal(desk.on_disk(bare_folder, sample_id), document.labels)
    assert not desk.session.has_work
    assert desk.session.project is not None
    assert desk.session.project.configured
    desk.paint(row=2)
    desk.pass_delay()
    desk.settle()
    assert made == [bare_folder]


@pytest.mark.parametrize("saving_already", [False, True])
def test_a_folder_is_made_a_project_with_the_work_in_it(desk: Desk, bare_folder: Path, saving_already: bool) -> None:
    desk.open(bare_folder)
    desk.paint()
    if saving_already:
        desk.bench.autosave.save_now()
    called: list[bool] = []
    desk.bench.autosave.when_configured(lambda: called.append((bare_folder / CONFIG_NAME).is_file()))
    assert not called
    assert len(desk.pool(desk.bench.autosave).waiting) == 1
    desk.settle()
    assert called == [True]
    np.testing.assert_array_equal(desk.on_disk(bare_folder), desk.document.labels)
    desk.bench.autosave.when_configured(lambda: called.append(True))
    assert called == [True, True]


def test_a_folder_becomes_a_project_without_a_half_drawn_stroke(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    desk.paint(row=1)
    stroke = desk.press(row=2)
    called: list[bool] = []
    desk.bench.autosave.when_configured(lambda: called.append(True))
    desk.settle()
    assert (bare_folder / CONFIG_NAME).is_file()
    assert not (bare_folder / "masks" / "a.png").exists()
    stroke.cancel()
    desk.pass_delay()
    desk.settle()
    assert called == [True]
    assert desk.on_disk(bare_folder)[:3, 1].tolist() == [0, 1, 0]


def test_a_folder_that_cannot_become_a_project_is_told(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    (bare_folder / CONFIG_NAME).mkdir()
    called: list[bool] = []
    desk.bench.autosave.when_configured(lambda: called.append(True))
    desk.settle()
    assert not called
    assert len(desk.errors()) == 1


def test_a_class_table_is_kept_until_it_is_in_its_own_project(
    desk: Desk, tiny_project: Path, other_project: Path
) -> None:
    desk.open(tiny_project)
    assert desk.session.project is not None
    config, theirs = tiny_project / CONFIG_NAME, (other_project / CONFIG_NAME).read_bytes()
    config.rename(tiny_project / "away.toml")
    config.mkdir()
    changed = desk.session.project.schema.extended("nerve")
    desk.bench.change_schema(changed)
    desk.settle()
    (said,) = desk.errors()
    desk.open(other_project)
    assert desk.session.project.root == tiny_project, "its class table would be lost"
    assert "was not opened" in desk.heard[-1].title
    config.rmdir()
    (tiny_project / "away.toml").rename(config)
    assert said.action is not None
    said.action()
    desk.settle()
    assert open_path(tiny_project).schema == changed
    desk.open(other_project)
    assert desk.session.project.root == other_project
    assert (other_project / CONFIG_NAME).read_bytes() == theirs


def test_a_class_table_changed_during_a_save_is_saved_after_it(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    assert desk.session.project is not None
    first = desk.session.project.schema.extended("nerve")
    second = first.extended("vein")
    desk.bench.change_schema(first)
    desk.work(desk.bench.autosave)
    desk.bench.change_schema(second)
    desk.deliver()
    assert desk.session.classes_unsaved
    desk.pass_delay()
    desk.settle()
    assert open_path(tiny_project).schema == second
    assert not desk.session.has_work


def test_a_pixel_size_set_while_the_folder_becomes_a_project_is_kept_and_saved(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    desk.bench.autosave.when_configured(lambda: None)
    desk.bench.change_pixel_size((0.5, 0.5), "um")
    desk.finish(desk.bench.autosave)
    assert desk.session.project is not None
    assert (desk.session.project.spacing, desk.session.project.unit) == ((0.5, 0.5), "um")
    desk.pass_delay()
    desk.settle()
    assert open_path(bare_folder).spacing == (0.5, 0.5)
    assert not desk.session.has_work
