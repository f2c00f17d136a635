"""Masks pasted into pictures: by hand, whatever the box, and as torchvision does."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.models.layers.mask_pasting import paste_masks
from tests.models.peers import torchvision


def test_by_hand() -> None:
    """A box of 2 x 2 grows with the border of a mask of 2 x 2 to 4 x 4, of which both ends count: 5 x 5 pixels."""
    pasted = paste_masks(torch.ones(1, 2, 2), torch.tensor([[3.0, 2, 5, 4]]), 8, 9)[0]
    line = torch.tensor([0.0, 0.7, 1.0, 0.7, 0.0])  # 4 places, the outer two zero, resampled to 5
    expected = torch.zeros(8, 9)
    expected[1:6, 2:7] = line[:, None] * line
    torch.testing.assert_close(pasted, expected)


boxes = st.tuples(*[st.floats(-20, 40, width=32)] * 2, *[st.floats(0, 40, width=32)] * 2)


@settings(max_examples=60, deadline=None)
@given(box=boxes)
def test_any_box_is_pasted_as_far_as_it_lies_in_the_picture(box: tuple[float, ...]) -> None:
    x, y, width, height = box
    mask = torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(0))
    inside = paste_masks(mask, torch.tensor([[x, y, x + width, y + height]]), 20, 25)
    moved = paste_masks(mask, torch.tensor([[x + 64, y + 64, x + 64 + width, y + 64 + height]]), 200, 200)
    # Corners are cut towards zero, so a box that begins left of it is compared where nothing is cut off.
    if x - width > 0 and y - height > 0:
        torch.testing.assert_close(inside, moved[:, 64:84, 64:89])
    assert inside.shape == (1, 20, 25)


def test_torchvision_pastes_the_same() -> None:
    peer = torchvision("models.detection.roi_heads")
    masks = torch.rand(4, 1, 28, 28)
    corners = torch.tensor([[3.2, 4.9, 30.1, 22.7], [0, 0, 40, 32], [-4, 3, 2, 9.5], [39, 30, 39.5, 31]])
    torch.testing.assert_close(
        paste_masks(masks[:, 0], corners, 32, 40)[:, None], peer.paste_masks_in_image(masks, corners, (32, 40))
    )
