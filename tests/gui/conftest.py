"""A workbench without a window, its workers driven by hand."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from segstudio.gui.settings import Settings
from segstudio.gui.workbench import Workbench
from tests.gui.by_hand import Desk, drive_by_hand


@pytest.fixture
def desk(qtbot: QtBot, own_directories: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    drive_by_hand(monkeypatch)
    desk = Desk(Workbench(Settings()))
    yield desk
    desk.bench.close()


@pytest.fixture
def bare_folder(tiny_project: Path, tmp_path: Path) -> Path:
    """A folder of three images that nobody has labelled."""
    return shutil.copytree(tiny_project / "images", tmp_path / "bare")
