"""Numbers of objects on disk: the same after a round trip, and never of other classes than those beside them."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from segstudio.core.errors import SegstudioError, UnreadableFile, UnwritableFile
from segstudio.core.raster import InstancePlane, LabelMap
from segstudio.io import instances as module
from segstudio.io.files import write_atomically
from segstudio.io.instances import LARGEST, find_numbers, numbers_path, write_label_map
from segstudio.io.masks import read_mask, read_numbers
from segstudio.services.synthetic_cells import CELL_SCHEMA as SCHEMA

SHAPES = st.tuples(st.integers(1, 20), st.integers(1, 20))
NUMBERS = st.one_of(st.integers(0, 65_535), st.integers(0, LARGEST))


def planes(number: int, class_id: int = 1) -> LabelMap:
    classes, instances = np.zeros((6, 9), np.uint8), np.zeros((6, 9), np.uint32)
    classes[1:4, 2:8], instances[1:4, 2:8] = class_id, number
    return LabelMap(classes, instances)


def numbers_in(planes: LabelMap) -> InstancePlane:
    assert planes.instances is not None
    return planes.instances


def numbers_of(mask: Path) -> InstancePlane:
    found = find_numbers(mask)
    assert found is not None
    return found.instances


@given(arrays.arrays(np.uint32, SHAPES, elements=NUMBERS))
def test_any_numbers_come_back(tmp_path_factory: pytest.TempPathFactory, instances: InstancePlane) -> None:
    mask = tmp_path_factory.mktemp("pair") / "deep" / "x.png"
    classes = (instances % 4).astype(np.uint8)
    write_label_map(mask, LabelMap(classes, instances), SCHEMA)
    assert np.array_equal(numbers_of(mask), instances)
    assert numbers_of(mask).dtype == np.uint32
    assert np.array_equal(read_mask(mask, SCHEMA), classes)
    assert sorted(p.name for p in mask.parent.iterdir()) == ["x.instances.png", "x.png"]


@pytest.mark.parametrize(("number", "mode"), [(65_535, "I;16"), (65_536, "RGB")])
def test_files_are_as_the_conventions_say(tmp_path: Path, number: int, mode: str) -> None:
    write_label_map(tmp_path / "x.png", planes(number), SCHEMA)
    with Image.open(tmp_path / "x.instances.png") as picture:
        assert picture.mode == mode
        pixel = np.asarray(picture)[2, 3].astype(np.uint32)
    assert (pixel if mode != "RGB" else pixel @ np.array([1, 256, 65_536], np.uint32)) == number


def test_a_number_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SegstudioError, match="16,777,216"):
        write_label_map(tmp_path / "x.png", planes(LARGEST + 1), SCHEMA)
    assert not list(tmp_path.iterdir())


def test_without_instances_only_the_mask_is_written(tmp_path: Path) -> None:
    write_label_map(tmp_path / "x.png", LabelMap(planes(1).classes), SCHEMA)
    assert [p.name for p in tmp_path.iterdir()] == ["x.png"]
    assert find_numbers(tmp_path / "x.png") is None


class Killed(BaseException):
    """Stands for a SIGKILL: nothing that is prepared for errors sees it."""


@given(kills=st.lists(st.tuples(st.integers(0, 4), st.sampled_from((5, 6, 70_000)), st.integers(1, 2)), max_size=5))
def test_kills_at_any_step_of_any_saves_leave_a_pair(
    tmp_path_factory: pytest.TempPathFactory, kills: list[tuple[int, int, int]]
) -> None:
    """A step is the replacing of a file: what is done between two of them nobody sees."""
    mask, kept = tmp_path_factory.mktemp("pair") / "x.png", [planes(9)]
    write_label_map(mask, kept[0], SCHEMA)
    real = os.replace
    for at, number, class_id in kills:
        kept.append(planes(number, class_id))
        steps = iter(range(10))

        def killed(source: Path, target: Path, at: int = at, steps: Iterator[int] = steps) -> None:
            if next(steps) == at:
                raise Killed
            real(source, target)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(os, "replace", killed)
            with suppress(Killed):
                write_label_map(mask, kept[-1], SCHEMA)
        classes, numbers = read_mask(mask, SCHEMA), numbers_of(mask)
        whole = (np.array_equal(np.stack((classes, numbers)), np.stack((p.classes, numbers_in(p)))) for p in kept[-2:])
        assert any(whole)
        kept = [LabelMap(classes, numbers)]
    write_label_map(mask, planes(7), SCHEMA)
    np.testing.assert_array_equal(numbers_of(mask), planes(7).instances, "the next save puts all in order")
    assert not mask.with_name(".x.instances.png.next").exists()


def test_where_the_classes_cannot_be_written_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = tmp_path / "x.png"
    write_label_map(mask, planes(5), SCHEMA)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    real = write_atomically

    def refused(path: Path, data: bytes) -> None:
        if path == mask:
            raise UnwritableFile(path, "the disk is full")
        real(path, data)

    monkeypatch.setattr(module, "write_atomically", refused)
    with pytest.raises(UnwritableFile):
        write_label_map(mask, planes(6), SCHEMA)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_numbers_of_other_programs_are_found_without_a_digest(tmp_path: Path) -> None:
    write_label_map(tmp_path / "x.png", LabelMap(planes(1).classes), SCHEMA)
    Image.fromarray(np.full((6, 9), 12, np.uint8)).save(tmp_path / "x.instances.png")
    assert (numbers_of(tmp_path / "x.png") == 12).all()


def test_a_damaged_file_of_numbers_is_told(tmp_path: Path) -> None:
    write_label_map(tmp_path / "x.png", planes(1), SCHEMA)
    data = numbers_path(tmp_path / "x.png").read_bytes()
    numbers_path(tmp_path / "x.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableFile, match=r"x\.instances\.png"):
        find_numbers(tmp_path / "x.png")


def test_voc_has_them_in_a_folder_beside(tmp_path: Path) -> None:
    for folder, value in (("SegmentationClass", 15), ("SegmentationObject", 3)):
        (tmp_path / folder).mkdir()
        Image.fromarray(np.full((4, 5), value, np.uint8)).save(tmp_path / folder / "2007_000032.png")
    assert (numbers_of(tmp_path / "SegmentationClass" / "2007_000032.png") == 3).all()


def test_cityscapes_numbers_areas_that_are_not_told_apart_below_a_thousand(tmp_path: Path) -> None:
    for ending, values in (("labelIds", [[7, 26, 26]]), ("instanceIds", [[7, 26_000, 26_001]])):
        plane = np.array(values, np.uint16 if ending == "instanceIds" else np.uint8)
        Image.fromarray(plane).save(tmp_path / f"a_gtFine_{ending}.png")
    assert numbers_of(tmp_path / "a_gtFine_labelIds.png").tolist() == [[0, 26_000, 26_001]]


def test_real_cells(shared_data: Callable[[str], Path]) -> None:
    numbers = read_numbers(shared_data("cells_stardist") / "mask2d.tif")
    assert numbers.shape == (512, 512)
    assert len(np.unique(numbers)) == 126, "125 objects and nothing"
    assert numbers.max() == 183
