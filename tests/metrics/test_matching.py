"""Which object is which: hand-made maps, and pycocotools on random ones."""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap
from segstudio.core.rle import numbered_counts
from segstudio.metrics.instances import Floats, Overlap, coded, meet, objects_of, overlap
from segstudio.metrics.matching import Matching, class_matrix, match

VOID = 255
SCORED = (0, 1, 2)


def planes(
    numbers: Sequence[Sequence[int]] | np.ndarray[Any, Any], classes: Sequence[Sequence[int]] | int = 1
) -> LabelMap:
    """Return two planes: of one class where nothing else is said."""
    instances = np.array(numbers, np.uint32)
    ids = np.where(instances > 0, classes, 0) if isinstance(classes, int) else np.array(classes)
    return LabelMap(ids.astype(np.uint8), instances)


def overlaps(truth: LabelMap, prediction: LabelMap, scores: Sequence[float] | Floats | None = None) -> Overlap:
    predicted = objects_of(prediction, SCORED)
    if scores is not None:
        predicted = predicted._replace(scores=np.array(scores, np.float64))
    return overlap(objects_of(truth, SCORED), predicted, meet(coded(truth, SCORED), coded(prediction, SCORED)))


def matched(truth: LabelMap, prediction: LabelMap, threshold: float = 0.5) -> Matching:
    return match(overlaps(truth, prediction), threshold)


def test_the_iou_of_a_pair_is_by_hand() -> None:
    found = overlaps(planes([[1, 1, 1, 1, 0, 0]]), planes([[0, 0, 5, 5, 5, 0]]))
    assert found.iou().tolist() == [2 / 5]
    assert match(found, 0.4).pairs == ((1, 5, 0.4),)
    assert (match(found, 0.41).pairs, match(found, 0.41).missed, match(found, 0.41).false) == ((), (1,), (5,))


def test_empty_sides_and_numbers_with_gaps() -> None:
    nothing = planes([[0, 0, 0]])
    some = planes([[7, 0, 4000]])
    assert matched(nothing, nothing) == ((), (), (), (), (), (), ())
    assert matched(some, nothing).missed == (7, 4000)
    assert matched(nothing, some).false == (7, 4000)
    assert [pair[:2] for pair in matched(some, some).pairs] == [(7, 7), (4000, 4000)]


def test_a_full_picture_and_a_single_pixel() -> None:
    assert matched(planes(np.full((3, 4), 9)), planes(np.full((3, 4), 2))).pairs == ((9, 2, 1.0),)
    assert matched(planes([[0, 3, 0]]), planes([[0, 8, 0]])).pairs == ((3, 8, 1.0),)


def test_touching_objects_are_told_apart() -> None:
    found = matched(planes([[1, 1, 2, 2]]), planes([[4, 4, 3, 3]]))
    assert found.pairs == ((1, 4, 1.0), (2, 3, 1.0))
    assert (found.merged, found.split) == ((), ())


def test_one_prediction_over_two_objects_is_merged_and_two_over_one_are_split() -> None:
    merged = matched(planes([[1, 1, 1, 2, 2, 0]]), planes([[5, 5, 5, 5, 5, 0]]))
    assert (merged.merged, merged.split) == ((5,), ())
    assert merged.pairs == ((1, 5, 0.6),)
    assert merged.missed == (2,)
    split = matched(planes([[5, 5, 5, 5, 5, 0]]), planes([[1, 1, 1, 2, 2, 0]]))
    assert (split.merged, split.split) == ((), (5,))
    # Half of an object is not most of it.
    assert matched(planes([[1, 1, 2, 2]]), planes([[5, 5, 5, 0]])).merged == ()


def test_the_surer_prediction_chooses_first_and_of_equals_the_nearer() -> None:
    truth, prediction = planes([[1, 1, 1, 1, 1]]), planes([[5, 5, 6, 6, 6]])
    assert match(overlaps(truth, prediction, (0.9, 0.1)), 0.3).pairs == ((1, 5, 0.4),)
    assert match(overlaps(truth, prediction), 0.3).pairs == ((1, 6, 0.6),)


def test_predictions_below_the_least_score_are_not_there() -> None:
    found = overlaps(planes([[1, 1, 0, 2]]), planes([[5, 5, 0, 6]]), (0.9, 0.2))
    sure = match(found, 0.5, least_score=0.5)
    assert ([pair.prediction for pair in sure.pairs], sure.missed, sure.false) == ([5], (2,), ())


def test_another_class_is_a_mistake_and_counted_in_the_matrix() -> None:
    truth = planes([[1, 1, 2, 2, 0, 3]], [[1, 1, 2, 2, 0, 1]])
    prediction = planes([[1, 1, 2, 2, 4, 0]], [[1, 1, 1, 1, 2, 0]])
    found = overlaps(truth, prediction)
    one = match(found)
    assert (one.pairs, one.mistaken, one.missed, one.false) == (((1, 1, 1.0),), ((2, 2, 1.0),), (3,), (4,))
    # Rows: class 1, class 2, nothing; columns alike.
    assert class_matrix([(found, one)], (1, 2)).tolist() == [[1, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_objects_of_one_class_go_before_those_of_another() -> None:
    truth = planes([[1, 1, 1, 1, 2, 2]], [[1, 1, 1, 1, 2, 2]])
    prediction = planes([[5, 5, 5, 6, 6, 6]], [[2, 2, 2, 1, 1, 1]])
    found = match(overlaps(truth, prediction), 0.1)
    assert [pair[:2] for pair in found.pairs] == [(1, 6)]
    assert found.mistaken == ()
    assert (found.missed, found.false) == ((2,), (5,))


def test_what_lies_mostly_in_void_or_in_things_not_told_apart_is_excused() -> None:
    void = LabelMap(np.array([[VOID, VOID, VOID, 0, 1, 1]], np.uint8), np.zeros((1, 6), np.uint32))
    assert matched(void, planes([[0, 5, 5, 5, 0, 0]])).excused == (5,)
    assert matched(void, planes([[0, 0, 5, 5, 0, 0]])).false == (5,)
    # The last two pixels are of class 1 without a number: a crowd.
    assert matched(void, planes([[0, 0, 0, 5, 5, 5]])).excused == (5,)
    assert matched(void, planes([[0, 0, 0, 5, 5, 5]], [[0, 0, 0, 2, 2, 2]])).false == (5,)


def test_an_object_is_split_by_predictions_of_which_most_is_void() -> None:
    """Ignored pixels are of no prediction: of each only the pixel in the object is left."""
    truth = LabelMap(np.array([[VOID, VOID, 1, 1, VOID, VOID]], np.uint8), np.array([[0, 0, 3, 3, 0, 0]], np.uint32))
    assert matched(truth, planes([[4, 4, 4, 5, 5, 5]])).split == (3,)


def test_void_leaves_the_union() -> None:
    truth = LabelMap(np.array([[1, 1, VOID, VOID]], np.uint8), np.array([[3, 3, 0, 0]], np.uint32))
    assert matched(truth, planes([[8, 8, 8, 8]])).pairs == ((3, 8, 1.0),)


@given(st.integers(0, 2**31))
def test_iou_and_matches_are_those_of_pycocotools(seed: int) -> None:
    masks, evaluation = (importlib.import_module(f"pycocotools.{name}") for name in ("mask", "cocoeval"))
    rng = np.random.default_rng(seed)
    numbers = np.kron(rng.integers(0, 5, (4, 4)), np.ones((3, 4), int))
    truth, prediction = planes(numbers), planes(np.roll(numbers, int(rng.integers(0, 3)), axis=1) * 10)
    count = len(objects_of(prediction, SCORED).numbers)
    found = overlaps(truth, prediction, rng.permutation(count) / 10)
    codes = [
        {n: masks.frPyObjects({"size": list(numbers.shape), "counts": c}, *numbers.shape) for n, c in counts.items()}
        for counts in (numbered_counts(side.instances) for side in (truth, prediction) if side.instances is not None)
    ]
    if not all(codes):
        return
    theirs = masks.iou(list(codes[1].values()), list(codes[0].values()), [0] * len(codes[0]))
    ours = np.zeros_like(theirs)
    ours[found.p, found.t] = found.iou()
    np.testing.assert_array_equal(ours, theirs)
    threshold = float(rng.choice([0.1, 0.3, 0.5, 0.75]))
    wanted = greedy(evaluation, codes, found, threshold)
    assert {pair[:2] for pair in match(found, threshold).pairs} == wanted


def greedy(evaluation: Any, codes: list[dict[int, Any]], found: Overlap, threshold: float) -> set[tuple[int, int]]:
    """Return what pycocotools matches in one image of one category, by numbers."""
    run = evaluation.COCOeval(iouType="segm")
    run.params.imgIds, run.params.catIds = [1], [1]
    run.params.iouThrs, run.params.areaRng = [threshold], [[0, 1e10]]
    # Ids from 1: it takes a match with id 0 for none.
    run._gts[1, 1] = [{"id": n, "ignore": 0, "iscrowd": 0, "area": 5, "segmentation": c} for n, c in codes[0].items()]
    scores = found.prediction.scores.tolist()
    run._dts[1, 1] = [
        {"id": n, "score": s, "area": 5, "segmentation": c} for (n, c), s in zip(codes[1].items(), scores, strict=True)
    ]
    run.ious = {(1, 1): run.computeIoU(1, 1)}
    image = run.evaluateImg(1, 1, [0, 1e10], 100)
    return {(int(g), d) for g, d in zip(image["dtMatches"][0], image["dtIds"], strict=True) if g}
