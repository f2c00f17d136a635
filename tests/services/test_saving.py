"""Labels are saved where the user finds them, and nobody else's are touched."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import UnwritableFile
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Project
from segstudio.services.opening import open_path, read_labels
from segstudio.services.saving import save_classes, save_labels

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


def labels_of(project: Project, sample_id: str) -> LabelPlane | None:
    return read_labels(project, next(s for s in project.samples if s.id == sample_id))


def test_the_first_save_makes_a_project_and_leaves_what_was_there(foreign: Path) -> None:
    before = contents(foreign)
    project = open_path(foreign)
    assert contents(foreign) == before
    edited = np.full(SHAPE, 2, np.uint8)
    saved = save_labels(project, "one", edited)
    assert saved.configured
    after = contents(foreign)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"segstudio.toml", "masks-segstudio/one.png"}


def test_what_was_saved_comes_first_when_opened_again(foreign: Path) -> None:
    edited = np.full(SHAPE, 2, np.uint8)
    saved = save_labels(open_path(foreign), "one", edited)
    for project in (saved, open_path(foreign)):
        np.testing.assert_array_equal(labels_of(project, "one"), edited)
        np.testing.assert_array_equal(labels_of(project, "two"), Image.open(foreign / "masks" / "two.png"))
        assert project.schema == saved.schema


def test_a_project_is_not_configured_again(tiny_project: Path) -> None:
    before = contents(tiny_project)
    edited = np.ones(SHAPE, np.uint8)
    assert save_labels(project := open_path(tiny_project), "c", edited) is project
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
        save_labels(project, sample_id, before)
        np.testing.assert_array_equal(labels_of(open_path(tiny_project), sample_id), before)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever runs this may write anywhere")
def test_a_folder_that_may_not_be_written_to_stays_as_it_was(foreign: Path) -> None:
    before = contents(foreign)
    foreign.chmod(0o555)
    try:
        with pytest.raises(UnwritableFile, match="could not be written"):
            save_labels(open_path(foreign), "one", np.ones(SHAPE, np.uint8))
    finally:
        foreign.chmod(0o755)
    assert contents(foreign) == before


def test_labels_that_cannot_be_written_leave_the_old_ones(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, before = open_path(tiny_project), contents(tiny_project)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UnwritableFile, match=r"a\.png"):
        save_labels(project, "a", np.ones(SHAPE, np.uint8))
    assert contents(tiny_project) == before


@pytest.mark.parametrize("kind", ["foreign", "tiny_project"])
def test_saved_classes_are_those_of_the_next_opening(kind: str, request: pytest.FixtureRequest) -> None:
    root: Path = request.getfixturevalue(kind)
    project = open_path(root)
    before = contents(root)
    changed = replace(project, schema=project.schema.extended("nerve"))
    assert save_classes(changed).configured
    assert open_path(root).schema == changed.schema
    after = contents(root)
    assert {name for name in after if after[name] != before.get(name)} == {"segstudio.toml"}
