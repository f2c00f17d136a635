"""Masks pasted into pictures: by hand, whatever the box, and as torchvision does."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from segstudio.models.layers.mask_pasting import pasted_masks, placed_masks
from tests.models.peers import torchvision


def pasted(masks: Tensor, boxes: Tensor, height: int, width: int) -> Tensor:
    """Return pictures (N, height, width) with nothing beside the masks."""
    found = torch.zeros(len(masks), height, width)
    for picture, (y, x, patch) in zip(found, placed_masks(masks, boxes, height, width), strict=True):
        picture[y : y + patch.shape[0], x : x + patch.shape[1]] = patch
    return found


def test_by_hand() -> None:
    """A box of 2 x 2 grows with the border of a mask of 2 x 2 to 4 x 4, of which both ends count: 5 x 5 pixels."""
    found = pasted(torch.ones(1, 2, 2), torch.tensor([[3.0, 2, 5, 4]]), 8, 9)[0]
    line = torch.tensor([0.0, 0.7, 1.0, 0.7, 0.0])  # 4 places, the outer two zero, resampled to 5
    expected = torch.zeros(8, 9)
    expected[1:6, 2:7] = line[:, None] * line
    torch.testing.assert_close(found, expected)


boxes = st.tuples(*[st.floats(-20, 40, width=32)] * 2, *[st.floats(0, 40, width=32)] * 2)


@settings(max_examples=60, deadline=None)
@given(box=boxes)
def test_any_box_is_pasted_as_far_as_it_lies_in_the_picture(box: tuple[float, ...]) -> None:
    x, y, width, height = box
    mask = torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(0))
    inside = pasted(mask, torch.tensor([[x, y, x + width, y + height]]), 20, 25)
    moved = pasted(mask, torch.tensor([[x + 64, y + 64, x + 64 + width, y + 64 + height]]), 200, 200)
    # Corners are cut towards zero, so a box that begins left of it is compared where nothing is cut off.
    if x - width > 0 and y - height > 0:
        torch.testing.assert_close(inside, moved[:, 64:84, 64:89])
    assert inside.shape == (1, 20, 25)


def test_torchvision_pastes_the_same() -> None:
    peer = torchvision("models.detection.roi_heads")
    masks = torch.rand(4, 1, 28, 28)
    corners = torch.tensor([[3.2, 4.9, 30.1, 22.7], [0, 0, 40, 32], [-4, 3, 2, 9.5], [39, 30, 39.5, 31]])
    torch.testing.assert_close(
        pasted(masks[:, 0], corners, 32, 40)[:, None], peer.paste_masks_in_image(masks, corners, (32, 40))
    )


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(boxes, max_size=3))
def test_all_at_once_are_pasted_where_one_at_a_time_is(rows: list[tuple[float, ...]]) -> None:
    corners = torch.tensor(rows, dtype=torch.float32).view(-1, 4)
    corners[:, 2:] += corners[:, :2]
    masks = torch.rand(len(rows), 4, 4, generator=torch.Generator().manual_seed(0))
    found = pasted_masks(masks, corners, 20, 25)
    torch.testing.assert_close(found, pasted(masks, corners, 20, 25), rtol=0, atol=1e-5)


@pytest.mark.parametrize("box", [(2.0, 3, 21, 18), (-7.0, -40, 90, 55), (10.0, 4, 10.4, 4.2)])
def test_what_lies_in_the_picture_is_what_stretching_the_whole_mask_gives(box: tuple[float, ...]) -> None:
    """A mask of 6 x 6 grows to 8 x 8 with its border, and its box by a sixth of its sides in each direction."""
    mask = torch.rand(1, 6, 6, generator=torch.Generator().manual_seed(0))
    left, top, right, bottom = box
    across, down = (right - left) / 6, (bottom - top) / 6
    x1, y1, x2, y2 = int(left - across), int(top - down), int(right + across), int(bottom + down)
    size = (y2 - y1 + 1, x2 - x1 + 1)
    whole = functional.interpolate(functional.pad(mask, (1,) * 4)[None], size, mode="bilinear", align_corners=False)
    around = functional.pad(whole[0, 0], (200 + x1, 200, 200 + y1, 200))
    found = pasted(mask, torch.tensor([box]), 20, 25)[0]
    torch.testing.assert_close(found, around[200:220, 200:225], atol=1e-5, rtol=1e-5)


def test_a_box_far_larger_than_the_picture_takes_no_more_room_than_the_picture() -> None:
    """The whole of this one would take 40 000 times 40 000 floats."""
    found = pasted(torch.ones(1, 28, 28), torch.tensor([[-20000.0, -20000, 20000, 20000]]), 10, 12)
    torch.testing.assert_close(found, torch.ones(1, 10, 12))
