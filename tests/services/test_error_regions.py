"""The list of error regions: what is in it, in which order, and what is left out of it."""

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelPlane, Rect
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.metrics.overlap import mean_iou
from segstudio.services import error_regions
from segstudio.services.error_regions import FoundErrors, KeptTruth, Wanted, gain_of_taking, still_there

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "car", (1, 0, 0)),
        LabelClass(2, "bus", (2, 0, 0)),
        LabelClass(255, "void", (3, 0, 0), ignore=True),
    )
)


def scene() -> tuple[LabelPlane, LabelPlane]:
    """A car that is half a bus, a bus that is missed, and a phantom car below them."""
    truth, prediction = np.zeros((60, 80), np.uint8), np.zeros((60, 80), np.uint8)
    truth[10:30, 10:40] = 1
    prediction[10:30, 10:25] = 1
    prediction[10:30, 25:40] = 2
    truth[10:20, 60:66] = 2
    prediction[45:55, 5:35] = 1
    return truth, prediction


def found() -> FoundErrors:
    truth, prediction = scene()
    return FoundErrors.of(Document(truth), prediction, SCHEMA)


def test_rows_say_what_was_taken_for_what_and_what_it_is_worth() -> None:
    truth, prediction = scene()
    listed = found().listed(Wanted())
    assert listed.matching == 3
    assert listed.pixels == 20 * 15 + 10 * 6 + 10 * 30
    assert listed.worth == pytest.approx(1 - mean_iou(Confusion.of(truth, prediction, SCHEMA)))
    named = {(r.truth, r.predicted): r for r in listed.regions}
    assert named[1, 2].rect == Rect(10, 25, 30, 40)
    assert {key: r.kind for key, r in named.items()} == {
        (1, 2): ErrorKind.PHANTOM,
        (2, 0): ErrorKind.MISSED,
        (0, 1): ErrorKind.PHANTOM,
    }
    mask, at = named[0, 1].placed(truth, prediction)
    assert at == (45, 5)
    assert mask.all()
    taken = truth.copy()
    taken[45:55, 5:35] = 1
    now = mean_iou(Confusion.of(taken, prediction, SCHEMA)) - mean_iou(Confusion.of(truth, prediction, SCHEMA))
    assert gain_of_taking(named[0, 1], Confusion.of(truth, prediction, SCHEMA)) == pytest.approx(now)


def test_a_region_is_found_by_its_key() -> None:
    errors = found()
    for region in errors.listed(Wanted()).regions:
        assert errors.find(region.key) == region
    assert errors.find((0, 1, 5)) is None


def test_orders() -> None:
    errors = found()
    worths = [r.worth for r in errors.listed(Wanted(order="worth")).regions]
    areas = [r.area for r in errors.listed(Wanted(order="size")).regions]
    rows = [r.rect.y0 for r in errors.listed(Wanted(order="position")).regions]
    assert worths == sorted(worths, reverse=True)
    assert areas == sorted(areas, reverse=True)
    assert rows == sorted(rows)


def test_filters() -> None:
    errors = found()

    def pairs(wanted: Wanted) -> set[tuple[int, int]]:
        return {(r.truth, r.predicted) for r in errors.listed(wanted).regions}

    assert pairs(Wanted(class_id=2)) == {(1, 2), (2, 0)}
    assert pairs(Wanted(kind=ErrorKind.MISSED)) == {(2, 0)}
    assert pairs(Wanted(smallest=61)) == {(1, 2), (0, 1)}
    assert pairs(Wanted(class_id=2, smallest=301)) == set()


def test_worth_to_the_data_set_is_less_than_to_the_image() -> None:
    errors = found()
    truth = np.repeat(np.array([0, 1, 2], np.uint8), 100_000).reshape(300, 1000)
    total = errors.confusion + Confusion.of(truth, truth, SCHEMA)
    image, whole = errors.listed(Wanted()), errors.listed(Wanted(), total)
    assert 0 < whole.worth < image.worth
    assert whole.worth == pytest.approx(1 - mean_iou(total))


def test_what_is_kept_is_gone_until_its_pixels_change() -> None:
    truth, prediction = scene()
    errors, kept = found(), KeptTruth()
    chosen = errors.listed(Wanted()).regions[0]
    kept.add("a", chosen.key)
    assert kept.of("b") == frozenset()
    listed = errors.listed(Wanted(kept=kept.of("a")))
    assert chosen.key not in {r.key for r in listed.regions}
    assert (listed.matching, listed.kept) == (2, 1)
    row, column = chosen.seed
    truth[row, column] = prediction[row, column]
    now = FoundErrors.of(Document(truth), prediction, SCHEMA).listed(Wanted(kept=kept.of("a")))
    assert (now.matching, now.kept) == (3, 0)
    kept.forget("a")
    assert errors.listed(Wanted(kept=kept.of("a"))).matching == 3


def test_of_very_many_the_first_are_listed_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_regions, "MOST", 2)
    listed = found().listed(Wanted(order="size"))
    assert len(listed.regions) == 2
    assert listed.matching == 3
    assert listed.pixels == 660


def test_shares_by_class_and_kind() -> None:
    shares = found().shares()
    assert shares.shape == (3, len(ErrorKind))
    assert shares[0].sum() == 60 + 300
    assert shares[1].sum() == 300 + 300
    assert shares[2, ErrorKind.MISSED] == 60
    assert shares[2].sum() == 60 + 300
    assert found().shares().sum() == 2 * found().listed(Wanted()).pixels


def test_a_prediction_of_no_class_is_an_error_of_the_true_class_alone() -> None:
    truth, prediction = scene()
    prediction[prediction == 2] = 77
    errors = FoundErrors.of(Document(truth), prediction, SCHEMA)
    assert (1, 77) in {(r.truth, r.predicted) for r in errors.listed(Wanted()).regions}
    assert errors.shares()[1].sum() == 600


def test_nothing_wrong_nothing_listed() -> None:
    truth, _ = scene()
    listed = FoundErrors.of(Document(truth), truth, SCHEMA).listed(Wanted())
    assert (listed.regions, listed.matching, listed.pixels, listed.worth) == ((), 0, 0, 0)


def test_a_region_is_known_to_have_gone() -> None:
    truth, prediction = scene()
    region = found().listed(Wanted(kind=ErrorKind.MISSED)).regions[0]
    mask = still_there(region, truth, prediction)
    assert mask is not None
    assert mask.sum() == region.area
    truth[12, 62] = 0
    assert still_there(region, truth, prediction) is None
    truth[10:20, 60:66] = 0
    assert still_there(region, truth, prediction) is None
