"""Load a model, predict a folder, and see where it is wrong."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segstudio.core.confusion import Confusion
from segstudio.services.resources import resource
from segstudio.services.sample_project import make_sample_project
from tests.gui.by_hand import Uniform, add_run
from tests.journeys.user import User


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """Write a small project of synthetic cells."""
    folder = tmp_path / "cells"
    for _ in make_sample_project(folder, images=4):
        pass
    return folder


def load_model(user: User) -> None:
    user.window.bench.open(resource("demo_unet.safetensors"))
    user.wait(lambda: user.window.bench.predictor.model is not None and not user.window.bench.predictor.busy)


def predict_folder(user: User) -> None:
    with user.bot.waitSignal(user.window.bench.predictor.run_ended, timeout=60_000):
        user.bot.mouseClick(user.window.model_panel.predict.folder, Qt.MouseButton.LeftButton)


def cancel_after_one(user: User) -> Path:
    """Predict the folder one image at a time, cancel at the first; return the run's folder."""
    window = user.window
    folder = window.session.project.root  # type: ignore[union-attr]
    window.model_panel.predict.batch.setValue(1)
    window.bench.predictor.stepped.connect(lambda _: window.bench.predictor.cancel())
    predict_folder(user)
    return next((folder / "predictions").iterdir())


def masks_in(run: Path) -> list[Path]:
    """Return the masks of a run, without what says how sure the model was."""
    return [file for file in run.glob("*.png") if not file.name.endswith(".confidence.png")]


def test_predict_a_folder_and_compare_it_live(user: User, cells: Path) -> None:
    window = user.window
    user.open(cells)
    window.set_mode("predict")
    load_model(user)
    predict_folder(user)
    runs = list((cells / "predictions").iterdir())
    assert len(runs) == 1
    assert len(masks_in(runs[0])) == 4
    assert json.loads((runs[0] / "run.json").read_text(encoding="utf-8"))["done"] == 4
    assert window.session.current is not None
    assert window.session.current.prediction is not None, "the open image shows its prediction by itself"

    window.set_mode("compare")
    user.wait(lambda: len(window.session.scores) == 4)
    comparison = window.session.current.comparison
    assert comparison is not None
    before, total = comparison.confusion, window.session.live_total()
    user.key(Qt.Key.Key_B)
    user.drag((20, 20), (120, 90))
    assert window.session.project is not None
    exact = Confusion.of(
        window.session.current.document.labels, window.session.current.prediction, window.session.project.schema
    )
    np.testing.assert_array_equal(comparison.confusion.counts, exact.counts)
    assert (comparison.confusion.counts != before.counts).any()
    live = window.session.live_total()
    assert live is not None
    assert total is not None
    np.testing.assert_array_equal(live.counts - total.counts, exact.counts - before.counts)

    scores = [score for _, score in window.session.scores.worst_first()]
    assert scores == sorted(scores)
    user.wait(lambda: window.samples.model.rowCount() == 4)
    rows = [window.samples.model.sample_at(i).id for i in range(4)]  # type: ignore[union-attr]
    assert set(rows) == {s.id for s in window.session.project.samples}


def test_every_way_of_comparing_shows_something_else(user: User, cells: Path) -> None:
    window = user.window
    user.open(cells)
    load_model(user)
    predict_folder(user)
    window.set_mode("compare")
    shown = []
    for key in ("errors", "outlines", "panes", "swipe"):
        user.bot.mouseClick(window.canvas_bar.segments.button(key), Qt.MouseButton.LeftButton)
        shown.append(bytes(window.canvas.grab().toImage().constBits()))
    assert len(set(shown)) == 4


def test_the_first_run_stays_in_sight_until_it_is_through(user: User, cells: Path, tmp_path: Path) -> None:
    user.open(cells)
    window, go = user.window, threading.Event()
    project = window.session.project
    assert project is not None
    model = Uniform(tmp_path / "net.safetensors", project.schema)
    model.before = lambda: go.wait(20)
    window.bench.predictor.take("a", model)
    window.set_mode("predict")
    assert not window.run_dock.isVisible()
    window.bench.predictor.predict_all(project.samples, 1)
    user.wait(window.run_dock.isVisible)
    window.set_mode("label")
    window.set_mode("predict")
    assert window.run_dock.isVisible()
    window.bench.predictor.cancel()
    go.set()
    user.wait(lambda: not window.bench.predictor.busy)


def test_runs_leave_a_small_window_to_the_picture(user: User, tiny_project: Path) -> None:
    add_run(tiny_project, "one", 1, "a")
    user.open(tiny_project)
    user.window.resize(1280, 720)
    user.window.set_mode("predict")
    user.wait(user.window.run_dock.isVisible)
    user.wait(lambda: user.window.run_dock.height() < 720 / 3.5)


def test_one_bad_image_is_listed_and_the_run_goes_on(user: User, cells: Path) -> None:
    pictures = sorted((cells / "images").glob("*.png"))
    pictures[2].write_bytes(pictures[2].read_bytes()[:2000])
    user.open(cells)
    load_model(user)
    assert not user.window.run_dock.isVisible(), "the picture has the room until there is a run"
    predict_folder(user)
    user.window.set_mode("label")
    assert not user.window.run_dock.isVisible()
    user.window.set_mode("predict")
    assert user.window.run_dock.isVisible()
    assert user.window.run_dock.failures.count() == 1
    assert pictures[2].stem in user.window.run_dock.failures.item(0).text()
    run = next((cells / "predictions").iterdir())
    assert len(masks_in(run)) == 3


def test_cancel_keeps_whole_files_and_says_so(user: User, cells: Path) -> None:
    user.open(cells)
    load_model(user)
    run = cancel_after_one(user)
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert record["state"] == "cancelled"
    assert len(masks_in(run)) == record["done"] < 4


def test_this_image_is_predicted_and_nothing_is_written(user: User, cells: Path) -> None:
    user.open(cells)
    load_model(user)
    user.window.bench.predictor.predict_current()
    user.wait(lambda: user.window.session.current.prediction is not None)  # type: ignore[union-attr]
    assert not (cells / "predictions").exists()


def test_a_file_that_is_no_model_is_a_sentence(user: User, cells: Path, tmp_path: Path) -> None:
    user.open(cells)
    load_model(user)
    model = user.window.bench.predictor.model
    bad = tmp_path / "bad.pth"
    bad.write_bytes(b"\\x80\\x04nothing of use")
    user.window.bench.open(bad)
    user.wait(user.errors)
    assert "bad.pth" in user.errors()[-1].title
    assert user.window.bench.predictor.model is model, "the model that was loaded stays"


def test_nothing_is_drawn_in_predict(user: User, cells: Path) -> None:
    user.open(cells)
    user.window.set_mode("predict")
    user.key(Qt.Key.Key_B)
    user.drag((20, 20), (120, 90))
    assert not user.window.session.unsaved()
    user.window.set_mode("label")
    assert user.window.canvas.hand.name == "brush"


def test_a_cancelled_run_knows_every_mask_it_wrote(user: User, cells: Path) -> None:
    user.open(cells)
    load_model(user)
    written = len(masks_in(cancel_after_one(user)))
    run = user.window.session.run
    assert run is not None
    assert len(run.files) == written
    assert f"Cancelled after {written}" in user.heard[-1].title
