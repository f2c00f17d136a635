"""Opening whatever a user points at, and making a project of it without touching anybody's labels."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile, UnwritableFile
from segstudio.core.palettes import voc_schema
from segstudio.core.records import Project
from segstudio.core.schema import LabelSchema
from segstudio.io.masks import write_mask
from segstudio.services.opening import configure, open_path, read_labels, save_schema


def picture(path: Path, size: tuple[int, int] = (6, 8)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((*size, 3), np.uint8)).save(path)


def labels(path: Path, values: list[int], dtype: type = np.uint8) -> None:
    plane: NDArray[np.generic] = np.resize(np.array(values, dtype), (6, 8))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)


def files_below(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def told(project: Project, text: str) -> bool:
    return any(text in note for note in project.notes)


def test_a_bare_folder_can_be_drawn_on_and_is_not_touched(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg")
    before = files_below(tmp_path)
    project = open_path(tmp_path)
    assert [(c.id, c.name) for c in project.schema.classes] == [(0, "background"), (1, "object")]
    assert not project.configured
    assert project.sources[0].target("a") == tmp_path / "masks" / "a.png"
    assert read_labels(project, project.samples[0]) is None
    assert files_below(tmp_path) == before


def test_edits_go_beside_somebodys_masks_and_are_read_first(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "a.png")
    labels(tmp_path / "masks" / "a.png", [0, 1, 2])
    theirs = files_below(tmp_path)
    project = configure(open_path(tmp_path))
    assert project.sources[0].folder == tmp_path / "masks-segstudio"
    write_mask(project.sources[0].target("a"), np.full((6, 8), 2, np.uint8), project.schema)
    again = open_path(tmp_path)
    plane = read_labels(again, again.samples[0])
    assert plane is not None
    assert (plane == 2).all()
    behind = read_labels(again, again.samples[0], again.sources[1])
    assert behind is not None
    assert behind.max() == 2
    assert behind.min() == 0
    assert {name: data for name, data in files_below(tmp_path).items() if name in theirs} == theirs


LAYOUTS = {
    "parallel": ["images/train/a.png", "masks/train/a.png", "images/b.png"],
    "camvid": ["train/a.png", "trainannot/a.png", "val/a.png", "valannot/a.png"],
    "beside": ["a.jpg", "a_mask.png", "b.jpg"],
    "splits": ["train/images/a.png", "train/masks/a.png", "val/images/a.png", "val/masks/a.png", "loose/x.png"],
    "bare": ["images/a.png", "screens/b.png"],
    "runs": ["images/a.png", "predictions/one/a.png", "results/a.png"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_was_made_a_project_opens_again_as_it_was(tmp_path: Path, layout: str) -> None:
    for name in LAYOUTS[layout]:
        if any(word in name for word in ("mask", "annot", "pred", "results")):
            labels(tmp_path / name, [0, 1, 2])
        else:
            picture(tmp_path / name)
    opened = open_path(tmp_path)
    project = configure(opened)
    for again in (open_path(tmp_path), open_path(project.samples[0].image), open_path(tmp_path / "segstudio.toml")):
        assert again.configured
        for kept in ("root", "schema", "samples", "sources", "runs", "image_root"):
            assert getattr(again, kept) == getattr(project, kept), kept
    first = project.samples[0]
    write_mask(project.sources[0].target(first.id), np.zeros((6, 8), np.uint8), project.schema)
    assert open_path(tmp_path).samples == project.samples


def test_labels_of_an_opened_image_folder_stay_found(tmp_path: Path) -> None:
    picture(tmp_path / "train" / "a.png")
    labels(tmp_path / "trainannot" / "a.png", [0, 1])
    project = configure(open_path(tmp_path / "train"))
    again = open_path(tmp_path / "train")
    assert again.sources == project.sources
    assert again.sources[1].folder == tmp_path / "trainannot"


def test_a_changed_class_is_saved(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    assert [s.id for s in project.samples] == ["a", "c", "deep/b"]
    assert set(project.sources[0].files) == {"a", "deep/b"}
    changed = replace(project, schema=project.schema.extended("x"))
    save_schema(changed)
    assert open_path(tiny_project).schema == changed.schema


def test_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "a.png")
    project = open_path(tmp_path)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(UnwritableFile, match=r"segstudio\.toml could not be written: the disk or folder is read-only"):
        configure(project)
    assert list(files_below(tmp_path)) == ["a.png"]


def test_a_single_image_opens_with_its_pair_alone(tmp_path: Path) -> None:
    for name in "ab":
        picture(tmp_path / f"{name}.jpg")
        labels(tmp_path / f"{name}_mask.png", [0, 255])
    for path in (tmp_path / "a.jpg", tmp_path / "a_mask.png"):
        project = open_path(path)
        assert [s.id for s in project.samples] == ["a"]
        assert [dict(s.files) for s in project.sources] == [{}, {"a": tmp_path / "a_mask.png"}]
        assert project.root == tmp_path
    configure(open_path(tmp_path / "a.jpg"))
    assert [s.id for s in open_path(tmp_path).samples] == ["a", "b"]


def test_a_picture_with_an_unusual_name_opens(tmp_path: Path) -> None:
    picture(tmp_path / "scan.png")
    (tmp_path / "scan.png").rename(tmp_path / "scan")
    assert [s.id for s in open_path(tmp_path / "scan").samples] == ["scan"]


def test_what_cannot_be_opened_is_named_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("hello")
    labels(tmp_path / "only" / "masks" / "a.png", [0, 1])
    (tmp_path / "net.pth").write_bytes(b"PK")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    faults = {
        "gone": "no such file",
        "empty": "is empty",
        "texts": "no images",
        "only": "1 file in masks without an image",
        "texts/a.txt": "not a picture",
        "net.pth": "is a model file",
        "cut.png": "could not be read",
    }
    for name, fault in faults.items():
        with pytest.raises(SegstudioError, match=fault) as caught:
            open_path(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)
        assert caught.value.hint


def test_a_project_of_a_newer_version_is_refused(tiny_project: Path) -> None:
    config = tiny_project / "segstudio.toml"
    config.write_text(config.read_text().replace("version = 1", "version = 9"))
    with pytest.raises(UnreadableFile, match="version 9"):
        open_path(tiny_project)


def test_an_image_that_is_none_of_its_projects_is_told(tiny_project: Path) -> None:
    picture(tiny_project / "stray.png")
    with pytest.raises(SegstudioError, match=r"stray\.png lies in a project, but is none of its images"):
        open_path(tiny_project / "stray.png")


def test_labels_of_another_size_are_refused(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "a.png", (5, 5))
    labels(tmp_path / "masks" / "a.png", [0, 1])
    project = open_path(tmp_path)
    with pytest.raises(SizeMismatch, match=r"a\.png is 8 x 6 pixels, but .*a\.png is 5 x 5"):
        read_labels(project, project.samples[0])


def test_values_beyond_all_ids_are_refused_and_others_kept(tmp_path: Path) -> None:
    (tmp_path / "classes.csv").write_text("id,name\n0,background\n1,cell\n2,edge\n")
    for name, value in (("a", 300), ("b", 7)):
        picture(tmp_path / "images" / f"{name}.png")
        labels(tmp_path / "masks" / f"{name}.png", [0, 1, value], np.uint16)
    project = open_path(tmp_path)
    assert told(project, "values that no class has: 7, 300")
    with pytest.raises(SegstudioError, match="values up to 300, which is above the id of any class"):
        read_labels(project, project.samples[0])
    plane = read_labels(project, project.samples[1])
    assert plane is not None
    assert plane.dtype == np.uint8
    assert plane.max() == 7


def test_numbered_objects_are_read_as_one_class(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "a.png")
    labels(tmp_path / "labels" / "a.png", list(range(48)), np.uint16)
    project = configure(open_path(tmp_path))
    for opened in (project, open_path(tmp_path)):
        assert opened.sources[1].holds == "instances"
        plane = read_labels(opened, opened.samples[0])
        assert plane is not None
        assert plane.dtype == np.uint8
        assert plane.sum() == 47


def test_a_broken_class_table_is_told_and_classes_are_guessed(tmp_path: Path) -> None:
    (tmp_path / "classes.csv").write_text("id,name\n0,a\nzero,b\n")
    picture(tmp_path / "images" / "a.png")
    labels(tmp_path / "masks" / "a.png", [0, 1, 255])
    project = open_path(tmp_path)
    assert told(project, "line 3")
    assert project.schema.ignored_ids == (255,)


def test_0_and_255_against_two_classes_is_told(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("background\ncell\n")
    picture(tmp_path / "images" / "a.png")
    labels(tmp_path / "masks" / "a.png", [0, 255])
    project = open_path(tmp_path)
    assert told(project, "255 is read as the one class there is")
    plane = read_labels(project, project.samples[0])
    assert plane is not None
    assert plane.max() == 1


def test_camvid_opens_with_its_classes(shared_data: Callable[[str], Path]) -> None:
    project = open_path(shared_data("camvid"))
    assert len(project.samples) == 468
    assert [len(s.files) for s in project.sources] == [0, 367, 101]
    assert [s.name for s in project.schema.classes][:2] == ["Sky", "Building"]
    assert project.schema.ignored_ids == (11,)
    assert project.schema.background == 11
    plane = read_labels(project, project.samples[0])
    assert plane is not None
    assert plane.shape == (360, 480)


def test_the_em_stack_keeps_its_values(shared_data: Callable[[str], Path]) -> None:
    project = open_path(shared_data("isbi_em"))
    assert len(project.samples) == 24
    assert {c.id: c.name for c in project.schema.scored} == {0: "membrane", 255: "cell interior"}
    assert project.schema.ignored_ids == (project.schema.background,)
    plane = read_labels(project, project.samples[0])
    assert plane is not None
    assert set(np.unique(plane)) == {0, 255}


def test_voc_pairs_of_either_encoding_are_read(shared_data: Callable[[str], Path]) -> None:
    project = open_path(shared_data("voc_pairs"))
    assert project.schema == voc_schema()
    for sample in project.samples:
        truth, prediction = read_labels(project, sample), read_labels(project, sample, project.runs[0])
        assert truth is not None
        assert prediction is not None
        assert truth.shape == prediction.shape
        assert ((truth == prediction) | (truth == 255)).mean() > 0.7


def test_davis_runs_are_read_in_the_encoding_of_the_truth(shared_data: Callable[[str], Path]) -> None:
    project = open_path(shared_data("davis_pairs"))
    sample = next(s for s in project.samples if s.id == "dog/00000")
    truth, prediction = read_labels(project, sample), read_labels(project, sample, project.runs[0])
    assert truth is not None
    assert prediction is not None
    assert set(np.unique(prediction)) == {0, 255}
    assert (truth == prediction).mean() > 0.9


def test_names_from_labelme_are_completed_by_void(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    root = tmp_path / "set"
    shutil.copytree(shared_data("labelme/semantic_segmentation/data_dataset_voc"), root)
    project = open_path(root)
    assert isinstance(project.schema, LabelSchema)
    assert len(project.schema) == 22
    assert project.schema.ignored_ids == (255,)
    assert told(project, "class_names.txt has no name for 255")


def test_every_nasty_file_opens_or_is_refused_with_a_sentence(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("nasty")
    project = open_path(folder)
    assert len(project.samples) == 84
    opened = set()
    for path in folder.iterdir():
        with suppress(SegstudioError):
            opened.add(open_path(path).samples[0].image)
    assert len(opened) == 62
