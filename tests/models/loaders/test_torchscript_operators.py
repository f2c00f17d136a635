"""TorchScript with operators that another library would bring along, as torchvision's scripted Mask R-CNN has them."""

import zipfile
from pathlib import Path

import pytest
import torch

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from tests.models.loaders.made import scripted


def test_an_operator_of_another_library_is_named(tmp_path: Path) -> None:
    whole, path = scripted(torch.nn.ReLU(), tmp_path / "whole.pt"), tmp_path / "net.pt"
    with zipfile.ZipFile(whole) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            code = before.read(name)
            after.writestr(name, code.replace(b"torch.relu(", b"ops.torchvision.nms(") if ".py" in name else code)
    with pytest.raises(UnreadableFile, match="it calls torchvision::nms, an operator of another library") as caught:
        load_model(path, "cpu", trusted=(digest_of(path),))
    assert "ONNX" in caught.value.hint
