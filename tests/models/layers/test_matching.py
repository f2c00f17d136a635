"""Which box learns which object."""

import torch

from segstudio.models.layers.matching import BACKGROUND, UNDECIDED, balanced_sample, matched
from tests.models.peers import torchvision

IOU = torch.tensor([[0.9, 0.6, 0.2, 0.0, 0.25], [0.1, 0.65, 0.2, 0.1, 0.05], [0.0, 0.0, 0.1, 0.4, 0.15]])


def test_by_hand() -> None:
    assert matched(IOU, 0.7, 0.3).tolist() == [0, UNDECIDED, BACKGROUND, UNDECIDED, BACKGROUND]
    assert matched(IOU, 0.7, 0.3, best_too=True).tolist() == [0, 1, BACKGROUND, 2, BACKGROUND]


def test_a_box_that_is_the_best_of_another_object_still_learns_its_own() -> None:
    iou = torch.tensor([[0.5], [0.4]])
    assert matched(iou, 0.7, 0.3, best_too=True).tolist() == [0]


def test_torchvision_matches_the_same() -> None:
    utils = torchvision("models.detection._utils")
    iou = torch.rand(6, 50, generator=torch.Generator().manual_seed(0)).round(decimals=1)
    for best_too in (False, True):
        peer = utils.Matcher(0.7, 0.3, allow_low_quality_matches=best_too)
        assert matched(iou, 0.7, 0.3, best_too=best_too).tolist() == peer(iou.clone()).tolist()


def test_a_sample_is_balanced_as_far_as_there_is_enough() -> None:
    labels = torch.tensor([1] * 10 + [0] * 20 + [-1] * 5)
    for given, share, counts in ((labels, 0.25, [4, 12]), (labels[8:], 0.5, [2, 14]), (labels[:10], 0.5, [8, 0])):
        positive, negative = balanced_sample(given, 16, share)
        assert [len(positive), len(negative)] == counts
        assert given[positive].tolist() == [1] * counts[0]
        assert given[negative].tolist() == [0] * counts[1]
