"""How much is found of areas, by their size."""

import numpy as np
import pytest

from segstudio.metrics.by_size import COCO_SIZES, by_size, sizes_by_class


@pytest.mark.parametrize(("width", "place"), [(31, 0), (32, 1), (95, 1), (96, 2)])
def test_an_area_belongs_to_the_range_that_it_begins(width: int, place: int) -> None:
    mask = np.zeros((100, 100), np.bool_)
    mask[:width, :width] = True
    wanted = [int(k == place) for k in range(3)]
    assert by_size(mask, mask).areas.tolist() == wanted
    assert sizes_by_class(mask.view(np.uint8), mask.view(np.uint8), [1], COCO_SIZES).areas.tolist() == [wanted]


def test_the_recall_is_of_the_pixels_of_each_size() -> None:
    truth, prediction = np.zeros((20, 20), np.bool_), np.zeros((20, 20), np.bool_)
    truth[5:7, 5:7] = truth[10:20] = True
    prediction[5:15] = True
    np.testing.assert_array_equal(by_size(truth, prediction, (4, 100)).recall, [np.nan, 1, 0.5])
