"""Bringing parts of a panel that scrolls into sight."""

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

_DEEPEST = 8
"""Widgets that lie in each other in a panel, at most."""


def scroll_to(part: QWidget) -> None:
    """Bring a part of a panel that scrolls into sight, once what was opened in it has been laid out."""
    area = part.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if area is not None:
        QTimer.singleShot(0, part, partial(_bring, part, area))


def _bring(part: QWidget, area: QScrollArea) -> None:
    """Bring it into sight as large as it is to be: a widget asks the one around it for room once it is laid out."""
    for _ in range(_DEEPEST):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    area.ensureWidgetVisible(part, 0, 0)
