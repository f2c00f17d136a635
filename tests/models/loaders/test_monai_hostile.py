"""MONAI bundles that want memory, time or files of others: a sentence, before any of it is taken."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.late import absent_extra
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.monai_bundle.config import PACKAGE, WHAT

UNET = {
    "_target_": "UNet", "spatial_dims": 2, "in_channels": 3, "out_channels": 2, "channels": [4, 8], "strides": [2],
}  # fmt: skip
SWIN = {"_target_": "SwinUNETR", "spatial_dims": 2, "in_channels": 3, "out_channels": 2}
FORMAT = {"inputs": {"image": {"num_channels": 3}}, "outputs": {"pred": {"num_channels": 2}}}


def written(folder: Path, network: Any = UNET, said: Any = FORMAT, **config: Any) -> Path:
    """Write a bundle with weights that are hardly any."""
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "configs" / "metadata.json").write_text(json.dumps({"network_data_format": said}))
    (folder / "configs" / "inference.json").write_text(json.dumps({"network_def": network, **config}))
    torch.save({"a.w": torch.zeros(3)}, folder / "models" / "model.pt")
    return folder


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, str(file.relative_to(folder)))
    return path


def without(network: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in network.items() if name != key}


def answering(count: object) -> dict[str, Any]:
    return {**FORMAT, "outputs": {"pred": {"num_channels": count}}}


@pytest.mark.parametrize(
    ("network", "said", "message"),
    [
        (without(UNET, "out_channels"), answering(10**11), "answers with 100000000000 channels"),
        (without(UNET, "out_channels"), answering(-5), "answers with -5 channels"),
        (without(UNET, "out_channels"), answering(True), "no whole number"),
        ({**UNET, "strides": [4096] * 300_000}, FORMAT, "strides is too long"),
        ({**UNET, "strides": [4096] * 900}, FORMAT, "smaller by more"),
        ({"_target_": "SegResNet", "spatial_dims": 2, "blocks_down": [1] * 900}, FORMAT, "smaller by more"),
        ({**SWIN, "window_size": 200}, FORMAT, "window_size is over"),
        ({**SWIN, "window_size": [7, 4000]}, FORMAT, "window_size is over"),
        ({**UNET, "channels": "$" + "x" * 10_000}, FORMAT, "would have to be run"),
    ],
)
def test_numbers_that_no_network_has_are_named(tmp_path: Path, network: Any, said: Any, message: str) -> None:
    reason = inspect(written(tmp_path / "bundle", network, said)).reason
    assert reason is not None
    assert message in reason
    assert len(reason) < 500


def test_names_that_multiply_are_followed_no_further_than_a_network_needs(tmp_path: Path) -> None:
    folder = written(tmp_path / "a", {**UNET, "norm": "@a"}, a=["@b"] * 1500, b=["@c"] * 1500, c=[0] * 1500)
    assert "norm is too long" in (inspect(folder).reason or "")


def test_a_number_that_no_float_holds_is_a_step_that_is_not_done(tmp_path: Path) -> None:
    step = {"_target_": "ScaleIntensityRanged", "a_min": 10**400, "a_max": 1}
    found = inspect(written(tmp_path / "a", preprocessing=[step]))
    assert found.reason == absent_extra(PACKAGE, PACKAGE, WHAT)
    assert found.description is not None
    assert "Not done here of its preprocessing: ScaleIntensityRange." in found.description.notes


def test_a_network_larger_than_its_weights_is_not_built(tmp_path: Path) -> None:
    """That of SwinUNETR computes while it is built, and cannot be built without memory first."""
    pytest.importorskip("monai")
    swin = {**SWIN, "feature_size": 4092, "depths": [2, 2, 2, 2], "num_heads": [3, 6, 12, 24]}
    with pytest.raises(SegstudioError, match="larger than its weights"):
        load_model(written(tmp_path / "a", swin), "cpu")


@pytest.mark.parametrize("name", ["configs", "models"])
def test_a_linked_folder_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "bundle")
    (folder / name).rename(tmp_path / "other")
    (folder / name).symlink_to(tmp_path / "other", target_is_directory=True)
    assert "leads out of the chosen folder" in (inspect(folder).reason or "")
    (tmp_path / "link").symlink_to(written(tmp_path / "whole"), target_is_directory=True)
    assert inspect(tmp_path / "link").reason == absent_extra(PACKAGE, PACKAGE, WHAT), "it was chosen so"


@pytest.mark.parametrize("name", ["models/model.pt", "configs/train.json"])
def test_a_zip_that_becomes_too_large_is_refused(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "bundle")
    (folder / name).write_bytes(bytes(2 << 20))
    with pytest.raises(UnreadableFile, match=f"{name} claims 2,097,152 bytes"):
        load_model(zipped(folder), "cpu")


def test_what_a_zip_becomes_together_is_bound_too(tmp_path: Path) -> None:
    folder = written(tmp_path / "bundle")
    for name in ("inference", "evaluate", "train"):
        (folder / "configs" / f"{name}.json").write_bytes(b" " * (1 << 20))
    with pytest.raises(UnreadableFile, match=r"what it holds claims 3,1[0-9,]+ bytes together"):
        load_model(zipped(folder), "cpu")


def test_what_an_entry_claims_of_itself_is_not_believed(tmp_path: Path) -> None:
    """A size in the zip of a thousand times the zip itself allows no more than the zip does."""
    folder = written(tmp_path / "bundle")
    (folder / "models" / "model.pt").write_bytes(bytes(2 << 20))
    path = zipped(folder)
    with zipfile.ZipFile(path) as archive:
        packed = archive.getinfo("models/model.pt").compress_size
    data = path.read_bytes()
    central = data.rindex(b"models/model.pt") - 46 + 20
    assert data[central : central + 4] == packed.to_bytes(4, "little")
    path.write_bytes(data[:central] + (1 << 30).to_bytes(4, "little") + data[central + 4 :])
    with pytest.raises(UnreadableFile, match=r"claims 2,097,152 bytes"):
        load_model(path, "cpu")
