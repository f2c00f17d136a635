"""``segstudio labels`` as somebody types it."""

import json
from pathlib import Path

import pytest

from segstudio.cli import main


def test_a_project(tiny_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "labels.csv"
    assert main(["labels", str(tiny_project), "--csv", str(out)]) == 0
    said = capsys.readouterr().out
    assert "2 labelled images" in said
    assert "cell" in said
    assert out.read_text(encoding="utf-8").startswith("id,name,pixels")
    assert main(["labels", str(tiny_project), "--per-image", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [c["pixels"] for c in document["classes"]] == [2 * (24 * 32 - 32 - 120), 240, 64]
    assert [image["id"] for image in document["per_image"]] == ["a", "deep/b"]


def test_a_folder_of_masks_and_one_that_is_broken(tiny_project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    masks = tiny_project / "masks"
    (masks / "c.png").write_bytes((masks / "a.png").read_bytes()[:60])
    assert main(["labels", str(masks), "--json", "-"]) == 1
    out, err = capsys.readouterr()
    assert [c["id"] for c in json.loads(out)["classes"]] == [0, 1, 255]
    assert "c.png" in err


def test_a_mask_is_not_written_over(tiny_project: Path) -> None:
    mask = tiny_project / "masks" / "a.png"
    before = mask.read_bytes()
    assert main(["labels", str(tiny_project), "--csv", str(mask)]) == 2
    assert mask.read_bytes() == before
