"""An ONNX file in the window: exported there, dropped in again, predicted with; and one that must not be opened."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from tests.journeys.user import User
from tests.models.loaders.onnx_graphs import write_external, write_graph


def loaded(user: User, path: Path) -> None:
    bench = user.window.bench
    bench.open(path)
    user.wait(lambda: bench.predictor.model is not None and bench.predictor.model.info.file == path)


def predicted(user: User) -> np.ndarray[tuple[int, int], np.dtype[np.unsignedinteger]]:
    current = user.window.session.current
    assert current is not None
    before = current.prediction
    user.window.actions_by_name["predict image"].trigger()
    user.wait(lambda: current.prediction is not None and current.prediction is not before)
    assert current.prediction is not None
    return current.prediction


def test_a_model_is_exported_and_predicts_the_same(
    user: User, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    window = user.window
    assert not window.actions_by_name["export model"].isEnabled()
    loaded(user, resource(MODEL))
    labels = predicted(user)
    window.actions_by_name["export model"].trigger()
    exporting = window.model_panel.exporting
    assert exporting.section.opened
    exporting.section.kind.setCurrentText("ONNX model")
    out = tmp_path / "cells.onnx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    exporting.section.button.click()
    assert not exporting.section.button.isEnabled()
    user.bot.waitUntil(lambda: exporting.section.button.isEnabled(), timeout=60_000)
    assert exporting.section.said.text().startswith("Exported cells.onnx")
    assert [m.title for m in user.heard if m.title.startswith("Exported")] == ["Exported cells.onnx"]
    loaded(user, out)
    assert not exporting.section.said.text(), "it was about the other model"
    assert (predicted(user) == labels).mean() > 0.999
    section = exporting.section
    assert section.kind.currentText() == "ONNX model"
    assert section.button.isEnabled(), "a graph stays one"
    section.kind.setCurrentText("torch.export program")
    assert not section.button.isEnabled()
    assert section.more.text().startswith("cells.onnx is an ONNX model: its operations are not those of torch")
    loaded(user, resource(MODEL))
    assert section.button.isEnabled()
    assert "ONNX" not in section.more.text()


def test_an_export_that_is_cancelled_leaves_nothing(
    user: User, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    loaded(user, resource(MODEL))
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out" / "x.safetensors"), ""))
    exporting = user.window.model_panel.exporting
    exporting.section.button.click()
    exporting.section.strip.cancel.click()
    user.wait(lambda: exporting.section.button.isEnabled())
    assert not list((tmp_path / "out").iterdir())
    assert not user.errors()


def test_a_graph_of_another_program_is_shown_and_run(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    names = "{0: 'background', 1: 'cell', 2: 'wall', 3: 'dirt'}"
    loaded(user, write_graph(tmp_path / "net.onnx", ending="Softmax", metadata={"names": names}))
    assert user.window.model_panel.shown is not None
    assert [c.name for c in user.window.model_panel.shown.info.classes.scored][1] == "cell"
    assert predicted(user).shape == (24, 32)


def test_weights_outside_of_the_folder_are_said(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    user.window.bench.open(write_external(tmp_path / "net.onnx", "../secret.bin"))
    user.wait(user.errors)
    assert "'../secret.bin', which is not in its folder" in user.errors()[0].title + user.errors()[0].text
    assert user.window.bench.predictor.model is None
