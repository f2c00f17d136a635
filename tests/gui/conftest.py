"""A workbench without a window, its workers driven by hand."""

from collections.abc import Iterator

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
