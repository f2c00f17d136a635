"""Mask R-CNN against torchvision with the same weights, from the image to pasted masks, and in its losses."""

from typing import Any

import pytest
import torch
from torch import Tensor

from segstudio.models.backbones import resnet
from segstudio.models.references import renamed
from segstudio.models.zoo import build_network, mask_rcnn, mask_rcnn_heads, mask_rcnn_rpn
from segstudio.models.zoo.entries.mask_rcnn import MASK_RCNN
from segstudio.models.zoo.mask_rcnn import MaskRCNN
from segstudio.models.zoo.object_network import Detections, Target
from tests.models.peers import give, settle, torchvision

SIZES = {"min_size": 64, "max_size": 112}
FEW = 60
"""Proposals kept, in place of 1000 and 2000."""


def network(**options: Any) -> MaskRCNN:
    made = build_network("mask_rcnn", 3, 4, backbone="resnet18", **SIZES, **options)
    assert isinstance(made, MaskRCNN)
    return made


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: FEW, False: FEW})


def peer_of(ours: MaskRCNN, frozen: bool) -> Any:
    """Return torchvision's with the weights of ``ours``; it takes normalised images, as ours does."""
    detection, models = torchvision("models.detection"), torchvision("models")
    norm = torchvision("ops").FrozenBatchNorm2d if frozen else torch.nn.BatchNorm2d
    backbone = detection.backbone_utils._resnet_fpn_extractor(models.resnet18(norm_layer=norm), 5)
    few = {f"rpn_{when}_nms_top_n_{mode}": FEW for when in ("pre", "post") for mode in ("train", "test")}
    peer = detection.MaskRCNN(backbone, 4, image_mean=[0.0] * 3, image_std=[1.0] * 3, **SIZES, **few)
    if frozen:
        torchvision("models.detection._utils").overwrite_eps(peer, 0.0)
    give(ours.state_dict(), peer)
    return peer.eval()


def lively(ours: MaskRCNN) -> MaskRCNN:
    """Give it weights with which classes differ between regions, and boxes from anchors."""
    settle(ours)
    weights = ours.state_dict()
    weights["roi_heads.box_predictor.cls_score.weight"].mul_(4)
    weights["roi_heads.box_predictor.bbox_pred.weight"].mul_(2)
    return ours.eval()


def images() -> list[Tensor]:
    generator = torch.Generator().manual_seed(3)
    return [torch.randn(3, 50, 70, generator=generator), torch.randn(3, 96, 64, generator=generator)]


def target(height: int, width: int, seed: int = 0, count: int = 3) -> Target:
    """Return rectangles as objects."""
    generator = torch.Generator().manual_seed(seed)
    corner = torch.rand(count, 2, generator=generator) * 20
    boxes = torch.cat((corner, corner + 15 + torch.rand(count, 2, generator=generator) * 15), dim=1).round()
    masks = torch.zeros(count, height, width, dtype=torch.uint8)
    for mask, (x1, y1, x2, y2) in zip(masks, boxes.int().tolist(), strict=True):
        mask[y1:y2, x1:x2] = 1
    return Target(boxes, torch.arange(count) % 3 + 1, masks)


def pasted(found: Detections) -> Tensor:
    """Return the masks as pictures (K, height, width) with nothing beside them."""
    pictures = torch.zeros(len(found.masks), found.height, found.width)
    for picture, (y, x, patch) in zip(pictures, found.placed(), strict=True):
        picture[y : y + patch.shape[0], x : x + patch.shape[1]] = patch
    return pictures


@pytest.mark.parametrize("frozen", [False, True])
def test_torchvision_detects_the_same(frozen: bool) -> None:
    ours = lively(network(norm="frozen_coco" if frozen else "batch"))
    peer = peer_of(ours, frozen)
    with torch.inference_mode():
        for found, expected in zip(ours(images()), peer(images()), strict=True):
            assert len(found.labels) > 20
            assert len(found.labels.unique()) > 1
            assert found.labels.tolist() == expected["labels"].tolist()
            torch.testing.assert_close(found.boxes, expected["boxes"], rtol=0, atol=1e-4)
            torch.testing.assert_close(found.scores, expected["scores"], rtol=0, atol=1e-4)
            torch.testing.assert_close(pasted(found), expected["masks"][:, 0], rtol=0, atol=1e-4)


def test_torchvision_has_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = lively(network())
    peer = peer_of(ours, frozen=False)
    monkeypatch.setattr(torch, "randperm", lambda count, device=None: torch.arange(count, device=device))
    for part in (ours.rpn, peer, peer.rpn, peer.roi_heads):
        part.training = True  # of the parts, not of the normalisation in the backbone
    targets = [target(50, 70, 1), target(96, 64, 2)]
    as_theirs = [{"boxes": one.boxes, "labels": one.labels, "masks": one.masks} for one in targets]
    losses, expected = ours.losses(images(), targets), peer(images(), as_theirs)
    assert losses.keys() == expected.keys()
    for name, loss in losses.items():
        assert loss > 0
        torch.testing.assert_close(loss, expected[name], rtol=1e-4, atol=1e-5)


@pytest.fixture
def narrower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resnet, "WIDTH", 16)
    monkeypatch.setattr(mask_rcnn, "CHANNELS", 32)
    monkeypatch.setattr(mask_rcnn_heads, "HIDDEN", 64)


@pytest.mark.usefixtures("narrower")
def test_an_image_without_objects_teaches_what_is_background() -> None:
    empty = Target(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), torch.zeros(0, 50, 70))
    losses = lively(network()).losses(images()[:1], [empty])
    assert losses["loss_objectness"] > 0
    assert losses["loss_classifier"] > 0
    assert [losses[name].item() for name in ("loss_box_reg", "loss_rpn_box_reg", "loss_mask")] == [0, 0, 0]
    sum(losses.values(), torch.tensor(0.0)).backward()  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("narrower")
@pytest.mark.parametrize("box", [(5.0, 5, 5, 9), (9.0, 5, 5, 9), (0.0, 0, float("inf"), 9), (0.0, float("nan"), 5, 9)])
def test_an_object_without_a_box_is_refused(box: tuple[float, ...]) -> None:
    targets = [target(50, 70, 1), target(96, 64, 2)]
    targets[1].boxes[2] = torch.tensor(box)
    with pytest.raises(ValueError, match=r"the box \[.*\] of image 1 has no area"):
        lively(network()).losses(images(), targets)


@pytest.mark.usefixtures("narrower")
def test_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no image"):
        network().eval()([])
    with pytest.raises(ValueError, match="there is no image"):
        network().losses([], [])


@pytest.mark.usefixtures("narrower")
def test_the_losses_fall_by_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """From what they are once proposals are near objects: before, there are few boxes to be wrong about."""
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: 30, False: 30})
    torch.manual_seed(0)
    ours = network(norm="frozen").train()
    targets = [target(48, 48, 1), target(48, 48, 2)]
    shades = torch.stack([(one.masks * one.labels[:, None, None]).sum(0) for one in targets])[:, None]
    pictures = shades / 2 - 1 + 0.1 * torch.randn(2, 3, 48, 48)
    optimizer = torch.optim.Adam(ours.parameters(), 3e-3)
    history = []
    for _ in range(75):
        losses = ours.losses(pictures, targets)
        optimizer.zero_grad(set_to_none=True)
        sum(losses.values(), torch.tensor(0.0)).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        history.append({name: loss.item() for name, loss in losses.items()})
    for name in history[0]:
        first, last = (max(losses[name] for losses in part) for part in (history[:15], history[-5:]))
        assert last < first / 2


@pytest.mark.usefixtures("narrower")
def test_what_is_found_lies_in_the_image_as_it_came() -> None:
    ours = lively(network())
    with torch.inference_mode():
        found = ours(torch.randn(1, 3, 20, 31))[0]
    assert (found.height, found.width) == (20, 31)
    assert len(found.boxes) > 0
    assert pasted(found).shape == (len(found.boxes), 20, 31)
    assert found.boxes.min() >= 0
    assert found.boxes[:, [0, 2]].max() <= 31
    assert found.boxes[:, [1, 3]].max() <= 20
    assert bool((found.scores.diff() <= 0).all())


@pytest.mark.usefixtures("narrower")
def test_half_precision_keeps_boxes_and_losses_single() -> None:
    ours = lively(network())
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        found = ours(images())
        losses = ours.losses(images(), [target(50, 70, 1), target(96, 64, 2)])
    assert {tensor.dtype for one in found for tensor in (one.boxes, one.scores, one.masks)} == {torch.float32}
    assert all(bool(one.boxes.isfinite().all()) and len(one.boxes) for one in found)
    assert all(loss.isfinite() for loss in losses.values())


@pytest.mark.parametrize(
    ("options", "said"), [({"norm": "layer"}, "batch, frozen"), ({"min_size": 9, "max_size": 8}, "min_size")]
)
def test_what_cannot_be_built_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_network("mask_rcnn", 3, 2, **options)


def test_the_published_file_s_older_names_become_today_s() -> None:
    keys = MASK_RCNN["mask_rcnn"].references[1].keys
    assert renamed("rpn.head.conv.weight", keys) == "rpn.head.conv.0.0.weight"
    assert renamed("backbone.fpn.inner_blocks.3.bias", keys) == "backbone.fpn.inner_blocks.3.0.bias"
    assert renamed("roi_heads.mask_head.mask_fcn2.weight", keys) == "roi_heads.mask_head.1.0.weight"
    assert renamed("rpn.head.conv.0.0.weight", keys) == "rpn.head.conv.0.0.weight"
