"""What a panel shows while it has nothing to show: what belongs here, and how it gets here."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label


class EmptyState(QWidget):
    """An icon, a title and a sentence, centred near the top."""

    def __init__(self, theme: Theme, icon: str, title: str, text: str) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._theme, self._icon = theme, icon
        self._picture = QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 40, 24, 24)
        column.setSpacing(8)
        for part in (self._picture, label(title, "note"), label(text, "hintText", wrap=True)):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._picture.setPixmap(self._theme.icon(self._icon, "text3").pixmap(32, 32))
