"""What folders hold, in the layouts that people have."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.io.samples import label_files
from segstudio.io.scan import Found, scan


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def labels_of(found: Found, place: int = 0) -> dict[str, str]:
    """Return one source as label files, below their folder, by sample id."""
    source = found.sources[place]
    return {i: file.relative_to(source.folder).as_posix() for i, file in source.files.items()}


def ids(found: Found) -> list[str]:
    return [sample.id for sample in found.samples]


def test_a_bare_folder_of_images(tmp_path: Path) -> None:
    found = scan(touch(tmp_path, "b.jpg", "a.png", "deep/er/c.TIF", "notes.txt", ".hidden/x.png", ".y.png"))
    assert ids(found) == ["a", "b", "deep/er/c"]
    assert found.sources == ()
    assert found.image_root == tmp_path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["images/train/a.jpg", "masks/train/a.png"], {"train/a": "train/a.png"}),
        (["train/images/a.jpg", "train/masks/a.png", "val/images/b.jpg"], {"train/images/a": "a.png"}),
        (["train/a.jpg", "val/a.jpg", "labels/train/a.png"], {"train/a": "train/a.png"}),
        (["train/a.jpg", "val/b.jpg", "masks/a.png"], {"train/a": "a.png"}),
        (["train/a.jpg", "val/a.jpg", "trainannot/a.png"], {"train/a": "a.png"}),
        (["Images/a.JPG", "Masks/a_mask.PNG"], {"a": "a_mask.PNG"}),
        (["x/a.tif", "y/a.tif"], {"a": "a.tif"}),
        (["a.jpg", "masks/a.png"], {"a": "a.png"}),
        (["images/a.jpg", "masks/images/a.png"], {"a": "a.png"}),
        (
            ["leftImg8bit/val/u/x_leftImg8bit.png", "gtFine/val/u/x_gtFine_labelIds.png", "gtFine/val/u/x_color.png"],
            {"val/u/x_leftImg8bit": "val/u/x_gtFine_labelIds.png"},
        ),
    ],
)
def test_parallel_folders_are_paired(tmp_path: Path, files: list[str], expected: dict[str, str]) -> None:
    found = scan(touch(tmp_path, *files))
    assert labels_of(found) == expected
    assert set(expected) <= set(ids(found))
    assert all(role not in sample for sample in ids(found) for role in ("mask", "annot", "gtFine"))


def test_a_name_in_two_splits_is_not_guessed(tmp_path: Path) -> None:
    found = scan(touch(tmp_path, "train/a.jpg", "val/a.jpg", "masks/a.png"))
    assert found.sources == ()
    assert any("1 file in masks without an image: a.png" in note for note in found.notes)


def test_images_of_one_id_keep_their_suffix(tmp_path: Path) -> None:
    found = scan(touch(tmp_path, "images/a.jpg", "images/a.tif", "images/b.jpg", "masks/a.png", "masks/a.jpg.png"))
    assert ids(found) == ["a.jpg", "a.tif", "b"]
    assert labels_of(found) == {"a.jpg": "a.jpg.png"}


def test_an_image_named_like_a_page_keeps_its_suffix(tmp_path: Path) -> None:
    page = Image.fromarray(np.zeros((4, 4), np.uint8))
    page.save(tmp_path / "s.tif", save_all=True, append_images=[page])
    touch(tmp_path, "s#0001.jpg", "s#0001_mask.png", "s#0007.png", "t.png")
    found = scan(tmp_path)
    assert ids(found) == ["s#0001.jpg", "s#0007", "s#0000", "s#0001", "t"]
    assert labels_of(found) == {"s#0001.jpg": "s#0001_mask.png"}


@pytest.mark.parametrize(("ignores_case", "expected"), [(False, ["A", "a", "b"]), (True, ["A.jpg", "a.png", "b"])])
def test_names_that_differ_in_case_share_a_mask_where_the_disk_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignores_case: bool, expected: list[str]
) -> None:
    touch(tmp_path, "A.jpg", "a.png", "b.png")
    if ignores_case:
        monkeypatch.setattr(os.path, "lexists", lambda path: Path(path).name.casefold() in ("a.jpg", "a.png"))
    assert ids(scan(tmp_path)) == expected


def test_ids_are_composed_characters(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Zelle_ä")
    found = scan(touch(tmp_path, f"images/{decomposed}.jpg", "masks/Zelle_ä.png"))
    assert ids(found) == ["Zelle_ä"]
    assert labels_of(found) == {"Zelle_ä": "Zelle_ä.png"}


def test_by_products_are_never_samples(tmp_path: Path) -> None:
    names = ["a.png", "a.instances.png", "a.confidence.png", "a.probability.png"]
    assert ids(scan(touch(tmp_path, *names))) == ["a"]


def test_an_opened_image_folder_finds_the_labels_beside_it(tmp_path: Path) -> None:
    touch(tmp_path, "images/a.jpg", "masks/a.png", "train/b.jpg", "trainannot/b.png", "valannot/b.png", "other/a.png")
    assert labels_of(scan(tmp_path / "images")) == {"a": "a.png"}
    found = scan(tmp_path / "train")
    assert labels_of(found) == {"b": "b.png"}
    assert [source.folder.name for source in found.sources] == ["trainannot"]
    assert scan(tmp_path / "other").sources == ()


def test_runs_are_folders_of_predictions_or_in_them(tmp_path: Path) -> None:
    touch(
        tmp_path, "images/s/a.jpg", "predictions/one/s/a.png", "predictions/two/s/a_pred.png", "predictions_x/s/a.png"
    )
    found = scan(tmp_path)
    assert ids(found) == ["s/a"]
    assert [(run.name, list(run.files)) for run in found.runs] == [
        (name, ["s/a"]) for name in ("one", "two", "predictions_x")
    ]
    assert all(run.read_only and run.origin == "run" for run in found.runs)


def test_pictures_beside_paired_image_folders_are_left_out_and_told(tmp_path: Path) -> None:
    found = scan(touch(tmp_path, "images/a.jpg", "labels/a.png", "unlabelled/b.jpg"))
    assert ids(found) == ["a"]
    assert any("1 picture beside the image folders left out, in unlabelled" in note for note in found.notes)


def test_pictures_that_number_the_segments_of_a_panoptic_json_are_no_images(tmp_path: Path) -> None:
    touch(tmp_path, "input/a.jpg", "seg/a.png", "seg_2ch/a.png", "other/a.png", "photos/a.jpg")
    for name in ("seg", "photos"):
        (tmp_path / f"{name}.json").write_text('{"annotations": [{"segments_info": []}]}', encoding="utf-8")
    (tmp_path / "other.json").write_text('{"annotations": []}', encoding="utf-8")
    found = scan(tmp_path)
    assert ids(found) == ["input/a", "other/a", "photos/a"]
    told = [note for note in found.notes if "--task panoptic seg.json" in note]
    assert [note.partition(" left out")[0] for note in told] == ["1 picture in seg_2ch"]
    assert any(n.startswith("1 picture in seg left out: ") and 'needs an "image_id"' in n for n in found.notes)
    alone = scan(tmp_path / "seg")
    assert alone.samples == ()
    assert "seg.json" in alone.notes[-1]


def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    data = touch(tmp_path / "data", "a.jpg")
    root = touch(tmp_path / "root", "own/b.jpg")
    (root / "linked").symlink_to(data)
    (root / "own" / "loop").symlink_to(root)
    (root / "again").symlink_to(root / "own")
    found = scan(root)
    assert ids(found) == ["linked/a", "own/b"]
    assert sum("passed over: it is a link" in note for note in found.notes) == 2


def test_a_photo_and_its_mask_in_one_folder_are_told_by_content(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    gray = rng.integers(0, 256, (20, 20), np.uint8)
    for name in "abc":
        Image.fromarray(gray).save(tmp_path / f"{name}.jpg")
    Image.fromarray(gray % 3).save(tmp_path / "a.png")
    Image.fromarray(gray).save(tmp_path / "b.png")
    indexed = Image.fromarray(gray)
    indexed.putpalette(bytes(range(256)) * 3)
    indexed.save(tmp_path / "c.png")
    found = scan(tmp_path)
    assert labels_of(found) == {"a": "a.png", "c": "c.png"}
    assert ids(found) == ["a", "b.jpg", "b.png", "c"]


def test_pages_of_a_stack_are_samples_with_the_stacks_labels(tmp_path: Path) -> None:
    pages = [Image.fromarray(np.full((4, 4), value, np.uint8)) for value in range(3)]
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        pages[0].save(tmp_path / folder / "s.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "masks" / "s#0002.png")
    found = scan(tmp_path)
    assert [(s.id, s.page) for s in found.samples] == [("s#0000", 0), ("s#0001", 1), ("s#0002", 2)]
    assert labels_of(found) == {"s#0000": "s.tif", "s#0001": "s.tif", "s#0002": "s#0002.png"}


def test_label_files_are_listed_by_key(tmp_path: Path) -> None:
    touch(tmp_path, "b.tif", "b.png", "deep/a.png", "a.instances.png")
    assert label_files(tmp_path) == {"b": tmp_path / "b.png", "deep/a": tmp_path / "deep/a.png"}
    with pytest.raises(UnreadableFile, match="no such file or folder"):
        label_files(tmp_path / "gone")


@pytest.mark.parametrize(
    ("name", "samples", "labelled", "runs"),
    [
        ("camvid", 468, 468, []),
        ("camvid/train", 367, 367, []),
        ("isbi_em", 24, 24, []),
        ("voc", 3, 3, []),
        ("voc_pairs", 3, 3, [3]),
        ("davis_pairs", 40, 40, [40]),
        ("cells_dsb2018", 22, 22, []),
        ("cells_stardist", 64, 0, []),
        ("formats_mmseg/pseudo_cityscapes_dataset", 1, 1, []),
        ("scored/ade20k_sample", 3, 3, [3]),
        ("labelme/instance_segmentation/data_dataset_voc", 3, 3, []),
    ],
)
def test_real_sets(shared_data: Callable[[str], Path], name: str, samples: int, labelled: int, runs: list[int]) -> None:
    found = scan(shared_data(name))
    assert len(found.samples) == samples
    assert len({i for source in found.sources for i in source.files}) == labelled
    assert [len(run.files) for run in found.runs] == runs
    assert len(set(ids(found))) == samples
    assert all(source.read_only for source in found.sources)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (["val/a.jpg", "val/b.jpg"], {"one": {"val/a"}, "two": {"val/a", "val/b"}}),
        (["train/a.jpg", "val/b.jpg"], {"one": {"train/a"}, "two": {"train/a", "val/b"}}),
        (["train/a.jpg", "val/a.jpg", "val/b.jpg"], {"two": {"val/b"}}),  # which of the two it is for nobody knows
    ],
)
def test_runs_that_leave_out_the_name_of_a_split(
    tmp_path: Path, images: list[str], expected: dict[str, set[str]]
) -> None:
    files = ["predictions/one/a.png", "predictions/two/a.png", "predictions/two/b.png"]
    found = scan(touch(tmp_path, *images, *files))
    assert {run.name: set(run.files) for run in found.runs} == expected
