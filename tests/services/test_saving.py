"""Labels are saved where the user finds them, and nobody else's are touched."""

import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import UnwritableFile
from segstudio.core.raster import LabelMap, LabelPlane
from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.services.opening import open_path, read_labels
from segstudio.services.saving import Saved, Work, save_work

SHAPE = (24, 32)


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder of somebody else: images, and masks of theirs in a folder of the name that edits would go to."""
    root, rng = tmp_path / "theirs", np.random.default_rng(4)
    for folder in ("images", "masks"):
        (root / folder).mkdir(parents=True)
    for name in ("one", "two"):
        Image.fromarray(rng.integers(0, 256, (*SHAPE, 3), np.uint8)).save(root / "images" / f"{name}.png")
        Image.fromarray(rng.integers(0, 3, SHAPE, np.uint8)).save(root / "masks" / f"{name}.png")
    return root


def given(plane: LabelPlane) -> Work:
    return Work(lambda: LabelMap(plane))


def save(project: Project, **labels: LabelPlane) -> Saved:
    return save_work(project, {name: given(plane) for name, plane in labels.items()}, classes=False)


def labels_of(project: Project, sample_id: str) -> LabelPlane | None:
    return read_labels(project, next(s for s in project.samples if s.id == sample_id))


def test_the_first_save_makes_a_project_and_leaves_what_was_there(foreign: Path) -> None:
    before = contents(foreign)
    project = open_path(foreign)
    assert contents(foreign) == before
    edited = np.full(SHAPE, 2, np.uint8)
    saved = save(project, one=edited)
    assert saved.error is None
    assert list(saved.samples) == ["one"]
    assert saved.project.configured
    after = contents(foreign)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"segstudio.toml", "masks-segstudio/one.png"}


def test_what_was_saved_comes_first_when_opened_again(foreign: Path) -> None:
    edited = np.full(SHAPE, 2, np.uint8)
    saved = save(open_path(foreign), one=edited).project
    for project in (saved, open_path(foreign)):
        np.testing.assert_array_equal(labels_of(project, "one"), edited)
        np.testing.assert_array_equal(labels_of(project, "two"), Image.open(foreign / "masks" / "two.png"))
        assert project.schema == saved.schema


def test_a_project_is_not_configured_again(tiny_project: Path) -> None:
    before = contents(tiny_project)
    edited = np.ones(SHAPE, np.uint8)
    assert save(project := open_path(tiny_project), c=edited).project is project
    after = contents(tiny_project)
    assert {name: after[name] for name in before} == before
    with Image.open(tiny_project / "masks" / "c.png") as mask:
        assert mask.mode == "P"
        assert (mask.getpalette() or [])[3:6] == [0xE6, 0x19, 0x4B]
        np.testing.assert_array_equal(mask, edited)


def test_read_and_saved_unchanged_every_pixel_is_the_same(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    for sample_id in ("a", "deep/b"):
        before = labels_of(project, sample_id)
        assert before is not None
        assert save_work(project, {sample_id: given(before)}, classes=False).samples.keys() == {sample_id}
        np.testing.assert_array_equal(labels_of(open_path(tiny_project), sample_id), before)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may write anywhere")
def test_a_folder_that_may_not_be_written_to_stays_as_it_was(foreign: Path) -> None:
    before = contents(foreign)
    foreign.chmod(0o555)
    try:
        saved = save(open_path(foreign), one=np.ones(SHAPE, np.uint8))
    finally:
        foreign.chmod(0o755)
    assert isinstance(saved.error, UnwritableFile)
    assert "could not be written" in str(saved.error)
    assert (dict(saved.samples), saved.classes, saved.project.configured) == ({}, False, False)
    assert contents(foreign) == before


def test_labels_that_cannot_be_written_leave_the_old_ones(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, before = open_path(tiny_project), contents(tiny_project)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    saved = save(project, a=np.ones(SHAPE, np.uint8))
    assert isinstance(saved.error, UnwritableFile)
    assert "a.png" in str(saved.error)
    assert not saved.samples
    assert contents(tiny_project) == before


@pytest.mark.parametrize("kind", ["foreign", "tiny_project"])
def test_saved_classes_are_those_of_the_next_opening(kind: str, request: pytest.FixtureRequest) -> None:
    root: Path = request.getfixturevalue(kind)
    project = open_path(root)
    before = contents(root)
    changed = replace(project, schema=project.schema.extended("nerve"))
    saved = save_work(changed, {}, classes=True)
    assert saved.error is None
    assert saved.classes
    assert saved.project.configured
    assert open_path(root).schema == changed.schema
    after = contents(root)
    assert {name for name in after if after[name] != before.get(name)} == {"segstudio.toml"}


def test_one_that_cannot_be_written_does_not_keep_the_others_from_it(tiny_project: Path) -> None:
    (tiny_project / "masks" / "deep" / "b.png").unlink()
    (tiny_project / "masks" / "deep").rmdir()
    (tiny_project / "masks" / "deep").write_text("a file where the folder should be")
    project, edited = open_path(tiny_project), np.ones(SHAPE, np.uint8)
    saved = save_work(project, {"deep/b": given(edited), "a": given(edited)}, classes=False)
    assert isinstance(saved.error, UnwritableFile)
    assert list(saved.samples) == ["a"]
    np.testing.assert_array_equal(labels_of(project, "a"), edited)


def test_labels_that_have_changed_since_are_not_written(tiny_project: Path) -> None:
    project, before = open_path(tiny_project), contents(tiny_project)
    document = Document(np.zeros(SHAPE, np.uint8))
    asked = document.revision
    stroke = document.begin("x")
    stroke.paint(np.ones((2, 2), np.bool_), (0, 0), 1)
    saved = save_work(project, {"a": Work(lambda: document.snapshot(asked))}, classes=False)
    assert (dict(saved.samples), saved.error) == ({}, None)
    assert contents(tiny_project) == before


def test_a_class_table_that_cannot_be_written_is_not_called_saved(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = open_path(tiny_project)

    def refuse(path: Path, *_: object) -> None:
        raise UnwritableFile(path, "the disk is full")

    monkeypatch.setattr("segstudio.services.opening.write_config", refuse)
    saved = save_work(replace(project, schema=project.schema.extended("nerve")), {}, classes=True)
    assert isinstance(saved.error, UnwritableFile)
    assert not saved.classes


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), ValueError("odd"), struct.error("too large")])
def test_what_a_journal_raises_does_not_keep_other_images_from_being_saved(
    tiny_project: Path, fault: Exception
) -> None:
    def mark(_: object) -> None:
        raise fault

    ones = LabelMap(np.ones(SHAPE, np.uint8))
    saved = save_work(open_path(tiny_project), {"a": Work(lambda: ones, mark=mark), "c": Work(lambda: ones)}, False)
    assert list(saved.samples) == ["c"]
    assert "a could not be saved" in str(saved.error)
