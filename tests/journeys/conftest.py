"""The real window for journeys."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from segstudio.gui.app import make_window
from tests.journeys.user import PATIENCE, User


@pytest.fixture
def user(qtbot: QtBot, own_directories: None) -> Iterator[User]:
    window = make_window()
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    person = User(window, qtbot)
    yield person
    with qtbot.waitSignal(window.closed, timeout=PATIENCE):
        window.close()
    window.deleteLater()
