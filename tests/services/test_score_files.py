"""An evaluation written as JSON, as CSV and as text."""

import csv
import io
import json
import math

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.evaluate import Evaluation, ScoredStep
from segstudio.services.report import to_text
from segstudio.services.score_files import to_csv, to_json
from segstudio.services.scoring import ImageScore

SCHEMA = LabelSchema(
    (
        LabelClass(3, "Straße", (0, 0, 0)),
        LabelClass(1, "cell", (255, 0, 0)),
        LabelClass(8, "absent", (0, 255, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)


def step(name: str, counts: list[list[int]], ignored: int = 0) -> ScoredStep:
    return ScoredStep(name, 1, 1, ImageScore(Confusion((3, 1, 8), np.array(counts, np.int64), ignored)))


@pytest.fixture
def evaluation() -> Evaluation:
    found = Evaluation(SCHEMA)
    found.add(step("x/b", [[4, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], ignored=2))
    found.add(step("a", [[3, 1, 0, 0], [2, 1, 0, 1], [0, 0, 0, 0]]))
    found.add(ScoredStep("c", 3, 3, error=SegstudioError("c.png is broken.", "Mend it.")))
    return found


def test_json_has_the_agreed_form(evaluation: Evaluation) -> None:
    document = json.loads(to_json(evaluation))
    assert list(document) == [
        "version", "task", "images", "pixels", "ignored_pixels", "classes", "mean", "pixel_accuracy",
        "frequency_weighted_iou", "kappa", "mcc", "confusion", "failures",
    ]  # fmt: skip
    assert [document[key] for key in ("version", "task", "images", "pixels", "ignored_pixels")] == [
        1, "semantic", 2, 12, 2,
    ]  # fmt: skip
    assert document["classes"][0] == {
        "id": 3, "name": "Straße", "iou": 0.7, "dice": 14 / 17, "precision": 7 / 9, "recall": 7 / 8, "specificity": 0.5,
        "cosine": 7 / math.sqrt(72), "truth_pixels": 8, "predicted_pixels": 9, "intersection": 7,
        "boundary_iou": None, "boundary_f1": None, "hd": None, "hd95": None, "assd": None, "nsd": None,
    }  # fmt: skip
    absent = document["classes"][2]
    assert [absent[key] for key in ("iou", "dice", "precision", "recall", "cosine")] == [None] * 5
    assert (absent["specificity"], absent["truth_pixels"]) == (1.0, 0)
    assert document["mean"] == pytest.approx(
        {"iou": (0.7 + 0.2) / 2, "dice": (14 / 17 + 2 / 6) / 2, "accuracy": 0.5625}
    )
    assert document["pixel_accuracy"] == pytest.approx(8 / 12)
    assert document["confusion"] == {
        "labels": [3, 1, 8, None],
        "counts": [[7, 1, 0, 0], [2, 1, 0, 1], [0, 0, 0, 0]],
    }
    assert document["failures"] == [{"id": "c", "error": "c.png is broken. Mend it."}]


def test_json_has_no_column_outside_the_classes_where_none_is_needed() -> None:
    found = Evaluation(SCHEMA)
    found.add(step("a", [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]))
    assert json.loads(to_json(found))["confusion"] == {"labels": [3, 1, 8], "counts": [[1, 0, 0], [0, 1, 0], [0, 0, 0]]}


def test_json_by_image_is_sorted_by_id(evaluation: Evaluation) -> None:
    a, b = json.loads(to_json(evaluation, per_image=True))["per_image"]
    assert a == {
        "id": "a", "mean_iou": pytest.approx((3 / 6 + 1 / 5) / 2), "mean_dice": pytest.approx((6 / 9 + 2 / 6) / 2),
        "pixel_accuracy": 0.5,
        "classes": [
            {"id": 3, "iou": 0.5, "dice": 6 / 9},
            {"id": 1, "iou": 0.2, "dice": 2 / 6},
            {"id": 8, "iou": None, "dice": None},
        ],
    }  # fmt: skip
    assert (b["id"], b["mean_iou"]) == ("x/b", 1.0)


def test_everything_ignored_is_null_and_no_images_too() -> None:
    ignored = Evaluation(SCHEMA)
    ignored.add(step("a", [[0] * 4] * 3, ignored=5))
    for found in (ignored, Evaluation(SCHEMA)):
        document = json.loads(to_json(found, per_image=True))
        assert document["pixels"] == 0
        assert document["mean"] == {"iou": None, "dice": None, "accuracy": None}
        assert [document[key] for key in ("pixel_accuracy", "frequency_weighted_iou", "kappa", "mcc")] == [None] * 4
        assert "-" in to_text(found, per_image=True)


def test_csv_has_a_row_for_each_class_and_the_means(evaluation: Evaluation) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(evaluation, per_image=True))))
    assert [(row["image"], row["id"], row["name"]) for row in rows] == [
        (image, *named)
        for image in ("", "a", "x/b")
        for named in (("3", "Straße"), ("1", "cell"), ("8", "absent"), ("", "mean"))
    ]
    assert (rows[0]["iou"], rows[0]["intersection"], rows[0]["pixel_accuracy"]) == ("0.7", "7", "")
    assert (rows[2]["iou"], rows[2]["truth_pixels"]) == ("", "0")
    assert float(rows[3]["iou"]) == pytest.approx(0.45)
    assert float(rows[3]["pixel_accuracy"]) == pytest.approx(8 / 12)
    assert len(to_csv(evaluation).splitlines()) == 5


def test_means_without_the_background_say_so(evaluation: Evaluation) -> None:
    evaluation.without = (3,)
    assert json.loads(to_json(evaluation))["mean"]["iou"] == 0.2
    assert "mean without Straße" in to_text(evaluation)


def test_text_is_aligned_and_lists_the_worst_image_first(evaluation: Evaluation) -> None:
    heading, classes, scores, images = to_text(evaluation, per_image=True).split("\n\n")
    assert heading == "2 images, 12 pixels scored, 2 ignored"
    assert classes.splitlines() == [
        "class      IoU    Dice  precision  recall  pixels",
        "Straße  0.7000  0.8235     0.7778  0.8750       8",
        "cell    0.2000  0.3333     0.5000  0.2500       4",
        "absent       -       -          -       -       0",
        "mean    0.4500  0.5784     0.6389  0.5625      12",
    ]
    assert "predicted as no scored class    1 px" in scores
    assert [line.split()[0] for line in images.splitlines()] == ["image", "a", "x/b"]
