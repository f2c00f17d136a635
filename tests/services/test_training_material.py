"""What is learnt from and what is scored on, what is counted, and what cannot be read."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.opening import open_path
from segstudio.services.training_material import Material, split


def labelled(*ids: str) -> Project:
    """Return a project of samples all of which have labels; no file is there."""
    samples = tuple(Sample(i, Path(f"{i}.png")) for i in ids)
    source = LabelSource("truth", Path("masks"), read_only=True, files={i: Path(f"{i}.png") for i in ids})
    schema = LabelSchema((LabelClass(0, "a", (0, 0, 0)), LabelClass(1, "b", (1, 1, 1))))
    return Project(Path("p"), schema, samples, (source,))


def ids(samples: tuple[Sample, ...]) -> list[str]:
    return [sample.id for sample in samples]


def test_folders_say_what_is_learnt_from() -> None:
    divided = split(labelled("train/a", "train/b", "val/c", "test/d", "e"))
    assert ids(divided.learnt) == ["train/a", "train/b"]
    assert ids(divided.scored) == ["val/c"]
    assert divided.because == "2 images to learn from and 1 to score on, by folder; 2 in other folders are left out."


@pytest.mark.parametrize("known", ["train", "val"])
def test_what_is_for_tests_is_not_learnt_from(known: str) -> None:
    divided = split(labelled(*(f"{known}/{i}" for i in range(6)), "test/a", "Testing/b"))
    assert ids(divided.learnt + divided.scored) == [f"{known}/{i}" for i in (0, 1, 2, 3, 5, 4)]
    assert divided.because == "1 of 6 images are held out to score on; 2 in other folders are left out."
    assert len(split(labelled("test/a", "test/b")).learnt) == 1
    with pytest.raises(SegstudioError, match=r"1 labelled images to learn from, .*; 1 in other folders are left out"):
        split(labelled(f"{known}/0", "test/a"))


def test_else_a_fifth_is_held_out() -> None:
    divided = split(labelled(*(f"{i:02}" for i in range(11))))
    assert ids(divided.scored) == ["04", "09"]
    assert len(divided.learnt) == 9
    assert ids(split(labelled("a", "b")).scored) == ["b"]
    assert ids(split(labelled("train/a", "train/b", "train/c")).learnt) == ["train/a", "train/b"]


def test_stacks_are_held_out_whole() -> None:
    divided = split(labelled(*(f"{stack}#{page:04}" for stack in "ab" for page in range(3))))
    assert {sample.partition("#")[0] for sample in ids(divided.learnt)} == {"a"}
    assert {sample.partition("#")[0] for sample in ids(divided.scored)} == {"b"}
    assert ids(split(labelled(*(f"a#{page:04}" for page in range(5)))).scored) == ["a#0004"]


def test_one_labelled_image_is_too_few() -> None:
    with pytest.raises(SegstudioError, match="1 labelled"):
        split(labelled("a"))


def material(root: Path) -> Material:
    project = open_path(root)
    found = Material(project, split(project))
    list(found.look())
    return found


def test_pixels_are_counted_and_weighed_by_the_median(tiny_project: Path) -> None:
    """Of a's 23 x 32 scored pixels 120 are of the class cell; b is held out."""
    found = material(tiny_project)
    assert ids(found.split.scored) == ["deep/b"]
    assert found.pixels.tolist() == [616, 120]
    assert found.balance() == pytest.approx((368 / 616, 368 / 120))
    found.pixels[1] = 0
    assert found.balance() == (1, 0)


def test_what_cannot_be_read_is_left_out_and_said(tiny_project: Path) -> None:
    (tiny_project / "images" / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n cut short")
    labels = np.zeros((24, 32), np.uint8)
    Image.fromarray(labels).save(tiny_project / "masks" / "c.png")
    found = material(tiny_project)
    assert list(found.failures) == ["c"]
    assert len(found.files(found.split.learnt)) + len(found.files(found.split.scored)) == 2


def test_labels_of_one_class_teach_nothing(tiny_project: Path) -> None:
    for name in ("a", "deep/b"):
        Image.fromarray(np.zeros((24, 32), np.uint8)).save(tiny_project / "masks" / f"{name}.png")
    with pytest.raises(SegstudioError, match="fewer than two classes"):
        material(tiny_project)
