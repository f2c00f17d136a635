"""Samples found by what is in them: what is typed is read as one means it, also while it is being typed."""

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.image_columns import Images
from segstudio.services.records import Records
from segstudio.services.sample_query import EXAMPLE, parsed
from segstudio.services.scores import DatasetScores

SCHEMA = LabelSchema(
    (
        LabelClass(0, "road", (0, 0, 0)),
        LabelClass(4, "Car", (1, 1, 1)),
        LabelClass(7, "cart", (1, 1, 1)),
        LabelClass(8, "traffic light", (1, 1, 1)),
    )
)


def images() -> Images:
    """Of each a hundred pixels of road; of b 50 of car, half of them found; of c all 50 and a light, missed."""
    scores = DatasetScores()
    for name, right, wrong, light in (("a", 0, 0, 0), ("b", 25, 25, 0), ("c", 50, 0, 9)):
        counts = np.zeros((4, 5), np.int64)
        counts[0, 0], counts[1, 1], counts[1, 0], counts[3, 0] = 100, right, wrong, light
        scores.put(name, Confusion((0, 4, 7, 8), counts))
    return Images(scores, None, Records())


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("street 1", "street 1", None),
        ("class:car", "", "bc"),
        ("class:CAR 01", "01", "bc"),
        ("class:cart", "", ""),
        ('class:"traffic light"', "", "c"),
        ("class:traff", "", "c"),
        ('class:"traffic l', "", "c"),
        ("iou:car<0.6", "", "b"),
        ("iou:car<60", "", "b"),
        ("iou:car>=50", "", "bc"),
        ("errors>0 errors<=9", "", "c"),
        ("accuracy<0.9", "", "b"),
        ("recall:traffic<1", "", "c"),
        ("share:car>0.3 x", "x", "bc"),
        ("iou<0.7", "", "bc"),
        (EXAMPLE, "", ""),
    ],
)
def test_what_is_typed(text: str, words: str, found: str | None) -> None:
    query = parsed(text, SCHEMA)
    assert query.words == words
    assert not query.unknown
    matching = query.matching(images())
    assert matching == (None if found is None else frozenset(found))


@pytest.mark.parametrize(
    "text", ["class:", "iou<", "iou:car<", "iou:plane<1", "class:plane", 'class:"x', "iou:", "iou<.", "iou<1.2.3"]
)
def test_what_is_not_whole_yet_is_left_out(text: str) -> None:
    query = parsed(text, SCHEMA)
    assert (query.words, query.conditions) == ("", ())


def test_a_class_that_there_is_not_is_said() -> None:
    assert parsed("iou:carr<72 class:car", SCHEMA).unknown == ('No scored class begins with "carr".',)
    assert parsed("iou:", SCHEMA).unknown == ()


@pytest.mark.parametrize("text", ["iou", "a:b", "x<3", "size:car<3", "Iou_01", "class"])
def test_names_are_names(text: str) -> None:
    assert parsed(text, SCHEMA).words == text


def test_without_scores_nothing_meets_a_condition() -> None:
    assert parsed("iou<1", SCHEMA).matching(Images(DatasetScores(), None, Records())) == frozenset()


@pytest.mark.parametrize("text", ["iou:plane<72", "class:plane", 'share:"a plane">0 street'])
def test_a_class_that_there_is_not_is_named(text: str) -> None:
    (said,) = parsed(text, SCHEMA).unknown
    assert "plane" in said
