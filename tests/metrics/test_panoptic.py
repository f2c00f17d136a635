"""Panoptic quality against panopticapi's steps taken one by one, torchmetrics, hand-made cases and COCO's sample."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from segstudio.core.raster import InstancePlane
from segstudio.metrics.instances import VOID
from segstudio.metrics.panoptic import Matches, Segment, mean_of, pair_up

Case = tuple[InstancePlane, InstancePlane, list[Segment], list[Segment]]


def plane(rows: Sequence[Sequence[int]]) -> InstancePlane:
    return np.array(rows, np.uint32)


def random_case(seed: int, void: bool = True) -> Case:
    """Return two maps that resemble each other; segments of three categories, some of them crowds."""
    rng = np.random.default_rng(seed)
    truth = np.kron(rng.integers(0 if void else 1, 7, (4, 4)), np.ones((3, 3), np.int64))
    prediction = np.roll(truth, int(rng.integers(0, 3)), axis=1)
    prediction[rng.random(truth.shape) < 0.2] = int(rng.integers(0 if void else 1, 9))
    true = [Segment(i, i % 3, crowd=void and rng.random() < 0.2) for i in np.unique(truth).tolist() if i != VOID]
    # Ids of the prediction are others than those of the truth.
    predicted = [Segment(i + 100, i % 3) for i in np.unique(prediction).tolist() if i != VOID]
    shifted = np.where(prediction == VOID, VOID, prediction + 100)
    return truth.astype(np.uint32), shifted.astype(np.uint32), true, predicted


def step_by_step(case: Case) -> dict[int, Matches]:
    """Go through the segments as panopticapi's evaluation does, with a mask for each."""
    truth, prediction, true, predicted = case
    found: dict[int, Matches] = {}

    def count(category: int, matches: Matches) -> None:
        found[category] = found.get(category, Matches()) + matches

    matched: set[int] = set()
    for t in true:
        for p in predicted:
            if t.crowd or t.category != p.category:
                continue
            a, b = truth == t.id, prediction == p.id
            both = int((a & b).sum())
            if both and both / (int(a.sum()) + int(b.sum()) - both - int((b & (truth == VOID)).sum())) > 0.5:
                void = int((b & (truth == VOID)).sum())
                count(t.category, Matches(both / (int(a.sum()) + int(b.sum()) - both - void), tp=1))
                matched |= {t.id, p.id}
    for t in true:
        if t.id not in matched and not t.crowd:
            count(t.category, Matches(fn=1))
    for p in predicted:
        if p.id in matched:
            continue
        b = prediction == p.id
        crowd = [t.id for t in true if t.crowd and t.category == p.category][-1:]
        if (b & np.isin(truth, [VOID, *crowd])).sum() / b.sum() <= 0.5:
            count(p.category, Matches(fp=1))
    return found


@given(st.integers(0, 2**31))
def test_counts_are_those_of_panopticapi(seed: int) -> None:
    case = random_case(seed)
    found, wanted = pair_up(*case).by_category, step_by_step(case)
    assert found.keys() == wanted.keys()
    for category, matches in wanted.items():
        ours = found[category]
        assert (ours.tp, ours.fp, ours.fn) == (matches.tp, matches.fp, matches.fn)
        assert ours.iou == pytest.approx(matches.iou, rel=1e-12)


@given(st.integers(0, 2**31))
def test_without_void_and_crowds_torchmetrics_agrees(seed: int) -> None:
    torch = pytest.importorskip("torch")
    quality = pytest.importorskip("torchmetrics.functional.detection").panoptic_quality
    truth, prediction, true, predicted = random_case(seed, void=False)
    both = []
    for ids, segments in ((truth, true), (prediction, predicted)):
        category = {s.id: s.category for s in segments}
        both.append(torch.tensor(np.stack((np.vectorize(category.__getitem__)(ids), ids.astype(int)), axis=-1))[None])
    theirs = quality(both[1], both[0], things={0, 1, 2}, stuffs=set(), return_sq_and_rq=True)
    ours = mean_of(pair_up(truth, prediction, true, predicted).by_category.values())
    np.testing.assert_allclose(ours, theirs.numpy().ravel(), atol=1e-6)


def test_more_than_a_half_matches_and_a_half_does_not() -> None:
    truth = plane([[1, 1, 1, 1, 0, 0]])
    # 3 of 4: IoU 0.75; 2 of 4: a half.
    one = pair_up(truth, plane([[0, 5, 5, 5, 0, 0]]), [Segment(1, 9)], [Segment(5, 9)])
    assert one.matched == {(1, 5): 0.75}
    half = pair_up(truth, plane([[0, 0, 5, 5, 0, 0]]), [Segment(1, 9)], [Segment(5, 9)])
    assert (half.matched, half.missed, half.false) == ({}, (1,), (5,))
    assert (half.by_category[9].pq, half.by_category[9].sq, half.by_category[9].rq) == (0.0, 0.0, 0.0)


def test_void_of_the_truth_leaves_the_union_and_void_of_the_prediction_does_not() -> None:
    truth, segments = plane([[1, 1, 1, 1, 0, 0]]), [Segment(1, 9)]
    over_void = pair_up(truth, plane([[5, 5, 5, 5, 5, 5]]), segments, [Segment(5, 9)])
    assert over_void.matched == {(1, 5): 1.0}
    # torchmetrics takes the pixels without a prediction out of the union, and finds 1.
    part_of_it = pair_up(truth, plane([[5, 5, 5, 0, 0, 0]]), segments, [Segment(5, 9)])
    assert part_of_it.matched == {(1, 5): 0.75}
    # And it does not call a segment missed that lies mostly where nothing was predicted.
    missed = pair_up(truth, plane([[5, 0, 0, 0, 0, 0]]), segments, [Segment(5, 9)])
    assert (missed.missed, missed.false) == ((1,), (5,))


def test_a_prediction_mostly_in_void_or_in_a_crowd_of_its_category_is_not_false() -> None:
    truth = plane([[0, 0, 0, 2, 2, 2, 1, 1]])
    true = [Segment(1, 9), Segment(2, 9, crowd=True)]
    predicted = [Segment(5, 9)]
    for row, false in (
        ([5, 5, 5, 0, 0, 0, 5, 0], ()),
        ([0, 0, 5, 5, 5, 0, 5, 0], ()),
        ([0, 0, 0, 0, 0, 5, 5, 0], (5,)),
    ):
        assert pair_up(truth, plane([row]), true, predicted).false == false, row
    other = pair_up(truth, plane([[0, 0, 0, 5, 5, 5, 0, 0]]), true, [Segment(5, 8)])
    assert other.false == (5,), "a crowd of another category"
    assert other.missed == (1,), "a crowd is never missed"


def test_a_segment_without_pixels_is_missed_or_false() -> None:
    found = pair_up(plane([[1, 1]]), plane([[5, 5]]), [Segment(1, 9), Segment(2, 9)], [Segment(5, 9), Segment(6, 9)])
    assert (found.missed, found.false) == ((2,), (6,))


def test_large_ids_are_told_apart() -> None:
    truth, prediction = plane([[0xFFFFFF, 0xFFFFFE]]), plane([[0xFFFFFFFF, 0xFFFFFFFE]])
    true = [Segment(0xFFFFFF, 1), Segment(0xFFFFFE, 1)]
    found = pair_up(truth, prediction, true, [Segment(0xFFFFFFFF, 1), Segment(0xFFFFFFFE, 1)])
    assert found.matched == {(0xFFFFFF, 0xFFFFFFFF): 1.0, (0xFFFFFE, 0xFFFFFFFE): 1.0}


def test_nothing_at_all_is_not_defined() -> None:
    found = pair_up(plane([[0, 0]]), plane([[0, 0]]), [], [])
    assert found.by_category == {}
    assert all(map(math.isnan, mean_of([])))
    assert all(map(math.isnan, mean_of([Matches()])))


def test_a_data_set_adds_up_before_it_divides() -> None:
    total = Matches(0.8, 1, 1, 0) + Matches(0.6, 1, 0, 1)
    assert (total.pq, total.sq, total.rq) == (1.4 / 3, 0.7, 2 / 3)


def coco_sample(folder: Path) -> list[tuple[InstancePlane, list[Segment]]]:
    document = json.loads((folder / "panoptic_examples.json").read_text(encoding="utf-8"))
    made = []
    for entry in document["annotations"]:
        with Image.open(folder / "panoptic_examples" / entry["file_name"]) as picture:
            rgb = np.array(picture.convert("RGB"), np.uint32)
        segments = [Segment(s["id"], s["category_id"], bool(s["iscrowd"])) for s in entry["segments_info"]]
        made.append((rgb @ np.array([1, 1 << 8, 1 << 16], np.uint32), segments))
    return made


def test_cocos_sample_against_itself_and_worse(shared_data: Callable[[str], Path]) -> None:
    total: dict[int, Matches] = {}
    for ids, segments in coco_sample(shared_data("coco_panoptic")):
        predicted = [Segment(s.id, s.category) for s in segments if not s.crowd]
        for category, matches in pair_up(ids, ids, segments, predicted).by_category.items():
            total[category] = total.get(category, Matches()) + matches
        worse = np.roll(ids, 15, axis=1)
        found, wanted = pair_up(ids, worse, segments, predicted), step_by_step((ids, worse, segments, predicted))
        assert {c: (m.tp, m.fp, m.fn) for c, m in found.by_category.items()} == {
            c: (m.tp, m.fp, m.fn) for c, m in wanted.items()
        }
        assert mean_of(found.by_category.values()) == pytest.approx(mean_of(wanted.values()), rel=1e-12)
    assert len(total) == 8
    assert mean_of(total.values()) == (1.0, 1.0, 1.0)
