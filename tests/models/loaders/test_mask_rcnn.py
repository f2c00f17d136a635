"""A file of torchvision's Mask R-CNN, dropped in."""

from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.cli import main
from segstudio.models import load_model
from segstudio.models.zoo import mask_rcnn_rpn
from tests.models.peers import settle, torchvision

FEW = 40


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> torch.nn.Module:
    """Torchvision's own, of 91 classes over ResNet-18, with weights by which classes differ between regions."""
    detection, models = torchvision("models.detection"), torchvision("models")
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: FEW, False: FEW})
    backbone = detection.backbone_utils._resnet_fpn_extractor(models.resnet18(norm_layer=torch.nn.BatchNorm2d), 5)
    few = {f"rpn_{when}_nms_top_n_{mode}": FEW for when in ("pre", "post") for mode in ("train", "test")}
    network: torch.nn.Module = detection.MaskRCNN(backbone, 91, **few)
    settle(network)
    network.state_dict()["roi_heads.box_predictor.cls_score.weight"].mul_(8)
    return network.eval()


def test_it_finds_what_torchvision_finds(
    peer: torch.nn.Module, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.pth"
    torch.save(peer.state_dict(), path)
    assert main(["inspect", str(path)]) == 0
    said = capsys.readouterr().out
    assert "mask_rcnn" in said
    assert "Loadable: yes" in said
    model = load_model(path, "cpu")
    assert model.info.instances
    assert model.info.classes.scored[90].name == "toothbrush"
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    with torch.inference_mode():
        (expected,) = peer([torch.from_numpy(image).movedim(-1, 0).float() / 255])
    (found,) = model.predict([image])
    seen = (expected["masks"] >= 0.5).flatten(1).any(1)
    assert len(found.objects) > 10
    assert [o.class_id for o in found.objects] == expected["labels"][seen].tolist()
    assert [o.score for o in found.objects] == pytest.approx(expected["scores"][seen].tolist(), abs=1e-4)
    corners = np.array([(x, y, x + w, y + h) for x, y, w, h in (o.box for o in found.objects)])
    np.testing.assert_allclose(corners, expected["boxes"][seen], atol=1e-2)
