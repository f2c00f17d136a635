"""What labels hold, against plain counting."""

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.metrics.label_counts import count_labels
from segstudio.services.label_report import to_csv, to_json, to_text
from segstudio.services.label_statistics import LabelStatistics, image_sizes, read_statistics
from segstudio.services.scoring import Mask, Pair

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(3, "cell", (255, 0, 0)),
        LabelClass(9, "rare", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
LABELS = [c.id for c in SCHEMA.classes]


@given(st.integers(0, 2**31))
def test_pixels_and_regions_are_as_scipy_counts_them(seed: int) -> None:
    plane = np.random.default_rng(seed).choice([0, 3, 77], (13, 17), p=[0.6, 0.3, 0.1]).astype(np.uint8)
    found = count_labels(plane, LABELS)
    assert found.shape == (13, 17)
    for place, label in enumerate(LABELS):
        assert found.pixels[place] == (plane == label).sum()
        numbers, regions = scipy.ndimage.label(plane == label, np.ones((3, 3)))
        areas = np.bincount(numbers.ravel())[1:]
        wanted = np.zeros_like(found.regions[place])
        for area in areas:
            wanted[int(area).bit_length() - 1] += 1
        assert regions == found.regions[place].sum()
        np.testing.assert_array_equal(found.regions[place], wanted)
    assert found.other == (plane == 77).sum()


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    made = []
    for name, cells, size in (("a", 4, 10), ("b", 0, 10), ("c", 9, 20)):
        plane = np.zeros((size, size), np.uint8)
        plane[2:4, :cells] = 3
        plane[-1, -1] = 255
        write_mask(tmp_path / f"{name}.png", plane, SCHEMA)
        made.append(Pair(name, Mask(tmp_path / f"{name}.png"), None))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return [*made, Pair("broken", Mask(tmp_path / "broken.png"), None)]


def read(pairs: list[Pair], root: Path) -> LabelStatistics:
    found = LabelStatistics(SCHEMA)
    for step in read_statistics(pairs, SCHEMA, root):
        found.add(step)
    return found


def test_a_data_set_is_the_sum_of_its_images(pairs: list[Pair], tmp_path: Path) -> None:
    found = read(pairs, tmp_path)
    assert found.ids == ["a", "b", "c"]
    assert list(found.failures) == ["broken"]
    assert found.pixels.tolist() == [600 - 26 - 3, 26, 0, 3]
    assert found.images.tolist() == [3, 2, 0, 3]
    assert found.regions.tolist() == [3, 2, 0, 3]
    assert found.mean_area[1] == 13
    assert math.isnan(found.mean_area[2])
    assert found.share.sum() == pytest.approx(1)
    assert found.together.tolist() == [[3, 2, 0, 3], [2, 2, 0, 2], [0, 0, 0, 0], [3, 2, 0, 3]]
    assert found.having(1) == ["c", "a"], "most pixels first"
    assert image_sizes(found.shapes) == [((10, 10), 2), ((20, 20), 1)]
    again = read(pairs, tmp_path)
    np.testing.assert_array_equal(again.sizes, found.sizes)
    np.testing.assert_array_equal(again.by_image, found.by_image)


def test_what_is_kept_is_not_that_of_other_files(pairs: list[Pair], tmp_path: Path) -> None:
    read(pairs, tmp_path)
    write_mask(pairs[1].truth.path, np.full((10, 10), 9, np.uint8), SCHEMA)
    assert read(pairs, tmp_path).pixels[2] == 100


def test_tables_and_files_say_the_same(pairs: list[Pair], tmp_path: Path) -> None:
    found = read(pairs, tmp_path)
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    assert [row["name"] for row in rows] == ["ground", "cell", "rare", "void"]
    assert (rows[1]["pixels"], rows[1]["regions_from_8"], rows[1]["regions_from_16"]) == ("26", "1", "1")
    assert rows[2]["mean_area"] == ""
    document = json.loads(to_json(found, per_image=True))
    assert document["classes"][1]["share"] == pytest.approx(26 / 600)
    assert document["per_image"][0]["pixels"] == {"0": 91, "3": 8, "9": 0, "255": 1}
    assert document["failures"][0]["id"] == "broken"
    text = to_text(found)
    assert "3 labelled images, 600 pixels" in text
    assert "Images that have both" in text


def test_of_no_image_nothing_is_defined() -> None:
    found = LabelStatistics(SCHEMA)
    assert np.isnan(found.share).all()
    assert found.having(0) == []
    assert "0 labelled images" in to_text(found)
    assert json.loads(to_json(found))["classes"][0]["share"] is None
