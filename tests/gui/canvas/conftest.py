"""A canvas ready to be worked on."""

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.canvas.rig import Rig


@pytest.fixture
def rig(qtbot: QtBot) -> Rig:
    return Rig(qtbot)
