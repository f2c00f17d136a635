"""Both planes of a sample, from whatever files there are."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SizeMismatch
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project
from segstudio.io.instances import LARGEST, write_label_map
from segstudio.services.label_maps import ReadLabels, read_label_map
from segstudio.services.opening import open_path
from tests.conftest import write_mask
from tests.services.rig import sample


@pytest.fixture
def project(tiny_project: Path) -> Project:
    """Sample ``a`` has one cell, rows 6 to 17, columns 4 to 13, below a row of void."""
    return replace(open_path(tiny_project), task="instances")


def read(project: Project, sample_id: str = "a") -> ReadLabels:
    found = read_label_map(project, sample(project, sample_id))
    assert found is not None
    return found


def classes(project: Project) -> LabelMap:
    return read(replace(project, task="semantic")).planes


def test_a_semantic_project_has_no_instances(project: Project) -> None:
    assert classes(project).instances is None


def test_without_labels_there_is_nothing_to_read(project: Project) -> None:
    assert read_label_map(project, sample(project, "c")) is None


def test_without_numbers_each_area_of_a_thing_is_an_object(project: Project) -> None:
    instances = read(project).planes.instances
    assert instances is not None
    np.testing.assert_array_equal(instances, classes(project).classes == 1)


def test_saved_numbers_come_back(project: Project) -> None:
    plane = classes(project).classes
    numbers = np.where(plane == 1, 12, 0).astype(np.uint32)
    numbers[6:10][plane[6:10] == 1] = 70_000
    write_label_map(project.sources[0].target("a"), LabelMap(plane, numbers), project.schema)
    found = read(project)
    np.testing.assert_array_equal(found.planes.instances, numbers)
    assert not found.problems


def test_a_mask_that_another_program_changed_is_believed_and_that_is_told(project: Project) -> None:
    path, plane = project.sources[0].target("a"), classes(project).classes
    write_label_map(path, LabelMap(plane, np.where(plane == 1, 3, 0).astype(np.uint32)), project.schema)
    changed = np.ascontiguousarray(plane, np.uint8)
    changed[6:8] = 0
    write_mask(path, changed)
    found = read(project)
    assert found.planes.instances is not None
    np.testing.assert_array_equal(found.planes.instances, np.where(changed == 1, 3, 0))
    (problem,) = found.problems
    assert str(problem) == "a.png was changed after a.instances.png was written: 20 pixels had numbers that do not fit."


def test_numbers_of_another_size_are_refused(project: Project) -> None:
    write_mask(project.sources[0].folder / "a.instances.png", np.zeros((5, 5), np.uint8))
    with pytest.raises(SizeMismatch, match=r"a\.instances\.png"):
        read(project)


def test_numbers_that_leave_no_room_are_counted_anew(project: Project) -> None:
    plane = classes(project).classes
    numbers = np.where(plane == 1, LARGEST, 0).astype(np.uint32)
    numbers[6:10][plane[6:10] == 1] = LARGEST - 5
    write_label_map(project.sources[0].target("a"), LabelMap(plane, numbers), project.schema)
    found = read(project)
    assert found.planes.instances is not None
    assert np.unique(found.planes.instances).tolist() == [0, 1, 2]
    assert (found.planes.instances[plane == 1] > 0).all()


def test_a_folder_of_numbered_objects_opens_as_such(tiny_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "numbered"
    shutil.copytree(tiny_project / "images", folder / "images")
    numbers = np.zeros((24, 32), np.uint16)
    numbers[3:9, 4:10], numbers[3:9, 10:20] = 300, 900
    (folder / "masks").mkdir()
    for name in ("a", "c"):
        Image.fromarray(numbers).save(folder / "masks" / f"{name}.png")
    opened = open_path(folder)
    assert opened.task == "instances"
    found = read(opened)
    np.testing.assert_array_equal(found.planes.instances, numbers)
    np.testing.assert_array_equal(found.planes.classes, numbers > 0)


def test_real_objects_of_voc(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """labelme's own export: classes in one folder, objects in another, the border of neither."""
    made = shared_data("labelme") / "instance_segmentation" / "data_dataset_voc"
    folder = tmp_path / "voc"
    for name in ("JPEGImages", "SegmentationClass", "SegmentationObject"):
        shutil.copytree(made / name, folder / name)
    opened = replace(open_path(folder), task="instances")
    for one in opened.samples:
        found = read_label_map(opened, one)
        assert found is not None
        assert found.planes.instances is not None
        with Image.open(folder / "SegmentationObject" / f"{one.name}.png") as picture:
            theirs = np.asarray(picture)
        ours = found.planes.instances
        things = np.isin(found.planes.classes, list(opened.schema.things))
        assert len(np.unique(ours)) == len(np.unique(theirs[things])) + 1
        np.testing.assert_array_equal(ours[things], theirs[things])
        assert not found.problems


def test_real_objects_of_cityscapes(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("formats_mmseg") / "pseudo_cityscapes_dataset"
    opened = replace(open_path(folder), task="instances")
    found = read_label_map(opened, opened.samples[0])
    assert found is not None
    assert found.planes.instances is not None
    with Image.open(next(folder.rglob("*_gtFine_instanceIds.png"))) as picture:
        theirs = np.asarray(picture).astype(np.uint32)
    np.testing.assert_array_equal(found.planes.instances, np.where(theirs < 1000, 0, theirs))
    assert found.planes.instances.any()
