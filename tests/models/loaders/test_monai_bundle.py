"""MONAI bundles as its own package writes them: the same answers, and nothing of their configuration is run."""

import json
import shutil
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.raster import RgbImage
from segstudio.models import load_model
from segstudio.models.inference import to_input
from segstudio.models.loaders import loader_for, loading
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from tests.models.peers import settle

UNET = {
    "_target_": "UNet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "channels": [4, 8, 12],
    "strides": [2, 2], "num_res_units": 1,
}  # fmt: skip
READ = [{"_target_": "LoadImaged", "keys": "image"}, {"_target_": "EnsureChannelFirstd", "keys": "image"}]
SCALED = {"_target_": "ScaleIntensityRanged", "keys": "image", "a_min": 0, "a_max": 255, "b_min": 0, "b_max": 1}


def nets() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("monai.networks.nets")


def metadata(**changes: Any) -> dict[str, Any]:
    image = {"num_channels": 3, "spatial_shape": ["8*n", "8*n"], "value_range": [0, 1], **changes.pop("image", {})}
    pred = {"num_channels": 2, "channel_def": {"0": "background", "1": "tool"}, **changes.pop("pred", {})}
    return {
        "name": "Tools",
        "version": "0.1.0",
        "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": pred}},
        **changes,
    }


def written(folder: Path, config: dict[str, Any], said: dict[str, Any] | None = None) -> Path:
    """Write a bundle whose weights are those of the network that it describes, where that can be built."""
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "configs" / "metadata.json").write_text(json.dumps(said or metadata()))
    (folder / "configs" / "inference.json").write_text(json.dumps(config))
    torch.save(peer(UNET).state_dict(), folder / "models" / "model.pt")
    return folder


def peer(network: dict[str, Any]) -> nn.Module:
    arguments = {key: value for key, value in network.items() if key != "_target_"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: nn.Module = getattr(nets(), network["_target_"])(**arguments).eval()
    settle(found)
    return found


def loaded(path: Path) -> Loaded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        *_, found = loading(loader_for(path), path)
    assert isinstance(found, Loaded)
    return found


def picture(height: int, width: int) -> RgbImage:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


NETWORKS = [
    UNET,
    {"_target_": "monai.networks.nets.BasicUNet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2,
     "features": [4, 4, 8, 8, 8, 4]},
    {"_target_": "SegResNet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "init_filters": 8},
    {"_target_": "AttentionUnet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "channels": [4, 8],
     "strides": [2, 2]},
    {"_target_": "DynUNet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "kernel_size": [3, 3, 3],
     "strides": [1, 2, 2], "upsample_kernel_size": [2, 2], "filters": [4, 8, 8], "deep_supervision": True},
    {"_target_": "FlexibleUNet", "in_channels": 3, "out_channels": 2, "backbone": "resnet18", "pretrained": True,
     "decoder_channels": [8, 8, 8, 8, 4]},
]  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["_target_"].rpartition(".")[2])
def test_each_network_answers_as_monai_s_own(tmp_path: Path, network: dict[str, Any]) -> None:
    folder = written(tmp_path / "bundle", {"network_def": network})
    own = {"pretrained": False} if "pretrained" in network else {}
    theirs = peer({**network, **own, "_target_": network["_target_"].rpartition(".")[2]})
    torch.save(theirs.state_dict(), folder / "models" / "model.pt")
    found = loaded(folder)
    image = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        expected = theirs(image)
        assert expected.std() > 0.01
        torch.testing.assert_close(found.network.eval()(image), expected, rtol=0, atol=1e-4)
        assert found.network(image[..., :61, :70]).shape == (1, 2, 61, 70)
    told = inspect(folder)
    assert (told.format, told.reason) == ("monai", None)
    assert told.description is not None
    assert [c.name for c in told.description.classes.classes] == ["background", "tool"]
    assert told.description.assumed == ()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("root", ["", "tools/"])
def test_a_zip_is_read_as_its_folder(tmp_path: Path, packed: bool, root: str) -> None:
    folder = written(tmp_path / "bundle", {"network_def": UNET})
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, f"{root}{file.relative_to(folder)}")
    image = torch.randn(1, 3, 16, 16)
    with torch.inference_mode():
        found = loaded(tmp_path / "b.zip").network.eval()(image)
        torch.testing.assert_close(found, loaded(folder).network.eval()(image))
    assert inspect(tmp_path / "b.zip").reason is None


def test_pictures_are_seen_as_monai_s_reader_gives_them(tmp_path: Path) -> None:
    """Its reader gives x before y: a network that was trained so is wrong by a quarter of a turn otherwise."""
    nets()
    transforms = pytest.importorskip("monai.transforms")
    folder = written(
        tmp_path / "bundle",
        {"network_def": UNET, "preprocessing": {"_target_": "Compose", "transforms": [*READ, SCALED]}},
    )
    Image.fromarray(picture(24, 40)).save(tmp_path / "a.png")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        steps = [
            transforms.LoadImage(image_only=True),
            transforms.EnsureChannelFirst(),
            transforms.ScaleIntensityRange(0, 255, 0, 1),
        ]
        seen = torch.as_tensor(np.asarray(transforms.Compose(steps)(tmp_path / "a.png")))
        model = load_model(folder, "cpu")
    with torch.inference_mode():
        expected = peer(UNET)(seen[None])[0].argmax(0).T.numpy()
    assert (model.predict([picture(24, 40)])[0].labels == expected).mean() > 0.999
    assert any("x before y" in note for note in inspect(folder).description.notes)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("steps", "expected", "unknown"),
    [
        ([], lambda x: x / 255, False),
        ([SCALED], lambda x: x / 255, False),
        ([{**SCALED, "b_min": -1}], lambda x: x / 127.5 - 1, False),
        ([{"_target_": "ScaleIntensityd", "keys": "image"}], lambda x: (x - x.min()) / (x.max() - x.min()), False),
        ([{"_target_": "NormalizeIntensityd", "channel_wise": True}],
         lambda x: (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True), False),
        ([{"_target_": "NormalizeIntensityd"}], lambda x: (x - x.mean()) / x.std(), False),
        ([SCALED, {"_target_": "NormalizeIntensityd", "subtrahend": [0.5, 0.4, 0.3], "divisor": [0.1, 0.2, 0.4]}],
         lambda x: (x / 255 - np.reshape([0.5, 0.4, 0.3], (3, 1, 1))) / np.reshape([0.1, 0.2, 0.4], (3, 1, 1)), False),
        ([SCALED, {"_target_": "GaussianSmoothd", "sigma": 2}], lambda x: x / 255, True),
        ([SCALED, {"_target_": "Lambdad", "func": "$__import__('os').mkdir('trace')"}], lambda x: x / 255, True),
    ],
)  # fmt: skip
def test_transforms_that_are_known_are_followed(tmp_path: Path, steps: list[Any], expected: Any, unknown: bool) -> None:
    transforms = {"_target_": "Compose", "transforms": [*READ, *steps]}
    said = loaded(written(tmp_path / "bundle", {"network_def": UNET, "preprocessing": transforms})).description
    assert ("preprocess" in said.assumed) == unknown
    assert any(steps[-1]["_target_"][:-1] in note for note in said.notes) == unknown if steps else True
    image = picture(10, 12)
    pixels = to_input([image], said.preprocess, torch.device("cpu"))[0].numpy()
    np.testing.assert_allclose(pixels, expected(image.astype(np.float32).transpose(2, 0, 1)), atol=1e-4)


def test_a_size_is_told_x_first(tmp_path: Path) -> None:
    resized = {"_target_": "Resized", "spatial_size": [48, 32], "mode": ["bilinear"]}
    for number, (steps, size) in enumerate([([*READ, resized], (32, 48)), ([resized], (48, 32))]):
        folder = written(tmp_path / str(number), {"network_def": UNET, "preprocessing": {"transforms": steps}})
        assert loaded(folder).description.preprocess.size == size


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ({**UNET, "spatial_dims": 3}, "of volumes"),
        ({key: value for key, value in UNET.items() if key != "spatial_dims"}, "of volumes"),
        ({**UNET, "_target_": "os.system"}, "its network is os.system"),
        ({**UNET, "_target_": "evil.UNet"}, "its network is evil.UNet"),
        ({**UNET, "channels": "$__import__('os').mkdir('trace')"}, "would have to be run"),
        ({**UNET, "channels": "@nowhere"}, "would have to be run"),
        ({**UNET, "channels": "%x.json#a"}, "would have to be run"),
        ({**UNET, "norm": {"_target_": "os.system", "command": "x"}}, "to be made by os.system"),
        ({**UNET, "num_res_units": 10**9}, "the number 1000000000"),
        ({**UNET, "channels": [4000, 4000, 4000]}, "larger than its weights"),
        ({**UNET, "channels": [4, 8]}, "cannot build its UNet|not of the network"),
        ({**UNET, "channels": [4, 8, 16]}, "not of the network that it describes"),
        ({**UNET, "colour": "red"}, "cannot build its UNet"),
        ({**UNET, "in_channels": 1}, "its metadata has 3 as in_channels"),
        ("$monai.networks.nets.UNet()", "describes no network by name"),
    ],
)
def test_what_would_be_run_or_is_not_known_is_named(tmp_path: Path, network: Any, said: str, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableFile, match=said):
        loaded(written(tmp_path / "bundle", {"network_def": network}))
    assert not (tmp_path / "trace").exists()


def test_names_of_literals_are_followed(tmp_path: Path) -> None:
    config = {"widths": [4, 8, 12], "out": "@many", "many": 2,
              "network_def": {**UNET, "channels": "@widths", "out_channels": "@out"}}  # fmt: skip
    assert loaded(written(tmp_path / "a", config)).description.config["classes"] == 2
    with pytest.raises(UnreadableFile, match="too deep"):
        loaded(written(tmp_path / "b", {"a": "@b", "b": "@a", "network_def": {**UNET, "channels": "@a"}}))


@pytest.mark.parametrize(
    ("said", "config", "message"),
    [
        (metadata(image={"num_channels": 4}), {}, "takes 4 channels"),
        ({"name": "x"}, {}, "not as MONAI writes it"),
        (metadata(pred={"num_channels": "two"}), {}, "not as MONAI writes it"),
        (metadata(), {"postprocessing": {"transforms": [{"_target_": "Activationsd", "sigmoid": True}]}}, "within one"),
    ],
)
def test_metadata_that_cannot_be_followed_is_said(tmp_path: Path, said: Any, config: Any, message: str) -> None:
    folder = written(tmp_path / "bundle", {"network_def": UNET, **config}, said)
    assert message in (inspect(folder).reason or "")
    with pytest.raises(UnreadableFile, match=message):
        loaded(folder)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle", {"network_def": UNET})
    weights = folder / "models" / "model.pt"
    shutil.copy(weights, folder / "models" / "model.ts")
    weights.unlink()
    with pytest.raises(UnreadableFile, match=r"no models/model.pt") as caught:
        loaded(folder)
    assert "Open models/model.ts itself" in (caught.value.hint or "")
    weights.write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    assert "Git LFS pointer" in (inspect(folder).reason or "")
    (folder / "configs" / "inference.json").unlink()
    with pytest.raises(UnreadableFile, match=r"no inference.json") as caught:
        loaded(folder)


def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "bundle", {"network_def": UNET})
    monkeypatch.setitem(sys.modules, "monai", None)
    monkeypatch.setitem(sys.modules, "monai.networks.nets", None)
    with pytest.raises(SegstudioError) as caught:
        loaded(folder)
    assert "segstudio[monai]" in (caught.value.hint or "")
    assert inspect(folder).reason == caught.value.sentence()
