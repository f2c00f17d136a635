"""What a confusion matrix says, in parts and in words."""

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.metrics import overlap
from segstudio.services.matrix import By, Matrix, ObjectMatrix, most_confused, parts, per_cent, present

CLASSES = (
    LabelClass(0, "road", (0, 0, 0)),
    LabelClass(4, "car", (1, 1, 1)),
    LabelClass(7, "pole", (2, 2, 2)),
)
COUNTS = Confusion((0, 4, 7), np.array([[90, 6, 0, 4], [41, 959, 0, 0], [0, 0, 0, 0]]))
IMAGES = np.array([[9, 1, 0, 2], [3, 9, 0, 0], [0, 0, 0, 0]])


def test_diagonals_are_recall_and_precision() -> None:
    rows, columns = parts(COUNTS, By.ROW), parts(COUNTS, By.COLUMN)
    np.testing.assert_array_equal(np.diagonal(rows), overlap.recall(COUNTS))
    np.testing.assert_array_equal(np.diagonal(columns), overlap.precision(COUNTS))
    np.testing.assert_allclose(np.nansum(rows, axis=1), [1, 1, 0])
    np.testing.assert_allclose(np.nansum(columns, axis=0), [1, 1, 0, 1])
    assert np.isnan(rows[2]).all()
    assert np.isnan(columns[:, 2]).all()
    assert parts(COUNTS, By.COUNTS).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("cell", "by", "said"),
    [
        ((1, 0), By.ROW, "4.1 % of car is taken for road: 41 px in 3 images"),
        ((0, 1), By.ROW, "6.0 % of road is taken for car: 6 px in 1 image"),
        ((1, 1), By.ROW, "95.9 % of car is found: 959 px in 9 images"),
        ((0, 3), By.ROW, "4.0 % of road is taken for no class: 4 px in 2 images"),
        ((1, 0), By.COLUMN, "31.3 % of what is taken for road is car: 41 px in 3 images"),
        ((1, 0), By.COUNTS, "car taken for road: 41 px in 3 images"),
        ((2, 0), By.ROW, "There is no pole: 0 px"),
        ((0, 2), By.COLUMN, "Nothing is taken for pole: 0 px"),
    ],
)
def test_a_cell_in_a_sentence(cell: tuple[int, int], by: By, said: str) -> None:
    assert Matrix(COUNTS, CLASSES, IMAGES).sentence(*cell, by) == said


@pytest.mark.parametrize(
    ("cell", "by", "said"),
    [
        ((0, 2), By.ROW, "25.0 % of road is missed: 1 object"),
        ((2, 1), By.COLUMN, "40.0 % of what is called car is false: 2 objects"),
        ((2, 1), By.ROW, "100.0 % of what is false is called car: 2 objects"),
        ((0, 2), By.COLUMN, "100.0 % of what is missed is road: 1 object"),
        ((0, 2), By.COUNTS, "road missed: 1 object"),
        ((2, 1), By.COUNTS, "False car: 2 objects"),
        ((0, 1), By.ROW, "25.0 % of road is taken for car: 1 object"),
        ((1, 1), By.COUNTS, "car found: 2 objects"),
    ],
)
def test_a_cell_of_objects_in_a_sentence(cell: tuple[int, int], by: By, said: str) -> None:
    matrix = ObjectMatrix.of(np.array([[2, 1, 1], [0, 2, 0], [0, 2, 0]]), CLASSES[:2])
    assert matrix.sentence(*cell, by) == said
    assert matrix.name(2) == "nothing"


def test_of_one_image_no_images_are_told() -> None:
    assert Matrix(COUNTS, CLASSES).sentence(1, 0, By.ROW) == "4.1 % of car is taken for road: 41 px"


def test_classes_that_are_nowhere_are_not_present() -> None:
    assert present(COUNTS) == (0, 1)
    assert present(Confusion((0, 1, 2), np.array([[0, 0, 5, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))) == (0, 2)


def test_the_most_confused_stay_in_the_order_of_the_classes() -> None:
    counts = Confusion((0, 1, 2, 3), np.array([[9, 0, 1, 0, 0], [0, 9, 0, 0, 0], [0, 0, 9, 5, 0], [0, 0, 0, 9, 0]]))
    assert most_confused(counts, 2) == (2, 3)
    assert most_confused(counts, 3) == (0, 2, 3)
    assert most_confused(counts, 9) == (0, 1, 2, 3)


@pytest.mark.parametrize(("part", "said"), [(0, "0.0 %"), (1e-6, "< 0.1 %"), (0.9999, "> 99.9 %"), (1, "100.0 %")])
def test_little_is_not_nothing(part: float, said: str) -> None:
    assert per_cent(part) == said


def test_the_table_of_a_file() -> None:
    names, rows = Matrix(COUNTS, CLASSES).table(By.COUNTS)
    assert names == ["truth", "road", "car", "pole", "no class"]
    assert rows[1] == ["car", 41, 959, 0, 0]
    assert Matrix(COUNTS, CLASSES).table(By.ROW)[1][1][1] == 0.041
