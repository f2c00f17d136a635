"""The button in the top bar that looks like the field it opens."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label

WIDTH, HEIGHT = 264, 28


class FindButton(QPushButton):
    """A magnifying glass, what can be found, and the key."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("findButton")
        self.setAccessibleName("Find a command or sample")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys go where they went before
        self.setFixedSize(WIDTH, HEIGHT)
        self._theme, self._picture, self._cap = theme, label(), label("", "keyCap")
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 8, 0)
        line.setSpacing(8)
        line.addWidget(self._picture)
        line.addWidget(label("Find a command or sample", "note"), 1)
        line.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self._dress)
        self._dress()

    def show_key(self, key: str) -> None:
        """Show the key that does the same, "" for none."""
        self._cap.setText(key)
        self._cap.setVisible(bool(key))

    def _dress(self) -> None:
        self._picture.setPixmap(self._theme.icon("magnify").pixmap(14, 14))
