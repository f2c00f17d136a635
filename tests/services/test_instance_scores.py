"""Objects of pairs compared and added up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelMap
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.conventions import Counted, coco_panoptic
from segstudio.metrics.panoptic import Matches, mean_of
from segstudio.services.instance_scores import ImageObjects, compare_objects, matched_at, score_objects
from segstudio.services.object_maps import ObjectMap, RunResults, objects_without_numbers
from segstudio.services.open_objects import match_image, total_of
from segstudio.services.scoring import Mask, Pair

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cat", (9, 0, 0), thing=True),
        LabelClass(2, "dog", (0, 9, 0), thing=True),
        LabelClass(255, "void", (0, 0, 0), ignore=True),
    )
)


def image(seed: int) -> ImageObjects:
    rng = np.random.default_rng(seed)
    numbers = np.kron(rng.integers(0, 5, (4, 4)), np.ones((3, 3), int)).astype(np.uint32)
    classes = np.where(numbers > 0, 1 + numbers % 2, 0).astype(np.uint8)
    classes[numbers == 4] = 255
    told = np.where(classes == 255, 0, numbers).astype(np.uint32)
    moved = np.roll(numbers, int(rng.integers(0, 3)), axis=1)
    predicted = np.where(moved > 0, 1 + rng.permutation(6)[moved] % 2, 0).astype(np.uint8)
    scores = {number: float(rng.integers(1, 10)) / 10 for number in range(1, 5)}
    return compare_objects(
        ObjectMap(LabelMap(classes, told), {}, numbered=True),
        ObjectMap(LabelMap(predicted, moved.astype(np.uint32)), scores, numbered=True),
        SCHEMA,
    )


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=4), st.floats(0.05, 0.95), st.floats(0, 1))
def test_objects_are_each_counted_once(seeds: list[int], threshold: float, least: float) -> None:
    images = [image(seed) for seed in seeds]
    counts = total_of(match_image(image, threshold, least) for image in images).counts
    truths = sum(len(i.overlap.truth.numbers) for i in images)
    sure = sum(int((i.overlap.prediction.scores >= least).sum()) for i in images)
    assert counts.matched + counts.mistaken + counts.missed == truths
    assert counts.matched + counts.mistaken + counts.false <= sure, "the rest is excused"
    by_class = [
        total_of([match_image(image, threshold, least, label) for image in images], label).counts for label in (1, 2)
    ]
    assert sum(c.matched for c in by_class) == counts.matched
    assert sum(c.missed for c in by_class) == counts.missed + counts.mistaken


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=3))
def test_the_matrix_has_every_object(seeds: list[int]) -> None:
    overlaps = [image(seed).overlap for seed in seeds]
    found = matched_at(overlaps, (1, 2))
    matrix = found.confusion
    assert matrix[:2].sum() == sum(len(o.truth.numbers) for o in overlaps)
    assert matrix[0, 0] + matrix[1, 1] == found.counts.matched
    assert matrix[0, 1] + matrix[1, 0] == found.counts.mistaken
    assert (matrix[:2, 2].sum(), matrix[2].sum()) == (found.counts.missed, found.counts.false)


def test_stuff_and_things_are_segments_and_void_is_none() -> None:
    classes = np.array([[0, 0, 1, 1, 255]], np.uint8)
    sides = [
        ObjectMap(LabelMap(classes, np.array([numbers], np.uint32)), {}, numbered=True)
        for numbers in ([0, 0, 7, 7, 0], [0, 0, 9, 9, 0])
    ]
    found = compare_objects(sides[0], sides[1], SCHEMA).panoptic
    assert {c: (m.tp, m.fp, m.fn, m.iou) for c, m in found.items()} == {0: (1, 0, 0, 1.0), 1: (1, 0, 0, 1.0)}


def test_what_cannot_be_compared_is_a_step_with_an_error(tmp_path: Path) -> None:
    for name, width in (("t", 4), ("p", 3)):
        Image.fromarray(np.ones((2, width), np.uint8)).save(tmp_path / f"{name}.png")
    truth, prediction = Mask(tmp_path / "t.png"), Mask(tmp_path / "p.png")
    pairs = [Pair("a", truth, prediction), Pair("b", truth, None), Pair("c", truth, truth)]
    steps = list(score_objects(pairs, SCHEMA, RunResults()))
    assert [(step.id, step.done, step.total, step.found is None) for step in steps] == [
        ("a", 1, 3, True),
        ("b", 2, 3, True),
        ("c", 3, 3, False),
    ]
    assert "3 x 2 pixels" in str(steps[0].error)
    assert "no prediction" in str(steps[1].error)
    nothing = list(score_objects(pairs[1:2], SCHEMA, RunResults(complete=True)))
    assert nothing[0].found is not None
    assert total_of([match_image(nothing[0].found, 0.5, 0.0)]).counts.missed == 1


def test_no_image_comes_to_nothing_that_is_defined() -> None:
    total = total_of([])
    assert (total.images, total.counts.matched, total.sure) == (0, 0, False)
    assert total.panoptic[0] != total.panoptic[0]
    assert matched_at([], (1,)).averages["voc"] != pytest.approx(0)


def test_without_things_pq_takes_a_class_for_one_segment_as_the_conventions_do() -> None:
    schema = LabelSchema(tuple(LabelClass(i, str(i), (i, 0, 0), ignore=i == 3) for i in range(4)))
    rng = np.random.default_rng(4)
    matches: dict[int, Matches] = {}
    counted = []
    for _ in range(6):
        truth = np.kron(rng.integers(0, 4, (5, 5)), np.ones((4, 4), int)).astype(np.uint8)
        predicted = np.where(rng.random(truth.shape) < 0.3, rng.integers(0, 4, truth.shape), truth).astype(np.uint8)
        sides = [objects_without_numbers(LabelMap(plane), schema.things) for plane in (truth, predicted)]
        found = compare_objects(sides[0], sides[1], schema)
        assert not found.apart
        for category, of in found.panoptic.items():
            matches[category] = matches.get(category, Matches()) + of
        ignored = np.array([c.ignore for c in schema.classes])
        opened = LabelSchema(tuple(replace(c, ignore=False) for c in schema.classes))
        counted.append(Counted.of(Confusion.of(truth, predicted, opened), ignored))
    assert max(of.tp + of.fn for of in matches.values()) <= 6, "one segment of a class an image"
    assert mean_of(matches.values())[0] == pytest.approx(coco_panoptic(Counted.together(counted)).pq)
    numbered = sides[0]._replace(numbered=True)
    assert compare_objects(numbered, numbered, schema).apart
    assert compare_objects(numbered, numbered, schema).panoptic[0].tp > 1
