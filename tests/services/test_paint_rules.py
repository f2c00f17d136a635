"""What the user chose becomes what a document is told."""

import numpy as np
import pytest

from segstudio.core.display import Display
from segstudio.core.raster import Rect
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.paint_rules import PaintRules
from segstudio.services.seen import Seen

SCHEMA = LabelSchema(
    (
        LabelClass(0, "sky", (0, 0, 0), background=True),
        LabelClass(1, "road", (9, 9, 9)),
        LabelClass(300, "car", (8, 8, 8)),
    )
)
LABELS = np.array([[0, 1, 300, 7]], np.uint16)
RGB = np.array([[[10, 10, 10], [20, 20, 20], [30, 30, 30], [40, 40, 40]]], np.uint8)
PLAIN = Seen(RGB, Display(), RGB)
DEEP = Seen(np.array([[[100, 9], [2000, 9], [3000, 9], [4000, 9]]], np.uint16), Display(channels=(0,)), RGB)


def allowed(rules: PaintRules, seen: Seen = PLAIN, value: int = 1) -> list[bool]:
    found = rules.rule(SCHEMA, seen).allowed(LABELS, Rect(0, 0, 1, 4), value)
    return [True] * 4 if found is None else found[0].tolist()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (PaintRules(), [True, True, True, True]),
        (PaintRules("background"), [True, False, False, False]),
        (PaintRules("classes", frozenset({1, 300})), [False, True, True, False]),
        (PaintRules("classes"), [False, False, False, False]),
        (PaintRules(locked=frozenset({300})), [True, True, False, True]),
        (PaintRules(locked=frozenset({1})), [False, False, False, False]),  # it gets no others either
        (PaintRules("background", locked=frozenset({0})), [False, False, False, False]),
        (PaintRules(low=20, high=30), [True, True, True, True]),  # chosen, but not in force
        (PaintRules(ranged=True), [True, True, True, True]),
        (PaintRules(ranged=True, low=20, high=30), [False, True, True, False]),
        (PaintRules("background", ranged=True, low=20), [False, False, False, False]),
    ],
)
def test_rules_say_what_may_change(rules: PaintRules, expected: list[bool]) -> None:
    assert allowed(rules) == expected
    assert rules.free == (expected == [True] * 4 and not rules.locked)


def test_deep_pictures_are_judged_by_the_values_in_the_file() -> None:
    assert allowed(PaintRules(ranged=True, low=1500, high=3500), DEEP) == [False, True, True, False]


def test_rules_forget_classes_that_are_no_more() -> None:
    rules = PaintRules("classes", frozenset({1, 9}), frozenset({300, 8}))
    assert rules.known(SCHEMA) == PaintRules("classes", frozenset({1}), frozenset({300}))


@pytest.mark.parametrize(
    ("rules", "texts"),
    [
        (PaintRules(), []),
        (PaintRules(ranged=True), []),
        (PaintRules("background"), ["Over background"]),
        (PaintRules("classes"), ["Over nothing"]),
        (PaintRules("classes", frozenset({0, 1, 300})), ["Over 3 classes"]),
        (PaintRules("classes", frozenset({1})), ["Over road"]),
        (
            PaintRules(locked=frozenset({1, 300}), ranged=True, low=3.5),
            ["road, car locked", "Values from 3.5"],
        ),
        (PaintRules(ranged=True, low=1, high=2), ["Values from 1 up to 2"]),
    ],
)
def test_what_is_not_allowed_is_said_in_a_few_words(rules: PaintRules, texts: list[str]) -> None:
    assert rules.texts(SCHEMA) == texts
