"""What a person says of a model beside its file, and faults in it."""

from pathlib import Path

import pytest
import torch

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import load_model
from segstudio.models.description import Choice, Description, Preprocess
from segstudio.models.loaders.sidecar import sidecar_of, with_sidecar
from segstudio.models.zoo.unet import UNet
from segstudio.services.inspection import sidecar_text

SAID = Description(
    "deeplabv3",
    {"classes": 2, "in_channels": 3, "backbone": "resnet50", "output_stride": 8},
    LabelSchema((LabelClass(0, "background", (0, 0, 0)), LabelClass(1, "class 1", (1, 2, 3)))),
    assumed=("output_stride", "classes", "preprocess"),
    family="torchvision",
    choices=(Choice("output_stride", (8, 16), 8, "why"),),
)


def said(folder: Path, text: str) -> Description:
    sidecar_of(folder / "x.pth").write_text(text, encoding="utf-8")
    return with_sidecar(folder / "x.pth", SAID)


def test_without_one_all_stays_assumed(tmp_path: Path) -> None:
    assert with_sidecar(tmp_path / "x.pth", SAID) is SAID


def test_what_is_said_is_no_longer_assumed(tmp_path: Path) -> None:
    found = said(tmp_path, "[options]\noutput_stride = 16\n[preprocess]\norder = 'BGR'\nscale = 1\n")
    assert found.config["output_stride"] == 16
    assert (found.assumed, found.choices) == (("classes",), ())
    assert (found.preprocess.order, found.preprocess.scale, found.preprocess.mean) == ("BGR", 1, SAID.preprocess.mean)
    named = said(tmp_path, "[[class]]\nid = 0\nname = 'sky'\ncolor = '#000000'\n" * 1)
    assert [c.name for c in named.classes.classes] == ["sky"]
    assert named.assumed == ("output_stride", "preprocess")


def test_what_inspect_offers_is_what_was_assumed(tmp_path: Path) -> None:
    found = said(tmp_path, sidecar_text(SAID))
    assert (found.config, found.preprocess) == (SAID.config, SAID.preprocess)
    assert found.assumed == ()


def test_dots_of_a_remark_are_no_fault(tmp_path: Path) -> None:
    assert said(tmp_path, f"# {'.' * 200}\n[preprocess]\nscale = 1\n").preprocess.scale == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("options = [", "Invalid value"),
        ("[option]\n", "'option' is not known here"),
        ("version = 9", "version 9"),
        ("[options]\noutput_stride = 4", "one of 8, 16"),
        ("[options]\noutput_stride = true", "one of 8, 16"),
        ("[options]\nbackbone = 'resnet101'", "no option that is open"),
        ("[preprocess]\norder = 'HSV'", "order of channels is one of RGB"),
        ("[preprocess]\nmean = [1]", "three numbers"),
        ("[preprocess]\nmean = 'dark'", "could not convert"),
        ("[[class]]\nid = 0", "'name' is missing"),
        ("class = 3", "not iterable"),
        ("#" + "x" * (1 << 18), "too large"),
        ("version = 1\n" + "a." * 41 + "a = 1", "line 2: a key has more than 3 dots"),
    ],
)
def test_a_fault_names_the_sidecar(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(UnreadableFile, match=fault) as caught:
        said(tmp_path, text)
    assert str(sidecar_of(tmp_path / "x.pth")) in str(caught.value)


def test_a_model_is_loaded_as_its_sidecar_says(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save(UNet(3, 2, 2, 1).state_dict(), path)
    sidecar_of(path).write_text("[preprocess]\nmean = [0, 0, 0]\nstd = [1, 1, 1]\n", encoding="utf-8")
    info = load_model(path, "cpu").info
    assert info.preprocess == Preprocess(mean=(0, 0, 0), std=(1, 1, 1), divisor=2)
    assert info.assumed == ("classes",)
    table = "".join(f"[[class]]\nid = {i}\nname = '{i}'\ncolor = '#000000'\n" for i in range(3))
    sidecar_of(path).write_text(table, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="tells 2 classes apart, and 3 are named"):
        load_model(path, "cpu")
