"""``segstudio models`` as somebody types it, and the table of it in the README."""

import json
from pathlib import Path

import pytest

from segstudio.cli import main
from segstudio.models.zoo import ARCHITECTURES
from tests.readme_tables import README, with_tables


def test_every_architecture_is_listed_with_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    printed = capsys.readouterr().out
    for name, architecture in ARCHITECTURES.items():
        rows = [line for line in printed.splitlines() if line.split(" ")[0] == name]
        assert len(rows) == len(architecture.variants)
        for row, variant in zip(rows, architecture.variants, strict=True):
            assert f"{variant.parameters:,}" in row
            assert row.endswith(f" {variant.output_stride}")
    assert "512 x 512" in printed
    assert ".pth" in printed


def test_one_architecture_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "fcn8s"]) == 0
    printed = capsys.readouterr().out
    assert "Fully convolutional networks" in printed
    assert "wkentaro FCN8sAtOnce  classes 21, at once" in printed


def test_programs_get_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["version"] == 1
    assert [entry["name"] for entry in data["architectures"]] == list(ARCHITECTURES)
    assert main(["models", "unet", "--json", str(tmp_path / "unet.json")]) == 0
    (unet,) = json.loads((tmp_path / "unet.json").read_text())["architectures"]
    assert unet["year"] == 2015
    figures = {"parameters": 31_033_045, "gmacs": 247.52, "output_stride": 1, "published": [31_033_045, 21]}
    assert {"options": {"valid": True}, **figures} in unet["variants"]
    assert {"name": "milesial_UNet_c2", "options": {"classes": 2, "drops_odd": True}} in unet["references"]


def test_an_unknown_one_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "unnet"]) == 2
    said = capsys.readouterr().err
    assert "no architecture 'unnet'" in said
    assert "unet" in said


def test_the_readme_has_the_tables_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text, "run: python -m tests.readme_tables"
