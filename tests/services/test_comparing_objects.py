"""How far objects are from each other that two models find."""

import numpy as np
import pytest

from segstudio.core.records import FoundObject, Prediction
from segstudio.core.rle import counts_within
from segstudio.services.comparing_objects import ObjectDifferences, differences

SHAPE = (40, 50)


def thing(
    x: float, y: float, class_id: int = 1, score: float = 0.9, side: int = 10, pixels: int | None = None
) -> FoundObject:
    """Return an object of a square box, whose mask has as many rows, or fewer."""
    mask = np.ones((side if pixels is None else pixels, side), bool)
    return FoundObject(class_id, score, (x, y, side, side), counts_within(mask, (int(y), int(x)), SHAPE))


def seen(*objects: FoundObject) -> Prediction:
    return Prediction(np.zeros(SHAPE, np.uint8), {}, objects=objects)


def test_the_same_is_faithful() -> None:
    found = [seen(thing(3, 4), thing(20, 5, 2)), seen()]
    said = differences(found, found)
    assert said == ObjectDifferences(both=2, alone=0, scores=0, boxes=0, masks=1)
    assert said.faithful
    assert "scores 0, of boxes 0 px, mean IoU of masks 1.0000, of 2 objects that both find" in said.detail()


def test_the_largest_difference_counts_whatever_the_order() -> None:
    """Of nearly equal scores either may come first; of two objects near each other each has its own."""
    here = seen(thing(3, 4, score=0.9), thing(4, 4, score=0.8), thing(20, 5, 2, score=0.7))
    there = seen(thing(20.5, 5, 2, score=0.82), thing(4, 4, score=0.8), thing(3, 4, score=0.79))
    said = differences([here], [there])
    assert (said.both, said.alone) == (3, 0)
    assert [said.scores, said.boxes] == pytest.approx([0.12, 0.5])
    assert not said.faithful


def test_objects_of_another_class_or_place_are_found_by_one_alone() -> None:
    said = differences([seen(thing(3, 4), thing(20, 5))], [seen(thing(3, 4, 2), thing(24, 5), thing(20, 5))])
    assert (said.both, said.alone) == (1, 3)
    assert not said.faithful
    assert said.detail().endswith("of 1 objects that both find; 3 found by one alone")
    assert differences([seen(thing(3, 4))], [seen()]).detail() == "no object is found by both, 1 by one alone"


@pytest.mark.parametrize(("both", "faithful"), [(99, True), (98, False)])
def test_of_many_a_few_may_be_found_by_one_alone(both: int, faithful: bool) -> None:
    assert ObjectDifferences(both, alone=2, scores=0, boxes=0, masks=1).faithful is faithful


def test_other_masks_are_another_network() -> None:
    said = differences([seen(thing(3, 4), thing(20, 5))], [seen(thing(3, 4), thing(20, 5, pixels=5))])
    assert said.masks == 0.75
    assert not said.faithful


def test_where_nothing_is_found_that_is_said() -> None:
    said = differences([seen()], [seen()])
    assert said.faithful
    assert "neither finds an object" in said.detail()
