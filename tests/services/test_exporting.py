"""Exporting: written whole or not at all, checked, stopped, and said how near it is."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from segstudio.cli import main
from segstudio.core.errors import SegstudioError
from segstudio.models import LoadStep, Segmenter, load_model
from segstudio.models.export import EXPORTERS, AlreadyCompiled
from segstudio.services import comparing_networks, exporting
from segstudio.services.demo import MODEL
from segstudio.services.exporting import Exported, ExportJob, ExportStep, export
from segstudio.services.exporting_apart import export_apart
from segstudio.services.resources import resource

DEMO = resource(MODEL)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_export_is_checked_and_says_how_near_it_is(tmp_path: Path) -> None:
    steps = list(export(ExportJob(DEMO, "onnx", tmp_path / "deep" / "demo.onnx")))
    done = [step.done for step in steps if isinstance(step, ExportStep)]
    assert done == sorted(done)
    found = steps[-1]
    assert isinstance(found, Exported)
    assert found.faithful
    assert (found.near.alike, found.assumed) == (1, ())
    assert 0 < found.near.difference < 1e-4
    assert "all pixels alike" in found.sentence()
    assert left_in(tmp_path / "deep") == ["demo.onnx"]
    before, after = load_model(DEMO, "cpu").info, load_model(found.out, "cpu").info
    assert (after.classes, after.preprocess, after.training) == (before.classes, before.preprocess, before.training)


def test_one_size_is_what_images_are_brought_to(tmp_path: Path) -> None:
    *_, found = export(ExportJob(DEMO, "onnx", tmp_path / "demo.onnx", size=(64, 96)))
    assert isinstance(found, Exported)
    assert found.faithful
    assert load_model(found.out, "cpu").info.preprocess.size == (64, 96)


def test_another_network_is_not_called_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def disturbed(model: Segmenter, image: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> object:
        return model.scores(image) + (0.01 if model.info.file != DEMO else 0)

    monkeypatch.setattr(comparing_networks, "_scores", disturbed)
    assert main(["export", str(DEMO), "--to", "segstudio", "--out", str(tmp_path / "demo.safetensors")]) == 1
    assert "it is not the same network" in capsys.readouterr().out


def test_what_cannot_be_loaded_again_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "demo.onnx"
    out.write_bytes(b"before")
    monkeypatch.setattr(exporting, "exported", lambda subject, to: b"\x08\x08\x12\x01x")
    with pytest.raises(SegstudioError, match="damaged"):
        list(export(ExportJob(DEMO, "onnx", out)))
    assert out.read_bytes() == b"before"
    assert left_in(tmp_path) == ["demo.onnx"]


def test_giving_up_leaves_nothing(tmp_path: Path) -> None:
    steps = export(ExportJob(DEMO, "segstudio", tmp_path / "demo.safetensors"))
    for step in steps:
        if isinstance(step, ExportStep) and step.done == 3:
            break
    steps.close()
    assert left_in(tmp_path) == []


def test_places_that_cannot_be_written_are_said_before_anything_is_loaded(tmp_path: Path) -> None:
    copy = tmp_path / "demo.safetensors"
    copy.write_bytes(DEMO.read_bytes())
    for out, words in ((copy, "the model itself"), (tmp_path, "is a folder")):
        with pytest.raises(SegstudioError, match=words):
            next(export(ExportJob(copy, "segstudio", out)))
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(SegstudioError, match="could not be written"):
        next(export(ExportJob(copy, "segstudio", tmp_path / "file" / "demo.safetensors")))


@pytest.mark.parametrize(("to", "name", "instead"), [
    ("onnx", "cam.pth", "cam.onnx"), ("segstudio", "cam", "cam.safetensors"), ("pt2", "cam.v1.pt", "cam.v1.pt2"),
])  # fmt: skip
def test_a_name_of_another_kind_of_file_is_refused_with_the_one_to_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], to: str, name: str, instead: str
) -> None:
    assert main(["export", str(DEMO), "--to", to, "--out", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert f"{name} does not end in .{EXPORTERS[to].suffix}" in said
    assert f"Name it {instead}." in said
    assert left_in(tmp_path) == []


def test_the_end_of_a_name_may_be_in_capitals(tmp_path: Path) -> None:
    *_, found = export(ExportJob(DEMO, "segstudio", tmp_path / "DEMO.SAFETENSORS"))
    assert isinstance(found, Exported)
    assert left_in(tmp_path) == ["DEMO.SAFETENSORS"]


@pytest.mark.parametrize("end", ["toml", "check"])
def test_what_is_said_of_another_model_of_that_name_is_not_said_of_this_one(tmp_path: Path, end: str) -> None:
    old = tmp_path / f"demo.safetensors.segstudio.{end}"
    old.write_text("[preprocess]\nscale = 1\n")
    with pytest.raises(SegstudioError, match=f"{old.name} is of another model") as caught:
        next(export(ExportJob(DEMO, "segstudio", tmp_path / "demo.safetensors")))
    assert "Remove it" in caught.value.hint
    assert left_in(tmp_path) == [old.name]


def test_a_process_of_its_own_does_the_same(tmp_path: Path) -> None:
    steps = [step for step in export_apart(ExportJob(DEMO, "segstudio", tmp_path / "a.safetensors"), (), 1) if step]
    assert isinstance(steps[0], LoadStep)
    assert isinstance(steps[-1], Exported)
    assert left_in(tmp_path) == ["a.safetensors"]
    (tmp_path / "none.pth").write_bytes(b"no model at all")
    with pytest.raises(SegstudioError, match="no model file that is known") as caught:
        list(export_apart(ExportJob(tmp_path / "none.pth", "onnx", tmp_path / "b.onnx"), (), 1))
    assert caught.value.hint


def test_a_process_that_is_given_up_ends_and_leaves_nothing(tmp_path: Path) -> None:
    steps = export_apart(ExportJob(DEMO, "onnx", tmp_path / "a.onnx"), (), 1)
    next(step for step in steps if step is not None)
    steps.close()
    assert left_in(tmp_path) == []


def test_the_command_line_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo.onnx"
    assert main(["export", str(DEMO), "--to", "onnx", "--out", str(out), "--half"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Exported demo.onnx. 1.0 MB, largest difference of logits")
    assert "Running both" in said.err
    assert main(["export", str(out), "--to", "pt2", "--out", str(tmp_path / "x.pt2")]) == 2
    told = capsys.readouterr().err
    assert "demo.onnx is an ONNX model: its operations are not those of torch" in told
    assert "Export it from the program that made it" in told
    with pytest.raises(SystemExit):
        main(["export", str(DEMO), "--to", "onnx", "--out", str(out), "--size", "64"])


@pytest.mark.parametrize("to", list(EXPORTERS))
def test_compiled_code_is_refused_before_anything_of_it_runs(tmp_path: Path, to: str) -> None:
    model, out = tmp_path / "net.pt2", tmp_path / "out" / "net"
    with zipfile.ZipFile(model, "w") as archive:
        archive.writestr("net/archive_format", "pt2")
        archive.writestr("net/data/aotinductor/model/net.wrapper.so", b"\x7fELF no code")
    steps = export(ExportJob(model, to, out))  # nobody trusted it, which is not asked for
    with pytest.raises(
        AlreadyCompiled, match=r"net\.pt2 is an AOTInductor program, which is already compiled"
    ) as caught:
        next(steps)
    assert caught.value.hint == "Export it from the program that made it."
    assert not out.parent.exists()
