"""A workbench without a window, its workers driven by hand, and a theme for widgets without one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.gui.settings import Settings
from segstudio.gui.theme import Theme
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


@pytest.fixture(scope="session")
def one_theme(qapp: QApplication) -> Theme:
    theme = Theme(qapp)
    theme.put_on()
    return theme


@pytest.fixture
def theme(one_theme: Theme) -> Theme:
    one_theme.set_mode("dark")
    return one_theme
