"""Every column of every image is what its counts say, however the scores came, and were replaced."""

from dataclasses import replace

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.records import WorkState
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import METRICS, overlap
from segstudio.metrics.outlines import Outlines
from segstudio.services import image_values
from segstudio.services.image_columns import Images, Kind, Rows, columns, order_of, spelled
from segstudio.services.image_values import ImageValues
from segstudio.services.records import Records
from segstudio.services.scores import DatasetScores

SCHEMA = LabelSchema(
    (
        LabelClass(0, "road", (0, 0, 0), background=True),
        LabelClass(4, "car", (1, 1, 1)),
        LabelClass(7, "pole", (2, 2, 2)),
        LabelClass(9, "void", (3, 3, 3), ignore=True),
    )
)
LABELS = (0, 4, 7)


def counted(seed: int) -> Confusion:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 50, (3, 4)) * rng.integers(0, 2, (3, 4))
    return Confusion(LABELS, counts, ignored=int(rng.integers(5)), undeclared=int(rng.integers(3)))


def scored(**seeds: int) -> DatasetScores:
    made = DatasetScores()
    for name, seed in seeds.items():
        made.put(name, counted(seed))
    return made


def table(scores: DatasetScores, other: DatasetScores | None = None, records: Records | None = None) -> ImageValues:
    return ImageValues(Images(scores, other, records or Records()), columns(SCHEMA, other is not None))


def read(made: ImageValues, key: str) -> list[float]:
    made.want([key])
    assert made.catch_up(60)
    found: list[float] = made.values(key).tolist()
    return found


def test_columns_are_the_metrics_of_each_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_values, "SLICE", 2 * 3 * len(LABELS))
    scores = scored(a=1, b=2, c=3, d=4, e=5)
    made, images = table(scores), [counted(seed) for seed in range(1, 6)]
    np.testing.assert_allclose(read(made, "mean_iou"), [overlap.mean_iou(c) for c in images], rtol=1e-15)
    np.testing.assert_allclose(read(made, "mean_dice"), [overlap.mean_dice(c) for c in images], rtol=1e-15)
    np.testing.assert_array_equal(read(made, "pixel_accuracy"), [overlap.pixel_accuracy(c) for c in images])
    for key, metric in METRICS.items():
        for n, label in enumerate(LABELS):
            np.testing.assert_array_equal(read(made, f"{key}:{label}"), [metric.by_class(c)[n] for c in images])
    wrong = [c.pixels - int(np.trace(c.counts)) for c in images]
    assert read(made, "errors") == wrong
    assert read(made, "scored") == [c.pixels for c in images]
    assert read(made, "size") == [c.pixels + c.ignored + c.undeclared for c in images]
    assert read(made, "share:4") == [c.counts[1].sum() / c.pixels for c in images]
    of_car = [int(c.counts[1].sum() + c.counts[:, 1].sum() - 2 * c.counts[1, 1]) for c in images]
    assert read(made, "errors:4") == of_car


def test_what_is_put_again_or_anew_is_computed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_values, "SLICE", 2 * 3 * len(LABELS))
    scores = scored(a=1, b=2, c=3)
    made = table(scores)
    made.want(["errors"])
    assert not made.catch_up(0), "the third is another slice"
    assert np.isnan(made.values("errors")[2])
    assert made.catch_up(60)
    asked: list[list[int]] = []
    plain = made.columns["errors"].values

    def noted(images: Images, rows: Rows) -> overlap.FloatArray:
        asked.append(rows.tolist())
        return plain(images, rows)

    monkeypatch.setattr(made._kept["errors"], "column", replace(made.columns["errors"], values=noted))
    assert made.catch_up(60)
    scores.put("b", counted(9))
    scores.put("d", counted(4))
    assert made.catch_up(60)
    assert asked == [[1, 3]]
    expected = [counted(seed) for seed in (1, 9, 3, 4)]
    assert made.values("errors").tolist() == [c.pixels - int(np.trace(c.counts)) for c in expected]


def test_nothing_is_known_of_a_column_that_is_not_wanted() -> None:
    made = table(scored(a=1))
    assert len(made.values("errors")) == 0
    made.want(["errors"])
    assert made.catch_up(60)
    made.want([])
    assert len(made.values("errors")) == 0


def test_columns_of_two_predictions_pair_by_image() -> None:
    first, second = scored(a=1, b=2, c=3), scored(c=7, a=8)
    made = table(first, second)
    of_b = [overlap.mean_iou(counted(8)), np.nan, overlap.mean_iou(counted(7))]
    np.testing.assert_allclose(read(made, "mean_iou_b"), of_b, rtol=1e-15)
    of_a = np.array([overlap.mean_iou(counted(seed)) for seed in (1, 2, 3)])
    np.testing.assert_allclose(read(made, "difference"), of_a - of_b, rtol=1e-12)
    second.put("b", counted(3))
    assert made.catch_up(60)
    assert not np.isnan(made.values("difference")).any(), "what B has scored since is there"
    assert "difference" not in columns(SCHEMA, second=False)


def test_records_are_read_again_when_they_changed() -> None:
    records = Records()
    made = table(scored(a=1, b=2), records=records)
    assert read(made, "state") == [0, 0]
    records.set_state(["b"], WorkState.DONE)
    assert made.catch_up(60)
    made.forget("records")
    values = read(made, "state")
    assert [spelled(Kind.STATE, value) for value in values] == ["labelled", "done"]


def test_without_scores_there_is_nothing() -> None:
    assert read(table(DatasetScores()), "mean_iou") == []


def test_rows_in_order_and_what_is_not_defined_last() -> None:
    values = np.array([0.5, np.nan, 0.1, 0.5, 0.9])
    assert order_of(values, False, range(5)).tolist() == [2, 0, 3, 4, 1]
    assert order_of(values, True, range(5)).tolist() == [4, 0, 3, 2, 1]
    assert order_of(values, True, [3, 1, 0]).tolist() == [3, 0, 1]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.SHARE, 0.5, "50.0"),
        (Kind.SHARE, float("nan"), "-"),
        (Kind.DIFFERENCE, 0.012, "+1.2"),
        (Kind.PIXELS, 12345.0, "12,345"),
        (Kind.STATE, 2.0, "needs review"),
    ],
)
def test_values_as_they_are_shown(kind: Kind, value: float, text: str) -> None:
    assert spelled(kind, value) == text


def test_outlines_are_means_over_the_classes_where_they_were_measured() -> None:
    values = np.full((3, 5), np.nan)
    values[:2, 0] = 0.5, 1.0
    measured = {"b": Outlines(np.array([[1, 4], [0, 0], [3, 4]]), values)}
    made = ImageValues(Images(scored(a=1, b=2), None, Records(), measured), columns(SCHEMA, second=False))
    assert read(made, "boundary_f1")[1] == 0.75
    assert read(made, "boundary_iou")[1] == 0.5
    measured["a"] = measured.pop("b")
    made.forget("outlines")
    np.testing.assert_array_equal(read(made, "boundary_iou"), [0.5, np.nan])
