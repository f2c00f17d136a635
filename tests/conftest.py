"""What every test may rely on: no display, nobody's own settings, and no warning or widget left unnoticed."""

import gc
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("untimed", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("untimed")

DATA = Path(os.environ.get("SEGSTUDIO_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))

TINY_PROJECT = """\
version = 1
task = "semantic"
images = "images"
[[labels]]
name = "truth"
folder = "masks"
origin = "person"
[[class]]
id = 0
name = "background"
color = "#000000"
background = true
[[class]]
id = 1
name = "cell"
color = "#e6194b"
thing = true
[[class]]
id = 255
name = "void"
color = "#e0e0c0"
ignore = true
"""


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Return the function that finds a set of the real test data by name, and skips the test where it is absent."""

    def find(name: str) -> Path:
        if not (found := DATA / name).exists():
            pytest.skip(f"no test data at {found}; SEGSTUDIO_TEST_DATA names the folder that holds it")
        return found

    return find


@pytest.fixture
def tiny_project(tmp_path: Path) -> Path:
    """Write a project of three images, 32 wide and 24 high, of which ``a`` and ``deep/b`` have truth; return its root.

    Classes: 0 background, 1 cell, 255 void.
    """
    root = tmp_path / "tiny"
    rng = np.random.default_rng(0)
    for name in ("a", "deep/b", "c"):
        image = root / "images" / f"{name}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (24, 32, 3), np.uint8)).save(image)
    for name, left in (("a", 4), ("deep/b", 12)):
        labels = np.zeros((24, 32), np.uint8)
        labels[6:18, left : left + 10] = 1
        labels[0] = 255
        write_mask(root / "masks" / f"{name}.png", labels)
    (root / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    return root


@pytest.fixture
def other_project(tiny_project: Path, tmp_path: Path) -> Path:
    """A project with samples of the same names as those of ``tiny_project``."""
    return shutil.copytree(tiny_project, tmp_path / "other")


def write_mask(path: Path, labels: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> None:
    mask = Image.fromarray(labels)
    mask.putpalette([0, 0, 0, 230, 25, 75, *[128] * 3 * 253, 224, 224, 192])
    path.parent.mkdir(parents=True, exist_ok=True)
    mask.save(path)


@pytest.fixture(autouse=True)
def own_directories(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, state and caches of the program in a folder of this test's own."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        # Qt reads XDG_CONFIG_HOME once in a process, so each test has to name its folder.
        for layout in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(layout, QSettings.Scope.UserScope, str(home / "config"))


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logged a warning or worse; one that expects a record asserts it, then ``caplog.clear()``."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in records if r.levelno >= logging.WARNING]
    assert not loud, f"unexpected log records: {loud}"


@pytest.fixture(autouse=True)
def no_leaked_widget() -> Iterator[None]:
    """Fail a test after which a window is left that was not there before."""
    before = windows()
    yield
    left = windows() - before
    if left:
        # A window in a reference cycle lives until the collector comes by; that is no leak.
        del left
        gc.collect()
        left = windows() - before
    assert not left, f"windows left open: {left}"


def windows() -> set[object]:
    """Return the windows that exist, with those gone that asked to be deleted later."""
    if "PySide6.QtWidgets" not in sys.modules:
        return set()
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is None:
        return set()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return {window for window in QApplication.topLevelWidgets() if window.parent() is None}
