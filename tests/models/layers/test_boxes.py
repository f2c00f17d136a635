"""Boxes: overlap, coding and its inverse, borders."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from segstudio.models.layers.boxes import LARGEST_STEP, at_least, box_iou, clip, decode, encode, rescale
from tests.models.peers import torchvision

WEIGHTS = (10.0, 10.0, 5.0, 5.0)
places, lengths = st.floats(-50, 50, width=32), st.floats(0.5, 80, width=32)


def test_overlap_by_hand() -> None:
    first = torch.tensor([[0.0, 0, 2, 2]])
    second = torch.tensor([[1.0, 1, 3, 3], [0, 0, 2, 2], [2, 0, 3, 1], [0, 0, 1, 1]])
    assert box_iou(first, second).tolist() == [[pytest.approx(1 / 7), 1, 0, 0.25]]
    assert torch.isnan(box_iou(torch.zeros(1, 4), torch.zeros(1, 4))).all()


def test_a_step_by_hand() -> None:
    """An anchor of 4 x 2 about (2, 1), a box of 8 x 1 about (4, 2): half its width and height, log 2 and -log 2."""
    steps = encode(torch.tensor([[0.0, 1.5, 8, 2.5]]), torch.tensor([[0.0, 0, 4, 2]]), (1, 1, 1, 1))
    torch.testing.assert_close(steps, torch.tensor([[0.5, 0.5, math.log(2), -math.log(2)]]))


@given(box=st.tuples(places, places, lengths, lengths), anchor=st.tuples(places, places, lengths, lengths))
def test_decoding_inverts_coding(box: tuple[float, ...], anchor: tuple[float, ...]) -> None:
    boxes, anchors = torch.tensor([box, anchor], dtype=torch.float64).unsqueeze(1)
    boxes, anchors = (torch.cat((one[:, :2], one[:, :2] + one[:, 2:]), dim=1) for one in (boxes, anchors))
    decoded = decode(encode(boxes, anchors, WEIGHTS)[:, None], anchors, WEIGHTS)[:, 0]
    size, grown = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    if bool((torch.log(grown / size) <= LARGEST_STEP).all()):
        torch.testing.assert_close(decoded, boxes)


def test_growth_is_bounded() -> None:
    decoded = decode(torch.tensor([[[0.0, 0, 99, 99]]]), torch.tensor([[0.0, 0, 16, 16]]), (1, 1, 1, 1))
    torch.testing.assert_close(decoded, torch.tensor([[[-492.0, -492, 508, 508]]]))


def test_torchvision_codes_the_same() -> None:
    coder = torchvision("models.detection._utils").BoxCoder(WEIGHTS)
    anchors = torch.tensor([[0.0, 0, 30, 20], [5, 6, 9, 60]])
    boxes = torch.tensor([[3.0, 1, 32, 29], [0, 0, 5, 5]])
    steps = encode(boxes, anchors, WEIGHTS)
    torch.testing.assert_close(steps, coder.encode_single(boxes, anchors))
    several = torch.stack((steps, -steps, 3 * steps), dim=1)
    torch.testing.assert_close(decode(several, anchors, WEIGHTS), coder.decode(several.flatten(1), [anchors]))


def test_borders_and_sizes() -> None:
    boxes = torch.tensor([[-3.0, 2, 9, 11], [1, 1, 1.5, 4]])
    assert clip(boxes, 10, 8).tolist() == [[0, 2, 8, 10], [1, 1, 1.5, 4]]
    assert at_least(boxes, 1).tolist() == [0]
    assert at_least(boxes, 0.5).tolist() == [0, 1]
    assert rescale(boxes, (10, 20), (5, 40)).tolist() == [[-6, 1, 18, 5.5], [2, 0.5, 3, 2]]
