"""The sample project: the same for the same seed, whole or absent, and worth looking at."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.errors import UnwritableFile
from segstudio.io.images import read_image
from segstudio.io.masks import read_mask
from segstudio.services.opening import open_path
from segstudio.services.sample_project import FIRST_SEED, README, make_sample_project
from segstudio.services.synthetic_cells import CELL_SCHEMA, HEIGHT, WIDTH, draw_picture


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_makes_the_same_project(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert list(make_sample_project(tmp_path / name, 3)) == [1, 2, 3]
    list(make_sample_project(tmp_path / "other", 3, seed=5))
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert content(tmp_path / "one")["images/cells_001.png"] != content(tmp_path / "other")["images/cells_001.png"]


def test_it_opens_as_a_project_with_its_truth(tmp_path: Path) -> None:
    list(make_sample_project(tmp_path / "demo", 3))
    project = open_path(tmp_path / "demo")
    assert project.configured
    assert project.schema == CELL_SCHEMA
    assert [sample.id for sample in project.samples] == ["cells_001", "cells_002", "cells_003"]
    for number, sample in enumerate(project.samples):
        drawn, mask = draw_picture(FIRST_SEED + number), project.sources[0].find(sample.id)
        assert mask is not None
        np.testing.assert_array_equal(read_image(sample.image), drawn.image)
        np.testing.assert_array_equal(read_mask(mask, project.schema), drawn.labels)


def test_it_is_called_synthetic(tmp_path: Path) -> None:
    list(make_sample_project(tmp_path / "demo", 1))
    assert "ynthetic" in (tmp_path / "demo" / README).read_text()


def test_pictures_hold_every_class_and_much_background() -> None:
    labels = np.stack([draw_picture(seed).labels for seed in range(12)])
    assert labels.shape[1:] == (HEIGHT, WIDTH)
    assert set(np.unique(labels)) == {c.id for c in CELL_SCHEMA.classes}
    assert 0.5 < (labels == 0).mean() < 0.9


def test_light_is_uneven_and_there_is_noise() -> None:
    picture = draw_picture(1)
    background = picture.image[picture.labels == 0].astype(float)
    assert background.std() > 5
    blocks = [picture.image[y : y + 64, x : x + 64].mean() for y in range(0, HEIGHT, 64) for x in range(0, WIDTH, 64)]
    assert np.ptp(blocks) > 15


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UnwritableFile, match="not empty"):
        next(make_sample_project(tmp_path))
    assert content(tmp_path) == {"thesis.txt": b"mine"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    list(make_sample_project(tmp_path / "demo", 1))
    assert (tmp_path / "demo" / "segstudio.toml").is_file()


def test_stopped_before_its_end_it_leaves_nothing(tmp_path: Path) -> None:
    making = make_sample_project(tmp_path / "demo", 3)
    next(making)
    making.close()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnwritableFile, match="a file stands where a folder is needed"):
        next(make_sample_project(tmp_path / "file" / "demo"))
