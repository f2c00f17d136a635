"""Compiled code is opened once it is trusted, where it was made for this machine."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
import torch
from torch import nn

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnreadableFile, UntrustedFile
from segstudio.models import load_model
from segstudio.models.loaders import LOADERS, loading
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from tests.models.loaders.made import ANY, exported, quiet, rewritten

CHECKS = '<< "input_handles[0]: unmatched dim value at {}, "\n << "expected: {}, " << "but got: "'


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 1)).eval()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return what is no code, in an archive of compiled code."""
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/archive_format", "pt2")
        archive.writestr("net/data/aotinductor/model/net.wrapper.so", b"\x7fELF no code")
        archive.writestr("net/data/aotinductor/model/net.wrapper.cpp", CHECKS.format(2, 64))
        archive.writestr("net/data/aotinductor/model/net.wrapper_metadata.json", json.dumps({"AOTI_DEVICE_KEY": "cpu"}))
    return path


def test_code_is_not_opened_until_it_is_trusted(archive: Path) -> None:
    with pytest.raises(UntrustedFile):
        load_model(archive, "cpu")
    found = inspect(archive)
    assert (found.format, found.description) == ("aot", None)
    assert found.executes == tuple(f"data/aotinductor/model/net.wrapper.{kind}" for kind in ("so", "cpp"))
    assert "such a file is a program" in (found.reason or "")


def test_what_is_no_code_is_said(archive: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened here"):
        load_model(archive, "cpu", trusted={digest_of(archive)})


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"AOTI_PLATFORM": "win32"}, "compiled for win32"),
        ({"AOTI_MACHINE": "riscv64"}, "on riscv64"),
        ({"AOTI_CPU_ISA": "SVE512"}, "a processor with SVE512"),
        ({"AOTI_DEVICE_KEY": "xpu"}, "compiled for xpu, which this machine has not"),
    ],
)
def test_code_of_another_machine_is_said(archive: Path, tmp_path: Path, about: dict[str, str], said: str) -> None:
    text = {"data/aotinductor/model/net.wrapper_metadata.json": json.dumps(about).encode()}
    path = rewritten(archive, tmp_path / "other.pt2", lambda entries: entries.update(text))
    with pytest.raises(UnreadableFile, match=said):
        load_model(path, "cpu", trusted={digest_of(path)})


def test_damaged_archives_are_said(archive: Path, tmp_path: Path) -> None:
    text = {"data/aotinductor/model/net.wrapper_metadata.json": b"{]"}
    path = rewritten(archive, tmp_path / "other.pt2", lambda entries: entries.update(text))
    assert "damaged" in (inspect(path).reason or "")


@pytest.mark.skipif(shutil.which("g++") is None, reason="AOTInductor compiles with g++, which is not here")
@pytest.mark.skipif(
    "SEGSTUDIO_TEST_COMPILE" not in os.environ, reason="compiles for a minute: SEGSTUDIO_TEST_COMPILE=1"
)
def test_compiled_code_gives_what_its_network_gives(tmp_path: Path) -> None:
    with quiet():
        program = exported(network(), (2, 3, 64, 96), input=ANY)
        torch._inductor.aoti_compile_and_package(program, package_path=str(tmp_path / "net.pt2"))
    *_, found = loading(LOADERS["aot"], tmp_path / "net.pt2", {digest_of(tmp_path / "net.pt2")})
    assert isinstance(found, Loaded)
    image = torch.randn(3, 3, 40, 56)
    with torch.inference_mode():
        assert torch.allclose(found.network(image), network()(image), atol=1e-5)
