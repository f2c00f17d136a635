"""Precision against recall: hand-made rankings, scikit-learn, and COCO's published sample by way of pycocotools."""

import contextlib
import importlib
import io
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.errors import SegstudioError
from segstudio.metrics.average_precision import Ranking, all_points, by_ranking, curve, eleven_points, ranking
from segstudio.metrics.average_precision_coco import TWELVE, coco_figures
from segstudio.metrics.matching import match
from tests.metrics.test_matching import overlaps, planes

SAMPLE = "scored/coco_val2014_100"
PUBLISHED = {
    "segm": (0.320, 0.562, 0.299, 0.387, 0.310, 0.327, 0.268, 0.415, 0.417, 0.469, 0.377, 0.381),
    "bbox": (0.505, 0.697, 0.573, 0.586, 0.519, 0.501, 0.387, 0.594, 0.595, 0.640, 0.566, 0.564),
}


def ranked(*right: int, truths: int) -> Ranking:
    return Ranking(np.linspace(0.9, 0.1, len(right)), np.array(right, np.bool_), truths)


def test_the_lectures_two_queries() -> None:
    first, second = by_ranking(ranked(1, 0, 1, truths=2)), by_ranking(ranked(1, 1, truths=2))
    assert first == pytest.approx(5 / 6, rel=1e-15)
    assert second == 1.0
    assert (first + second) / 2 == pytest.approx(11 / 12, rel=1e-15)


def test_vocs_two_averages_of_the_same_ranking() -> None:
    once = ranked(1, 0, 1, truths=2)
    assert eleven_points(once) == pytest.approx((6 * 1 + 5 * 2 / 3) / 11, rel=1e-12)
    assert all_points(once) == pytest.approx(0.5 + 0.5 * 2 / 3, rel=1e-12)
    # Three of ten found is a recall of exactly 0.3.
    assert eleven_points(ranked(1, 1, 1, truths=10)) == 4 / 11


def test_missed_objects_pull_every_average_down_and_nothing_found_is_zero() -> None:
    assert by_ranking(ranked(1, truths=4)) == all_points(ranked(1, truths=4)) == 0.25
    for average in (by_ranking, all_points, eleven_points):
        assert average(ranked(truths=3)) == 0.0
        assert average(ranked(0, 0, truths=3)) == 0.0
        assert math.isnan(average(ranked(0, truths=0)))
        assert math.isnan(average(ranked(truths=0)))


def test_the_curve_at_each_rank() -> None:
    found = curve(ranked(1, 0, 1, truths=2))
    assert found.precision.tolist() == [1.0, 0.5, 2 / 3]
    assert found.recall.tolist() == [0.5, 0.5, 1.0]
    assert np.isnan(curve(ranked(0, truths=0)).recall).all()


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_scikit_learn_agrees_where_all_is_found(right: list[bool]) -> None:
    if not any(right):
        return
    scores = np.linspace(0.9, 0.1, len(right))
    theirs = importlib.import_module("sklearn.metrics").average_precision_score(right, scores)
    assert by_ranking(Ranking(scores, np.array(right), sum(right))) == pytest.approx(theirs, rel=1e-12)


def test_a_ranking_is_made_of_images_and_leaves_out_what_is_excused() -> None:
    one = overlaps(planes([[1, 1, 0, 2]]), planes([[5, 5, 6, 0]]), (0.4, 0.9))
    other = overlaps(planes([[1, 1]], [[2, 2]]), planes([[3, 3]], [[2, 2]]), (0.6,))
    made = [(found, match(found)) for found in (one, other)]
    every = ranking(made)
    assert (every.scores.tolist(), every.right.tolist(), every.truths) == ([0.9, 0.6, 0.4], [False, True, True], 3)
    of_one = ranking(made, 1)
    assert (of_one.scores.tolist(), of_one.right.tolist(), of_one.truths) == ([0.9, 0.4], [False, True], 2)
    pardoned = [(one, match(one)._replace(false=(), excused=(6,)))]
    assert ranking(pardoned).right.tolist() == [True]


def by_pycocotools(truth: dict[str, Any], results: list[dict[str, Any]], kind: str) -> Any:
    """Return pycocotools' evaluation; figures of -1 are those that are not defined."""
    module, evaluation = (importlib.import_module(f"pycocotools.{name}") for name in ("coco", "cocoeval"))
    with contextlib.redirect_stdout(io.StringIO()):
        data = module.COCO()
        data.dataset = truth
        data.createIndex()
        run = evaluation.COCOeval(data, data.loadRes(results), kind)
        run.evaluate()
        run.accumulate()
        run.summarize()
    return run


def sample(folder: Path, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    name = {"segm": "segm", "bbox": "bbox"}[kind]
    files = "instances_val2014_100.json", f"instances_val2014_fake{name}100_results.json"
    truth, results = (json.loads((folder / file).read_text(encoding="utf-8")) for file in files)
    return truth, results


@pytest.mark.parametrize("kind", ["segm", "bbox"])
def test_cocos_sample_is_scored_as_published_and_as_by_pycocotools(
    kind: Any, shared_data: Callable[[str], Path]
) -> None:
    truth, results = sample(shared_data(SAMPLE), kind)
    found = coco_figures(truth, results, kind)
    assert tuple(round(found.summary[key], 3) for key in TWELVE) == PUBLISHED[kind]
    run = by_pycocotools(*sample(shared_data(SAMPLE), kind), kind)
    np.testing.assert_allclose([found.summary[key] for key in TWELVE], run.stats, rtol=0, atol=1e-9)
    for place, category in enumerate(run.params.catIds):
        theirs = run.eval["precision"][:, :, place, 0, -1]
        if theirs.min() < 0:
            assert all(map(math.isnan, found.by_category[category]))
        else:
            assert found.by_category[category] == pytest.approx((theirs.mean(), theirs[0].mean()), abs=1e-9)
            np.testing.assert_allclose(found.precision[category], theirs[0], atol=1e-9)


def small(*annotations: dict[str, Any]) -> dict[str, Any]:
    made = [{"id": i, "image_id": 1, "iscrowd": 0, **entry} for i, entry in enumerate(annotations, 1)]
    images = [{"id": 1, "width": 100, "height": 100}, {"id": 2, "width": 100, "height": 100}]
    return {"images": images, "categories": [{"id": 5, "name": "a"}, {"id": 9, "name": "b"}], "annotations": made}


def boxed(category: int, *box: float, **more: Any) -> dict[str, Any]:
    return {"category_id": category, "bbox": list(box), "area": box[2] * box[3], **more}


@given(st.integers(0, 2**31))
def test_random_boxes_are_scored_as_by_pycocotools(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def some(count: int) -> list[dict[str, Any]]:
        sides = rng.integers(1, 60, (count, 4)).tolist()
        classes = rng.choice((5, 9), count).tolist()
        return [boxed(c, *side, image_id=int(rng.integers(1, 3))) for c, side in zip(classes, sides, strict=True)]

    truth = small(*(dict(entry, iscrowd=int(rng.random() < 0.2)) for entry in some(int(rng.integers(1, 8)))))
    found = [{"score": float(rng.choice((0.1, 0.5, 0.9)))} | entry for entry in some(int(rng.integers(1, 12)))]
    results = [{key: value for key, value in entry.items() if key != "area"} for entry in found]
    ours = coco_figures(json.loads(json.dumps(truth)), results, "bbox")
    theirs = by_pycocotools(truth, [dict(entry) for entry in results], "bbox").stats
    np.testing.assert_allclose([-1 if math.isnan(v) else v for v in ours.summary.values()], theirs, rtol=0, atol=1e-9)


def test_nothing_in_the_truth_is_not_defined_and_nothing_found_is_zero() -> None:
    crowd = boxed(5, 0, 0, 50, 50, iscrowd=1)
    found = coco_figures(small(crowd), [{"image_id": 1, "category_id": 5, "score": 0.5, "bbox": [0, 0, 9, 9]}], "bbox")
    assert all(map(math.isnan, found.summary.values())), "a crowd is no object to be found"
    nothing = coco_figures(small(boxed(5, 0, 0, 50, 50)), [], "bbox")
    assert (nothing.summary["ap"], nothing.summary["ar100"], nothing.by_category[5]) == (0.0, 0.0, (0.0, 0.0))
    assert all(map(math.isnan, nothing.by_category[9]))


def test_an_annotation_of_id_0_can_be_found() -> None:
    truth = small(boxed(5, 0, 0, 50, 50, id=0))
    found = coco_figures(truth, [{"image_id": 1, "category_id": 5, "score": 0.5, "bbox": [0, 0, 50, 50]}], "bbox")
    # pycocotools finds 0: it takes the id of what was matched for "nothing was".
    assert found.summary["ap"] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("ids", [(-7, -3), (2**63 - 2, 2**63 - 1), (3, 2**40)])
def test_ids_may_be_any_whole_number_of_64_bits(ids: tuple[int, int]) -> None:
    image, category = ids
    truth: dict[str, Any] = {
        "images": [{"id": image, "width": 100, "height": 100}],
        "categories": [{"id": category, "name": "b"}, {"id": image, "name": "a"}],
        "annotations": [boxed(category, 0, 0, 50, 50, id=1, image_id=image, iscrowd=0)],
    }
    result = {"image_id": image, "category_id": category, "score": 0.5, "bbox": [0, 0, 50, 50]}
    found = coco_figures(truth, [result], "bbox")
    assert found.by_category[category] == pytest.approx((1.0, 1.0), abs=1e-12)
    assert all(map(math.isnan, found.by_category[image])), "the truth has none of this category"


def test_without_hotcoco_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hotcoco", None)
    with pytest.raises(SegstudioError, match="hotcoco") as caught:
        coco_figures(small(boxed(5, 0, 0, 50, 50)), [], "bbox")
    assert "segstudio[coco]" in caught.value.hint
