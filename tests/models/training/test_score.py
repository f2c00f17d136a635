"""Scores come from counts summed over all examples."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.training.score import PixelScoring
from tests.models.training.discs import DISCS, SCHEMA, mean_iou


class Constant(nn.Module):
    """Says class 1 everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.stack([images[:, 0] * 0, images[:, 0] * 0 + 1], dim=1)


def test_mean_iou_adds_counts_and_leaves_out_absent_classes() -> None:
    image = np.zeros((1, 4, 3), np.uint8)
    examples = [(image, np.array([[9, 9, 9, 255]], np.uint8)), (image, np.array([[9, 0, 0, 0]], np.uint8))]
    assert mean_iou(Constant(), DISCS, examples) == pytest.approx((0 + 4 / 7) / 2)
    three = replace(DISCS, classes=LabelSchema((*SCHEMA.classes, LabelClass(3, "never", (1, 1, 1)))))
    assert mean_iou(Constant(), three, examples) == pytest.approx((0 + 4 / 7) / 2)
    assert mean_iou(Constant(), DISCS, [(image, np.full((1, 4), 255, np.uint8))]) == 0


def test_the_trivial_score_is_that_of_the_most_frequent_class_everywhere() -> None:
    image = np.zeros((1, 4, 3), np.uint8)
    scoring = PixelScoring(Constant(), DISCS)
    assert scoring.trivial == 1, "nothing could be told from it"
    for labels in ([9, 9, 9, 255], [9, 0, 0, 0]):
        scoring.add(image, np.array([labels], np.uint8))
    assert scoring.trivial == scoring.score == pytest.approx(4 / 7 / 2)
