"""A theme for plots without a window."""

import pytest
from PySide6.QtWidgets import QApplication

from segstudio.gui.theme import Theme


@pytest.fixture(scope="session")
def one_theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def theme(one_theme: Theme) -> Theme:
    one_theme.set_mode("dark")
    return one_theme
