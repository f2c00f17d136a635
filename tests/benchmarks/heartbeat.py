"""How late the window answers while a model is loaded, a folder predicted and the run scored."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from segstudio.gui.window import MainWindow
from segstudio.services.sample_project import make_sample_project
from tests.benchmarks.desk import Heart, desk, settle, wait
from tests.benchmarks.report import Row

TARGET_MS = 16.0
IMAGES = 100
IDLE_MS = 2000
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def measure(folder: Path, images: int = IMAGES, idle_ms: int = IDLE_MS) -> Iterator[Row]:
    """Work as a user would: open, load the model, predict the folder, compare. The peer is the idle window."""
    for _ in make_sample_project(folder, images):
        pass
    with desk(folder) as window:
        window.set_mode("predict")
        settle()
        with Heart() as heart:
            settle(idle_ms)
        idle = heart.late
        yield Row("heartbeat: idle", idle)
        yield Row("heartbeat: first model loaded", load(window), peer=idle)
        yield Row(f"heartbeat: {images} images predicted", predict(window, images), TARGET_MS, 0.99, idle)
        yield Row(f"heartbeat: {images} images scored", score(window, images), peer=idle)


def load(window: MainWindow) -> list[float]:
    with Heart() as heart:
        window.bench.load_sample_model()
        wait(lambda: window.bench.predictor.model is not None and not window.bench.predictor.busy)
    return heart.late


def predict(window: MainWindow, images: int) -> list[float]:
    """Predict the folder until the run has ended; return by how much each beat was late."""
    ended: list[bool] = []
    window.bench.predictor.run_ended.connect(ended.append)
    with Heart() as heart:
        QTest.keyClick(window, Qt.Key.Key_P, CONTROL_SHIFT)
        wait(lambda: ended)
    run = window.session.run
    assert run is not None
    assert len(run.files) == images
    return heart.late


def score(window: MainWindow, images: int) -> list[float]:
    """Look at the run in Compare while it is scored."""
    with Heart() as heart:
        window.set_mode("compare")
        wait(lambda: len(window.session.scores) == images)
        settle()
    return heart.late
