"""The numbers of every legend are those of the pixels that the overlay paints, while one paints as well."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.display import Display
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.overlays.agreement import Difference, agreements, differences
from segstudio.overlays.base import OverlayInput, Style
from segstudio.overlays.confusions import confused
from segstudio.overlays.errors import Verdict, verdict
from segstudio.services.legend import Legend, Mark
from segstudio.services.legends import MOST, LegendQuestion, legend_of
from segstudio.services.live_verdicts import LiveVerdicts, PlaneCounts
from segstudio.services.open_sample import Counted, OpenSample
from segstudio.services.picture_counts import PictureCounts
from segstudio.services.seen import Seen

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (1, 1, 1)),
        LabelClass(2, "nucleus", (2, 2, 2)),
        LabelClass(9, "void", (4, 4, 4), ignore=True),
    )
)
VALUES = [0, 1, 2, 7, 9]  # 7 has no class
SEEDS = st.integers(0, 2**32 - 1)
FOCI = st.sampled_from([None, 0, 1, 2, 9])


class Desk:
    """An open sample with two predictions, and somebody who paints on it."""

    def __init__(self, seed: int, schema: LabelSchema = SCHEMA, labelled: bool = True) -> None:
        self.rng = np.random.default_rng(seed)
        shape = tuple(int(side) for side in self.rng.integers(1, 40, 2))
        self.schema = schema
        values = [*VALUES, *(c.id for c in schema.classes)]
        truth, self.a, self.b = self.rng.choice(values, (3, *shape)).astype(np.uint8)
        self.document = Document(truth if labelled else np.zeros(shape, np.uint8))
        image = np.zeros((*shape, 3), np.uint8)
        self.opened = OpenSample(
            Sample("x", Path("x.png")),
            Seen(image, Display(), image),
            self.document,
            Counted.of(self.document, self.a, schema),
            labelled,
            self.a,
            other=self.b,
        )
        self.opened.follow(schema)

    def paint(self) -> None:
        stroke = self.document.begin("x")
        mask = self.rng.random(self.rng.integers(1, 30, 2)) < 0.6
        at = tuple(int(self.rng.integers(-5, side)) for side in self.document.labels.shape)
        stroke.paint(mask, (at[0], at[1]), int(self.rng.choice([0, 1, 2])))
        self.rng.choice(np.array([stroke.commit, stroke.cancel]))()

    def seen(self, focus: int | None, other: bool = False) -> OverlayInput:
        """Return the whole picture as an overlay is given it, the prediction in question as the first."""
        style = Style.of(self.schema, 0.5, focus=focus)
        return OverlayInput(np.array(self.document.labels), self.b if other else self.a, style, (0, 0), other=self.b)

    def legend(self, name: str, focus: int | None, counts: PictureCounts | None = None) -> Legend:
        style = Style.of(self.schema, 0.5, focus=focus)
        counts = counts or PictureCounts(self.opened, self.schema, style)
        while not counts.catch_up((name,), 0.0):
            pass
        found = legend_of(name, LegendQuestion(counts, self.schema, self.schema, focus))
        assert found is not None
        return found


def pixels(legend: Legend) -> dict[str, int | None]:
    return {entry.text: entry.pixels for entry in legend.entries}


VERDICTS = {
    "Right": Verdict.HIT,
    "True positive": Verdict.HIT,
    "Extra": Verdict.EXTRA,
    "False positive": Verdict.EXTRA,
    "Missed": Verdict.MISSED,
    "False negative": Verdict.MISSED,
    "Other class": Verdict.SWAPPED,
}
DIFFERENCES = {
    "Both right": Difference.BOTH_RIGHT,
    "Only A right": Difference.ONLY_A,
    "Only B right": Difference.ONLY_B,
    "Both wrong": Difference.BOTH_WRONG,
}
AGREEMENTS = {
    "Both say so": Verdict.HIT,
    "Only A": Verdict.EXTRA,
    "Only B": Verdict.MISSED,
    "Another class": Verdict.SWAPPED,
}


def check(legend: Legend, judged: NDArray[np.uint8], meaning: dict[str, Verdict] | dict[str, Difference]) -> None:
    """Check that the legend lists every pixel that is painted, each once."""
    told = {text: count for text, count in pixels(legend).items() if text != "Not scored"}  # it is not painted
    assert told == {text: int((judged == meaning[text]).sum()) for text in told}
    assert sum(filter(None, told.values())) == np.count_nonzero(judged)


@given(SEEDS, FOCI)
@settings(max_examples=40)
def test_legends_count_the_pixels_painted_while_one_paints(seed: int, focus: int | None) -> None:
    desk = Desk(seed)
    counts = PictureCounts(desk.opened, SCHEMA, Style.of(SCHEMA, 0.5, focus=focus))
    for _ in range(3):
        for other, name in ((False, "errors"), (True, "other errors")):
            check(desk.legend(name, focus, counts), verdict(desk.seen(focus, other)), VERDICTS)
        check(desk.legend("difference", focus, counts), differences(desk.seen(focus)), DIFFERENCES)
        check(desk.legend("agreement", focus, counts), agreements(desk.seen(focus)), AGREEMENTS)
        check_confusions(desk, counts, focus)
        ignored = np.isin(desk.document.labels, [c.id for c in SCHEMA.scored], invert=True).sum()
        not_scored = pixels(desk.legend("errors", focus, counts)).get("Not scored", 0)
        assert not_scored == (ignored if focus is None else 0)
        desk.paint()
    counts.close()
    desk.opened.close()


def check_confusions(desk: Desk, counts: PictureCounts, focus: int | None) -> None:
    for other, name in ((False, "confusions"), (True, "other confusions")):
        seen = desk.seen(focus, other)
        assert seen.prediction is not None
        wrong = confused(seen) != 0
        said = np.where(np.isin(seen.prediction, (0, 1, 2)), seen.prediction, 255)  # the rest is one column
        pairs = Counter(zip(seen.truth[wrong].tolist(), said[wrong].tolist(), strict=True))
        told = desk.legend(name, focus, counts).entries
        assert sorted((e.pixels or 0 for e in told), reverse=True) == sorted(pairs.values(), reverse=True)[:MOST]
        names = {c.id: c.name for c in SCHEMA.classes} | {255: "no scored class"}
        assert {(e.text, e.pixels) for e in told} <= {
            (f"{names[true]} as {names[taken]}", n) for (true, taken), n in pairs.items()
        }


@given(SEEDS, FOCI)
def test_classes_and_outlines_count_what_is_inside(seed: int, focus: int | None) -> None:
    desk = Desk(seed)
    desk.paint()
    planes = {"truth": np.array(desk.document.labels), "prediction": desk.a, "other": desk.b}
    for name, plane in planes.items():
        names = {1: "cell", 2: "nucleus", 7: "value 7", 9: "void"}
        expected = {names[v]: n for v, n in Counter(plane.ravel().tolist()).items() if v}
        assert pixels(desk.legend(name, focus)) == expected
    told = desk.legend("outlines", focus).entries
    inside = [None if focus is None else int((plane == focus).sum()) for plane in planes.values()]
    assert [e.pixels for e in told] == inside, "the sum over several classes says nothing"
    assert [e.mark for e in told] == [Mark.LINE, Mark.LINE, Mark.DASHES]


def test_only_what_can_occur_is_listed() -> None:
    no_background = LabelSchema(tuple(c for c in SCHEMA.classes if not c.background))
    one = LabelSchema((SCHEMA.classes[0], SCHEMA.classes[1]))
    assert set(pixels(Desk(3, one).legend("errors", None))) == {"Right", "Extra", "Missed", "Not scored"}
    assert "Extra" not in pixels(Desk(3, no_background).legend("errors", None))
    assert set(pixels(Desk(3).legend("errors", 1))) == {"True positive", "False positive", "False negative"}
    assert "Another class" not in pixels(Desk(3, one).legend("agreement", None))


def test_the_largest_confusions_come_first_and_six_at_the_most() -> None:
    desk = Desk(5, LabelSchema((*SCHEMA.classes, *(LabelClass(i, f"c{i}", (i, i, i)) for i in range(20, 26)))))
    told = [e.pixels or 0 for e in desk.legend("confusions", None).entries]
    assert len(told) == MOST
    assert told == sorted(told, reverse=True)


def test_without_a_truth_no_errors_are_told_and_outlines_are_of_the_predictions() -> None:
    desk = Desk(4, labelled=False)
    style = Style.of(SCHEMA, 0.5)
    asked = LegendQuestion(PictureCounts(desk.opened, SCHEMA, style), SCHEMA, SCHEMA, None)
    for name in ("errors", "other errors", "error distances", "confusions"):
        assert legend_of(name, asked) is None
    assert [e.text for e in desk.legend("outlines", None).entries] == ["Prediction A", "Prediction B"]
    check(desk.legend("agreement", None), agreements(desk.seen(None)), AGREEMENTS)


@pytest.mark.parametrize("side", ["", "other "])
@pytest.mark.parametrize("name", ["confidence", "entropy", "error distances"])
def test_a_scale_says_what_its_ends_are(name: str, side: str) -> None:
    ramp = Desk(2).legend(side + name, None).ramp
    assert ramp is not None
    ends = {"confidence": ("0", "1"), "entropy": ("0", "1.6 bit"), "error distances": ("at a border", "4 px away")}
    assert (ramp.low, ramp.high) == ends[name]
    assert len(ramp.colors) > 10


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_plane_is_counted_a_part_at_a_time(dtype: type[np.uint8] | type[np.uint16]) -> None:
    plane: LabelPlane = np.random.default_rng(1).integers(0, 9, (700, 900)).astype(dtype)
    counts = PlaneCounts(plane)
    assert not counts.catch_up(0.0)
    while not counts.catch_up(0.0):
        pass
    np.testing.assert_array_equal(counts.counts[:9], np.bincount(plane.ravel()))


def test_predictions_of_another_size_are_refused() -> None:
    document, a = Document(np.zeros((4, 5), np.uint8)), np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match="shapes"):
        LiveVerdicts(differences, document, a, np.zeros((5, 4), np.uint8), Style.of(SCHEMA, 0.5))


def test_counts_stay_good_until_something_else_is_compared() -> None:
    desk = Desk(7)
    style = Style.of(SCHEMA, 0.5)
    counts = PictureCounts(desk.opened, SCHEMA, style)
    assert counts.good_for(desk.opened, SCHEMA, Style.of(SCHEMA, 0.9))
    assert not counts.good_for(desk.opened, SCHEMA, Style.of(SCHEMA, 0.5, focus=1))
    assert not counts.good_for(desk.opened, LabelSchema(SCHEMA.classes[:2]), style)
    desk.opened.compare_other(desk.a, SCHEMA)
    assert not counts.good_for(desk.opened, SCHEMA, style)
