"""Which label belongs to which image, by names alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.io.pairing import (
    ENDINGS,
    IMAGE_FOLDERS,
    LABEL_ENDINGS,
    LABEL_FOLDERS,
    below,
    image_top,
    match,
    mirrored,
    role_of,
    sort_beside,
    split_ending,
)

STEMS = st.from_regex(r"[a-c]{1,3}(/[a-c]{1,2})?", fullmatch=True)


def test_equal_keys_go_first_and_endings_only_where_these_fail() -> None:
    assert match(["a", "b_image"], ["a", "a_mask", "b_gt"]) == {"a": "a", "b_image": "b_gt"}
    assert match(["a"], ["a_mask"]) == {"a": "a_mask"}
    assert match(["a_leftImg8bit"], ["a"]) == {"a_leftImg8bit": "a"}
    assert match(["a"], ["a_mask_gt", "b", "_mask"]) == {}


def test_only_agreed_names_make_a_folder_one_of_images_or_labels() -> None:
    assert IMAGE_FOLDERS == ("images", "imgs", "image", "jpegimages", "leftimg8bit", "x", "inputs")
    agreed = (
        "masks mask labels label annotations annot segmentationclass segmentationobject gtfine gt ground_truth "
        "trainannot valannot testannot y masks-segstudio"
    )
    assert set(LABEL_FOLDERS) == set(agreed.split())


def test_one_label_of_several_is_taken_by_rank_and_for_one_image() -> None:
    assert match(["a"], ["a_gt", "a_mask"]) == {"a": "a_mask"}
    pairs = match(["a", "a_img"], ["a_mask"])
    assert len(pairs) == 1


@given(stems=st.sets(STEMS), ending=st.sampled_from(LABEL_ENDINGS))
def test_every_label_with_an_ending_finds_its_image(stems: set[str], ending: str) -> None:
    labels = {stem: stem + ending for stem in stems}
    assert match(sorted(stems), labels.values()) == labels
    assert match(stems, stems) == {stem: stem for stem in stems}


@given(images=st.sets(STEMS), labels=st.sets(st.tuples(STEMS, st.sampled_from(["", *ENDINGS]))))
def test_pairs_share_a_base_and_no_label_is_used_twice(images: set[str], labels: set[tuple[str, str]]) -> None:
    pairs = match(sorted(images), {stem + ending for stem, ending in labels})
    assert len(set(pairs.values())) == len(pairs)
    for image, label in pairs.items():
        assert split_ending(image)[0] == split_ending(label)[0]


def test_the_longest_ending_is_taken_off() -> None:
    assert split_ending("val/x_gtFine_labelIds") == ("val/x", "_gtFine_labelIds")
    assert split_ending("x_labelIds") == ("x", "_labelIds")
    assert split_ending("x/_mask") == ("x/_mask", "")
    assert split_ending("x_Mask") == ("x_Mask", "")


@pytest.mark.parametrize(
    ("folder", "kind", "top"),
    [
        ("", "image", ""),
        ("images/train", "image", ""),
        ("train/Masks/x", "label", "train/Masks"),
        ("trainannot", "label", "trainannot"),
        ("predictions_osvos/dog", "prediction", "predictions_osvos"),
        ("predictions/run/masks", "prediction", "predictions"),
        ("maskset", "image", ""),
    ],
)
def test_folders_have_roles_by_name(folder: str, kind: str, top: str) -> None:
    assert role_of(folder) == (kind, top)


def test_label_folders_mirror_their_neighbours() -> None:
    folders = ["", "images", "train", "val", "images/train", "other"]
    assert mirrored("masks", folders) == (["images", ""], ["train", "val"])
    assert mirrored("trainannot", folders) == (["train"], [])
    assert mirrored("testannot", folders) == ([], [])
    assert mirrored("train/masks", ["train", "train/images"]) == (["train/images", "train"], [])


def test_paths_are_seen_from_folders() -> None:
    assert below("a/b", "a") == "b"
    assert below("a", "a") == ""
    assert below("ab", "a") is None
    assert below("a", "") == "a"
    assert image_top("x1/JPEGImages/a") == "x1/JPEGImages"
    assert image_top("photos") is None


def test_files_beside_an_image_are_its_labels_and_predictions() -> None:
    names = ["1_image.png", "1_pred.png", "1_target.png", "2.jpg", "2.png", "3.png", "4_mask.png", "5.jpg", "5_gt.png"]
    found = sort_beside(names, lambda name: name == "2.png")
    assert found.images == ["1_image.png", "2.jpg", "3.png", "4_mask.png", "5.jpg"]
    assert found.labels == {"1_image.png": "1_target.png", "2.jpg": "2.png", "5.jpg": "5_gt.png"}
    assert found.predictions == {"1_image.png": "1_pred.png"}


def test_a_second_label_of_an_image_is_left_over_and_no_sample() -> None:
    found = sort_beside(["a.jpg", "a_gt.png", "a_mask.png"], lambda name: False)
    assert (found.images, found.labels, found.left_over) == (["a.jpg"], {"a.jpg": "a_mask.png"}, ["a_gt.png"])


def test_a_png_that_is_no_label_map_is_an_image() -> None:
    assert sort_beside(["a.jpg", "a.png"], lambda name: False).images == ["a.jpg", "a.png"]
