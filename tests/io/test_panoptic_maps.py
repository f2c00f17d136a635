"""PNG files that number panoptic segments, read as classes and numbers; what does not fit together is a sentence."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import DEFAULT_COLORS, LabelClass, LabelSchema
from segstudio.io.coco_panoptic import Category, classes_of, read_panoptic
from segstudio.io.panoptic_maps import known_panoptic, read_panoptic_classes, read_panoptic_numbers, told_of
from tests.panoptic_sample import CATEGORIES, PREDICTED, PREDICTED_SEGMENTS, SEGMENTS, TRUTH, write_set


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_set(tmp_path / "truth.json", TRUTH, SEGMENTS)


def classes(path: Path) -> LabelSchema:
    return classes_of(path, read_panoptic(path).categories.values())


def test_categories_are_classes_of_the_same_ids(truth: Path) -> None:
    cat, dog, sky, void = classes(truth).classes
    assert cat == LabelClass(1, "cat", (220, 20, 60), thing=True)
    assert (dog.name, dog.color, dog.thing) == ("dog", DEFAULT_COLORS[1], True)
    assert (sky.id, sky.color, sky.thing) == (200, (1, 2, 3), False)
    assert (void.id, void.name, void.ignore, void.background) == (0, "void", True, True)


@pytest.mark.parametrize(("ids", "void"), [((1, 2), 0), ((0, 1), 255), ((0, 255), 1), ((0, 1, 255), 2)])
def test_what_has_no_segment_gets_an_id_that_no_category_has(tmp_path: Path, ids: tuple[int, ...], void: int) -> None:
    categories = [{"id": i, "name": f"n{i}", "isthing": 0} for i in ids]
    path = write_set(tmp_path / "t.json", {"a": [[0, 4]]}, [(4, ids[0], 0)], categories)
    schema = classes(path)
    assert (schema.background, schema.ignored_ids) == (void, (void,))
    plane = read_panoptic_classes(tmp_path / "t" / "a.png", schema)
    assert plane[0, [0, -1]].tolist() == [void, ids[0]]


@pytest.mark.parametrize("color", [None, [1, 2], [1, 2, 256], [1.0, 2, 3], "#010203", [True, 1, 1]])
def test_a_colour_that_is_none_is_one_of_the_palette(tmp_path: Path, color: object) -> None:
    path = write_set(tmp_path / "t.json", {}, [], [{"id": 1, "name": "x", "color": color}])
    assert classes(path).classes[0].color == DEFAULT_COLORS[0]


@pytest.mark.parametrize("number", [-1, 65536])
def test_a_category_beyond_what_a_class_can_be_is_a_sentence(tmp_path: Path, number: int) -> None:
    with pytest.raises(UnreadableFile, match=f"category {number} has an id outside 0 to 65535"):
        classes_of(tmp_path / "t.json", [Category(number, "x", True)])


def test_both_planes(truth: Path) -> None:
    path = truth.with_suffix("") / "a.png"
    plane, numbers = read_panoptic_classes(path, classes(truth)), read_panoptic_numbers(path)
    assert numbers is not None
    assert (plane.dtype.name, numbers.dtype.name, plane.shape, numbers.shape) == ("uint8", "uint32", (24, 32), (24, 32))
    assert plane[::8, ::8].tolist() == [[1, 1, 200, 200], [1, 0, 200, 1], [7, 7, 200, 1]]
    assert numbers[::8, ::8].tolist() == [[5, 5, 9, 9], [5, 0, 9, 70_000], [0, 0, 9, 70_000]]  # a crowd is no object


def test_a_prediction_without_categories_has_those_of_the_class_table(tmp_path: Path, truth: Path) -> None:
    write_set(tmp_path / "net.json", PREDICTED, PREDICTED_SEGMENTS, None)
    plane = read_panoptic_classes(tmp_path / "net" / "a.png", classes(truth))
    assert plane[::8, ::8].tolist() == [[1, 1, 1, 200], [1, 0, 200, 200], [7, 7, 200, 1]]
    without_dog = LabelSchema(tuple(c for c in classes(truth).classes if c.id != 7))
    with pytest.raises(UnreadableFile, match="segment 77 is of the category 7, which there is not"):
        read_panoptic_classes(tmp_path / "net" / "a.png", without_dog)


def test_where_nothing_is_a_thing_nothing_is_told_apart(tmp_path: Path) -> None:
    stuff = [entry | {"isthing": 0} for entry in CATEGORIES]
    write_set(tmp_path / "truth.json", TRUTH, SEGMENTS, stuff)
    assert read_panoptic_numbers(tmp_path / "truth" / "a.png") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["annotations"].pop(0), "truth.json has no annotation for it"),
        (lambda d: d["annotations"][0]["segments_info"].pop(0), "it holds the segment 5, which the JSON does not list"),
        (lambda d: d["annotations"][0]["segments_info"][0].update(category_id=3), "of the category 3, which there is"),
        (lambda d: d["annotations"][1].update(file_name="a.png"), "a.png is named for two images"),
    ],
)
def test_what_does_not_fit_together_is_a_sentence(truth: Path, change: Callable[[Any], object], said: str) -> None:
    document = json.loads(truth.read_text(encoding="utf-8"))
    schema = classes(truth)
    change(document)
    truth.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UnreadableFile, match="could not be read") as caught:
        read_panoptic_classes(truth.with_suffix("") / "a.png", schema)
    assert said in str(caught.value)


def test_a_picture_whose_json_is_gone_is_a_sentence(truth: Path) -> None:
    schema = classes(truth)
    truth.unlink()
    with pytest.raises(UnreadableFile, match=r"truth\.json, which says what it numbers, is missing"):
        read_panoptic_classes(truth.with_suffix("") / "a.png", schema)


def test_the_json_is_read_once_and_anew_when_it_changed(truth: Path) -> None:
    first = known_panoptic(truth)
    assert known_panoptic(truth) is first
    told = told_of(truth.with_suffix("") / "a.png")
    text = truth.read_text(encoding="utf-8").replace('"category_id": 200', '"category_id": 7')
    truth.write_text(text, encoding="utf-8")
    assert known_panoptic(truth) is not first
    assert told_of(truth.with_suffix("") / "a.png") != told
    os.utime(truth, ns=(1, 1))
    assert known_panoptic(truth) is not first


def test_few_json_files_are_kept(tmp_path: Path) -> None:
    paths = [write_set(tmp_path / f"{i}.json", {}, []) for i in range(5)]
    first = known_panoptic(paths[0])
    for path in paths[1:]:
        known_panoptic(path)
    assert known_panoptic(paths[0]) is not first


@settings(max_examples=30)
@given(data=st.data())
def test_planes_are_those_of_a_plain_look_up(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(1, (1 << 24) - 1), min_size=1, max_size=6, unique=True))
    numbers = data.draw(st.lists(st.lists(st.sampled_from([0, *ids]), min_size=3, max_size=3), min_size=1, max_size=3))
    segments = [(i, data.draw(st.sampled_from([1, 7, 200])), data.draw(st.integers(0, 1))) for i in ids]
    path = write_set(tmp_path_factory.mktemp("set") / "t.json", {"a": numbers}, segments)
    picture = path.with_suffix("") / "a.png"
    category = {0: 0} | {i: c for i, c, _ in segments}
    own = {0: 0} | {i: 0 if crowd else i for i, _, crowd in segments}
    told = read_panoptic_numbers(picture)
    assert told is not None
    assert told[::8, ::8].tolist() == [[own[i] for i in row] for row in numbers]
    plane = read_panoptic_classes(picture, classes(path))
    assert plane[::8, ::8].tolist() == [[category[i] for i in row] for row in numbers]


def test_cocos_own_sample_has_the_areas_of_its_json(shared_data: Callable[[str], Path]) -> None:
    path = shared_data("coco_panoptic") / "panoptic_examples.json"
    schema = classes(path)
    assert (len(schema.scored), len(schema.things), schema.background) == (133, 80, 0)
    for image in read_panoptic(path).images.values():
        plane, numbers = read_panoptic_classes(image.path, schema), read_panoptic_numbers(image.path)
        for segment in image.segments:
            inside = (plane == segment.category) & (numbers == (0 if segment.crowd else segment.id))
            assert np.count_nonzero(inside) == segment.area
