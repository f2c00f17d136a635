"""Networks of CSAILVision in two files: either finds the other, and both together are one network."""

from pathlib import Path

import pytest
import torch
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders import loader_for, loading
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.recognition import Unrecognised, recognise
from segstudio.models.references import renamed
from segstudio.models.zoo import build_network, pspnet
from segstudio.models.zoo.entries.pspnet import CSAIL
from tests.models.loaders.test_recognition import misfits, stored
from tests.models.peers import reference_shapes, settle

PARTS = {"encoder": ("backbone.",), "decoder": ("ppm.", "cls.", "aux.")}


def loaded(path: Path) -> Loaded:
    *_, found = loading(loader_for(path), path)
    assert isinstance(found, Loaded)
    return found


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    """A PSPNet with a narrow head and a single block a stage, so that it is quickly made."""
    monkeypatch.setattr(pspnet, "HIDDEN", 8)
    monkeypatch.setattr(pspnet, "AUXILIARY", 4)
    found = build_network("pspnet", 3, 150, backbone="resnet50", auxiliary=True, align_corners=False).eval()
    settle(found)
    return found


@pytest.fixture
def pair(tmp_path: Path, network: nn.Module) -> dict[str, Path]:
    """The two files as CSAILVision saves them, synchronised normalisations' extra numbers among them."""
    theirs = {ours: key for key in names() if (ours := renamed(key, CSAIL))}
    weights = network.state_dict()
    paths = {}
    for part, begins in PARTS.items():
        content = {theirs[name].removeprefix(f"{part}."): t for name, t in weights.items() if name.startswith(begins)}
        extra = {f"{key[:-6]}._running_iter": torch.ones(1) for key in content if key.endswith("bn1.weight")}
        paths[part] = tmp_path / f"{part}_epoch_7.pth"
        torch.save({**content, **extra}, paths[part])
    return paths


def names() -> list[str]:
    """Return their names of all tensors of the network over ResNet-50, as both key lists have them."""
    return [
        f"{part}.{name}"
        for part, reference in (
            ("encoder", "csail_encoder_resnet50dilated"),
            ("decoder", "csail_decoder_ppm_deepsup_fc2048"),
        )
        for name in reference_shapes(reference)
    ]


@pytest.mark.parametrize("depth", [50, 101])
@pytest.mark.parametrize("decoder", ["ppm", "ppm_deepsup"])
def test_both_lists_together_are_a_pspnet(depth: int, decoder: str) -> None:
    halves = {"encoder": f"csail_encoder_resnet{depth}dilated", "decoder": f"csail_decoder_{decoder}_fc2048"}
    whole = {f"{half}.{key}": shape for half, name in halves.items() for key, shape in reference_shapes(name).items()}
    found = recognise(stored(whole))
    assert (found.architecture, found.family) == ("pspnet", "CSAILVision")
    auxiliary = {"auxiliary": True} if decoder == "ppm_deepsup" else {}
    rest = {"classes": 150, "in_channels": 3, "align_corners": False, "backbone": f"resnet{depth}"}
    assert found.options == {**rest, **auxiliary}
    assert misfits(found) == []


@pytest.mark.parametrize("dropped", ["encoder", "decoder"])
def test_either_file_finds_the_other(pair: dict[str, Path], network: nn.Module, dropped: str) -> None:
    found = loaded(pair[dropped])
    assert found.description.classes.classes[0].name == "wall"
    assert found.description.preprocess.divisor == 8
    image = torch.randn(1, 3, 40, 33)
    with torch.inference_mode():
        torch.testing.assert_close(found.network.eval()(image), network(image))
    told = inspect(pair[dropped])
    assert told.reason is None
    assert told.description is not None
    assert told.description.family == "CSAILVision"
    assert told.parameters == sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(("dropped", "missing"), [("encoder", "decoder"), ("decoder", "encoder")])
def test_a_missing_half_is_named(pair: dict[str, Path], dropped: str, missing: str) -> None:
    pair[missing].rename(pair[missing].with_name(f"{missing}_epoch_8.pth"))
    said = inspect(pair[dropped]).reason
    assert said is not None
    assert f"{missing}_epoch_7.pth is not beside it" in said
    with pytest.raises(UnreadableFile, match=f"{missing}_epoch_7.pth is not beside it"):
        loaded(pair[dropped])


def test_a_half_of_another_name_is_said(pair: dict[str, Path]) -> None:
    other = pair["decoder"].rename(pair["decoder"].with_name("best.pth"))
    with pytest.raises(UnreadableFile, match="does not tell the encoder's"):
        loaded(other)


def test_a_fellow_that_cannot_be_read_is_the_one_that_is_named(pair: dict[str, Path]) -> None:
    pair["decoder"].write_bytes(b"")
    with pytest.raises(UnreadableFile, match=r"decoder_epoch_7.pth could not be read: it is empty"):
        loaded(pair["encoder"])
    pair["decoder"].write_bytes(pair["encoder"].read_bytes()[:-1000])
    with pytest.raises(UnreadableFile, match=r"decoder_epoch_7.pth could not be read: the archive is damaged"):
        loaded(pair["encoder"])
    pair["decoder"].write_bytes(b"\x80\x04N.")
    with pytest.raises(UnreadableFile, match=r"decoder_epoch_7.pth could not be read: it is no state dict"):
        loaded(pair["encoder"])


@pytest.mark.parametrize(
    ("encoder", "decoder", "said"),
    [
        ("csail_encoder_resnet50dilated", "csail_decoder_upernet_fc2048", "UPerNet of CSAILVision"),
        ("csail_encoder_hrnetv2", "csail_decoder_c1_fc720", "CSAILVision over HRNet"),
        ("csail_encoder_mobilenetv2dilated", "csail_decoder_ppm_fc2048", "CSAILVision over MobileNetV2"),
        ("csail_encoder_resnet18dilated", "csail_decoder_c1_deepsup_fc2048", "decoder of one convolution"),
    ],
)
def test_other_pairs_are_named_and_refused(encoder: str, decoder: str, said: str) -> None:
    halves = {"encoder": encoder, "decoder": decoder}
    whole = {f"{half}.{key}": shape for half, name in halves.items() for key, shape in reference_shapes(name).items()}
    with pytest.raises(Unrecognised, match=said):
        recognise(stored(whole))
