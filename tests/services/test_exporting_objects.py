"""Exporting what finds objects: these are compared, as there are no scores by pixel."""

import re
from pathlib import Path

import pytest

from segstudio.cli import main
from segstudio.models import load_model
from tests.models.small_rcnn import make_small, small_file


def test_what_finds_objects_is_exported_and_its_objects_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_small(monkeypatch)
    model = small_file(tmp_path / "net.safetensors")
    assert main(["export", str(model), "--to", "onnx", "--out", str(tmp_path / "net.onnx")]) == 0
    said = capsys.readouterr().out
    assert re.match(r"Exported net\.onnx\. .* MB, largest difference of scores \S+e-\d+, of boxes ", said), said
    assert said.rstrip().endswith("pixels alike.")
    again = load_model(tmp_path / "net.onnx", "cpu").info
    assert (again.instances, again.assumed) == (True, ())
    assert main(["export", str(model), "--to", "pt2", "--out", str(tmp_path / "net.pt2")]) == 2
    assert "finds objects" in capsys.readouterr().err
