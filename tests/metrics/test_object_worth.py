"""What correcting an object adds to PQ is what PQ becomes more once it is corrected in the pixels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import LabelMap
from segstudio.metrics.instances import Objects, Overlap, coded, meet, objects_of, overlap
from segstudio.metrics.matching import match
from segstudio.metrics.object_worth import Quality, Standing
from segstudio.metrics.panoptic import Matches, mean_of, paired, segments_of

CLASSES = (1, 2)
THINGS = (1, 2)
Rows = list[tuple[int, int]]


def plane(*rows: str, classes: dict[str, int] | None = None) -> LabelMap:
    """Return labels from pictures of letters, one an object; "." is background. Capitals are of class 2."""
    letters = np.array([list(row) for row in rows])
    numbers = np.zeros(letters.shape, np.uint32)
    labels = np.zeros(letters.shape, np.uint8)
    for letter in np.unique(letters):
        if letter == "?":
            labels[letters == letter] = 9  # ignored
        elif letter != ".":
            numbers[letters == letter] = ord(letter)
            labels[letters == letter] = 2 if letter.isupper() else 1
    return LabelMap(labels, numbers)


def compared(truth: LabelMap, prediction: LabelMap) -> tuple[Overlap, dict[int, Matches]]:
    true, predicted = objects_of(truth, CLASSES), objects_of(prediction, CLASSES)
    met = meet(coded(truth, (0, *CLASSES)), coded(prediction, (0, *CLASSES)))
    sides = [
        segments_of(codes.tolist(), found, THINGS, truth=first)
        for codes, found, first in ((met.truth, true, True), (met.prediction, predicted, False))
    ]
    by_class = paired(met, *sides).by_category
    return overlap(true, predicted, met), {c: of for c, of in by_class.items() if c in CLASSES}


def gain(truth: LabelMap, before: LabelMap, after: LabelMap) -> float:
    found = [mean_of(compared(truth, side)[1].values())[0] for side in (before, after)]
    return found[1] - found[0]


def worth(
    truth: LabelMap, prediction: LabelMap, t: str = "", p: str = "", merged: bool = False, split: bool = False
) -> float:
    found, counts = compared(truth, prediction)
    correction = Standing(found).correction(ord(t) if t else None, ord(p) if p else None, merged, split)
    return Quality(counts).worth(correction)


TRUTH = plane("aaaa..bbbb", "aaaa..bbbb", "..........", "CCCC..dddd", "CCCC..dddd")


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [
        (  # missed: d
            plane("aaaa..bbbb", "aaaa..bbb.", "..........", "CCCC......", "CCCC......"),
            plane("aaaa..bbbb", "aaaa..bbb.", "..........", "CCCC..dddd", "CCCC..dddd"),
            {"t": "d"},
        ),
        (  # false: x
            plane("aaaa..bbbb", "aaaa..bbb.", "....xx....", "CCCC..dddd", "CCCC..dddd"),
            plane("aaaa..bbbb", "aaaa..bbb.", "..........", "CCCC..dddd", "CCCC..dddd"),
            {"p": "x"},
        ),
        (  # the outline of b is a little off
            plane("aaaa..bbbb", "aaaa..bbb.", "..........", "CCCC..dddd", "CCCC..dddd"),
            plane("aaaa..bbbb", "aaaa..bbbb", "..........", "CCCC..dddd", "CCCC..dddd"),
            {"t": "b", "p": "b"},
        ),
        (  # d is called another class
            plane("aaaa..bbbb", "aaaa..bbbb", "..........", "CCCC..DDDD", "CCCC..DDDD"),
            plane("aaaa..bbbb", "aaaa..bbbb", "..........", "CCCC..dddd", "CCCC..dddd"),
            {"t": "d", "p": "D"},
        ),
        (  # a and b merged, matching neither
            plane("mmmmmmmmmm", "mmmmmmmmmm", "..........", "CCCC......", "CCCC......"),
            plane("aaaa..bbbb", "aaaa..bbbb", "..........", "CCCC......", "CCCC......"),
            {"p": "m", "merged": True},
        ),
        (  # d is split, and one piece is most of it
            plane("aaaa......", "aaaa......", "..........", "CCCC..dddx", "CCCC..dddx"),
            plane("aaaa......", "aaaa......", "..........", "CCCC..dddd", "CCCC..dddd"),
            {"t": "d", "p": "d", "split": True},
        ),
        (  # the only false one of a class that the truth has none of: the class leaves the mean
            plane("aaaa..bbb.", "aaaa..bbbb", "...X......", "......dddd", "......dddd"),
            plane("aaaa..bbb.", "aaaa..bbbb", "..........", "......dddd", "......dddd"),
            {"p": "X"},
        ),
    ],
    ids=["missed", "false", "outline", "other class", "merged", "split", "class leaves"],
)
def test_it_is_what_pq_becomes_more(before: LabelMap, after: LabelMap, asked: dict[str, object]) -> None:
    truth = TRUTH
    if "X" in str(asked):
        truth = plane("aaaa..bbbb", "aaaa..bbbb", "..........", "......dddd", "......dddd")
    assert worth(truth, before, **asked) == pytest.approx(gain(truth, before, after), abs=1e-12)  # type: ignore[arg-type]
    assert worth(truth, before, **asked) > 0  # type: ignore[arg-type]


def test_of_one_class_alone_the_others_are_worth_nothing() -> None:
    prediction = plane("aaaa..bbbb", "aaaa..bbbb", "..........", "......dddd", "......dddd")
    found, counts = compared(TRUTH, prediction)
    missed = Standing(found).correction(ord("C"), None, False, False)
    assert Quality(counts, {1}).worth(missed) == 0
    assert Quality(counts, {2}).worth(missed) == 1
    assert math.isnan(Quality({}).worth(missed))
    assert math.isnan(Quality({}).pq)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_correcting_every_object_leaves_nothing_to_gain(data: st.DataObject) -> None:
    """Each correction is what the sums say, and what is excused counts nowhere."""
    draw = st.lists(st.text("aabBB..?", min_size=8, max_size=8), min_size=4, max_size=4)
    truth, prediction = plane(*data.draw(draw)), plane(*[row.replace("?", ".") for row in data.draw(draw)])
    found, counts = compared(truth, prediction)
    standing, quality = Standing(found), Quality(counts)
    total = dict(counts)
    matching = match(found)
    for t in found.truth.numbers.tolist():
        for c, change in standing.correction(t, None, False, False).items():
            total[c] = total[c] + change
    for p in matching.false:
        for c, change in standing.correction(None, p, False, False).items():
            if change.fp:  # else it is one that found something, and that was put right above
                total[c] = total[c] + Matches(fp=change.fp)
    by_class = {c: of for c, of in total.items() if not math.isnan(of.pq)}
    assert all(of.pq == pytest.approx(1) for of in by_class.values() if not of.fp)
    assert all(of.fn == 0 for of in by_class.values())
    assert quality.pq == pytest.approx(mean_of(counts.values())[0], nan_ok=True)


def objects(*numbers: int) -> Objects:
    """Return objects of class 1 without places."""
    n = len(numbers)
    return Objects(np.array(numbers), np.ones(n, np.int64), np.full(n, 4), np.zeros((n, 4), np.int64), np.ones(n))


def test_without_objects_nothing_is_corrected() -> None:
    nothing = np.empty(0, np.int64)
    empty = Overlap(objects(), objects(), nothing, nothing, nothing, nothing, nothing)
    assert Standing(empty).correction(None, None, True, True) == {}
