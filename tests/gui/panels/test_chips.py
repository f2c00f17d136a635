"""Chips of classes in rows that Qt paints."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from segstudio.core.schema import LabelClass
from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.theme import DARK


def test_a_chip_has_its_colour_where_its_row_is_selected(qtbot: QtBot) -> None:
    icon, size = chip_icon(LabelClass(1, "car", (64, 0, 128)), DARK), QSize(16, 16)
    plain, selected = (icon.pixmap(size, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
    assert selected == plain
