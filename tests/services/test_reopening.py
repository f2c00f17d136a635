"""What is written so that a folder opens again as it is, and what of others' making is not written over."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Project
from segstudio.io.masks import write_mask
from segstudio.services.opening import configure, open_images, open_path, save_schema

IMAGES = ("images", "imgs", "train", "val", "x", "JPEGImages", "", "a", "sub/images", "leftImg8bit/train")
LABELS = ("masks", "labels", "gt", "trainannot", "y", "annotations", "gtFine/train", "sub/labels", "train/masks")
NAMES = ("p", "q", "r_img", "s", "t.v")


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 3), "white").save(path)


def labels(path: Path, value: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array([[0, value]], np.uint8).repeat(3, 0).repeat(2, 1)).save(path)


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def told(project: Project, text: str) -> bool:
    return any(text in note for note in project.notes)


MASKS = tuple(name + ending for name in ("p", "q", "r", "s", "t.v") for ending in ("", "_mask", "_gt"))


@given(
    images=st.dictionaries(
        st.sampled_from(IMAGES), st.sets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=3
    ),
    masks=st.dictionaries(st.sampled_from(LABELS), st.sets(st.sampled_from(MASKS), min_size=1, max_size=4), max_size=3),
    start=st.sampled_from(("", "", "images", "train")),
)
@example(images={"imgs": {"s"}, "images": {"s"}, "x": {"q"}}, masks={"y": {"s", "q"}}, start="")
@example(images={"": {"p"}, "val": {"p", "s"}}, masks={"annotations": {"p", "s_gt"}}, start="")
@example(images={"train": {"p", "q"}, "val": {"p"}}, masks={"masks": {"p", "q"}}, start="")
@settings(max_examples=100)
def test_any_layout_opens_again_with_the_same_ids_and_labels(
    images: dict[str, set[str]], masks: dict[str, set[str]], start: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for place, names in images.items():
            for name in names:
                picture(root / place / f"{name}.jpg")
        for place, names in masks.items():
            for name in names:
                labels(root / place / f"{name}.png")
        root = root / start if (root / start).is_dir() else root
        opened = first_opened(root)
        if opened is None:
            return
        before = seen(opened)
        assert len(before) == len(opened.samples)
        configure(opened)
        again = open_path(root)
        assert seen(again) == before
        sample = again.samples[-1]
        write_mask(target := again.sources[0].target(sample.id), np.zeros((3, 4), np.uint8), again.schema)
        assert seen(open_path(root)) == before | {sample.id: (sample.image, target)}


def first_opened(root: Path) -> Project | None:
    try:
        return open_path(root)
    except SegstudioError:  # there are only labels in it
        return None


def seen(project: Project) -> dict[str, tuple[Path, Path | None]]:
    """Return the image and the label file of each sample."""
    found = ((s, (source.find(s.id) for source in project.sources)) for s in project.samples)
    return {s.id: (s.image, next((path for path in paths if path is not None), None)) for s, paths in found}


@pytest.mark.parametrize("meanwhile", ["folder", "dangling link"])
def test_a_folder_made_after_opening_is_not_written_to(tmp_path: Path, meanwhile: str) -> None:
    picture(tmp_path / "a.png")
    project = open_path(tmp_path)
    assert project.sources[0].folder == tmp_path / "masks"
    if meanwhile == "folder":
        labels(tmp_path / "masks" / "a.png")
    else:
        (tmp_path / "masks").symlink_to(tmp_path / "not mounted")
    before = contents(tmp_path)
    configured = configure(project)
    assert configured.sources[0].folder == tmp_path / "masks-segstudio"
    assert configured.sources[0].folder.is_dir()
    assert open_path(tmp_path).sources[0] == configured.sources[0]
    assert before.items() <= contents(tmp_path).items()


def test_a_dangling_link_named_masks_is_no_free_name(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "masks").symlink_to(tmp_path / "not mounted")
    assert open_path(tmp_path).sources[0].folder == tmp_path / "masks-segstudio"


def test_a_second_window_does_not_make_the_project_again(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    first, second = open_path(tmp_path), open_path(tmp_path)
    configure(first)
    before = sorted(tmp_path.rglob("*")), contents(tmp_path)
    with pytest.raises(SegstudioError, match="made or changed by somebody else") as caught:
        configure(second)
    assert "Open the folder again" in caught.value.hint
    assert (sorted(tmp_path.rglob("*")), contents(tmp_path)) == before


def test_classes_added_by_hand_meanwhile_are_not_dropped(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    project = save_schema(replace(project, schema=project.schema.extended("mine")))
    project = save_schema(replace(project, schema=project.schema.extended("mine too")))
    config = tiny_project / "segstudio.toml"
    config.write_text(config.read_text() + '[[class]]\nid = 9\nname = "by hand"\ncolor = "#00ff00"\n')
    by_hand = config.read_bytes()
    with pytest.raises(SegstudioError, match="changed by somebody else"):
        save_schema(replace(project, schema=project.schema.extended("third")))
    assert config.read_bytes() == by_hand
    assert [c.name for c in open_path(tiny_project).schema.classes][-2:] == ["mine too", "by hand"]


def test_a_folder_of_a_projects_images_is_the_project_with_these(tiny_project: Path) -> None:
    whole = open_path(tiny_project)
    deep = open_path(tiny_project / "images" / "deep")
    assert [s.id for s in deep.samples] == ["deep/b"]
    assert told(deep, "deep alone is open")
    for kept in ("root", "schema", "sources", "configured", "image_root"):
        assert getattr(deep, kept) == getattr(whole, kept)
    assert open_path(tiny_project / "images") == whole
    assert [s.id for s in open_images(tiny_project / "images" / "deep" / "b.png").samples] == ["deep/b"]
    assert open_images(tiny_project) == whole


def test_a_path_may_lead_up_and_down(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = open_path(tiny_project)
    assert open_path(tiny_project / "masks" / ".." / "masks" / "..") == whole
    monkeypatch.chdir(tiny_project / "masks")
    assert open_path(Path("..")) == whole
    assert open_images(Path("../images/a.png")).samples == whole.samples[:1]


def test_a_bad_project_file_above_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "segstudio.toml").write_text("version = 99\n")
    picture(tmp_path / "set" / "x.png")
    for path in (tmp_path / "set", tmp_path / "set" / "x.png"):
        project = open_path(path)
        assert [s.id for s in project.samples] == ["x"]
        assert told(project, "version 99")


def test_a_project_above_is_not_looked_through_for_a_folder_it_has_no_images_in(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tiny_project / "other" / "x.png")

    def refuse(*_: object) -> None:
        raise AssertionError("looked through")

    monkeypatch.setattr("segstudio.services.opening.scan_project", refuse)
    for path in (tiny_project / "other", tiny_project / "other" / "x.png"):
        assert open_path(path).root == tiny_project / "other"


CLASSES = 'version = 1\n[[class]]\nid = 0\nname = "background"\nbackground = true\n[[class]]\nid = 1\nname = "cell"\n'


@pytest.mark.parametrize(
    "files",
    [
        ("images/a.png", "labels/a.png"),
        ("images/sub/a.png", "labels/sub/a.png"),
        ("a.jpg", "a_mask.png"),
        ("train/a.png", "val/b.png", "trainannot/a.png"),
        ("pics/a.png", "labels/pics/a.png"),
        ("train/a.png", "val/b.png", "masks/a.png"),
    ],
)
def test_labels_are_looked_for_where_a_project_names_none(tmp_path: Path, files: tuple[str, ...]) -> None:
    (tmp_path / "segstudio.toml").write_text(('images = "pics"\n' if "pics" in files[0] else "") + CLASSES)
    for name in files:
        (labels if any(word in name for word in ("label", "mask", "annot")) else picture)(tmp_path / name)
    project = open_path(tmp_path)
    assert project.sources[0].target("a") == tmp_path / "masks" / "a.png"
    assert [path for _, path in seen(project).values() if path is not None] == [tmp_path / files[-1]]
    save_schema(project)
    assert seen(open_path(tmp_path)) == seen(project)


def test_masks_of_a_project_that_names_none_are_its_truth(tmp_path: Path) -> None:
    (tmp_path / "segstudio.toml").write_text(CLASSES)
    picture(tmp_path / "images" / "a.png")
    labels(tmp_path / "masks" / "a.png")
    assert [(s.name, s.read_only, set(s.files)) for s in open_path(tmp_path).sources] == [("truth", False, {"a"})]


@pytest.mark.parametrize(("folder", "is_told"), [("masks", False), ("../elsewhere", True)])
def test_edits_that_go_outside_the_project_are_told(tmp_path: Path, folder: str, is_told: bool) -> None:
    root = tmp_path / "project"
    picture(root / "a.png")
    where = (root / folder).resolve()
    (root / "segstudio.toml").write_text(f"{CLASSES}[[labels]]\nfolder = '{where}'\n")
    assert told(open_path(root), f"Edits are written to {where}, outside the project") == is_told
