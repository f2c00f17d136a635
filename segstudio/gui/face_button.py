"""A button with a face of several parts: an icon, texts, and the key that does the same."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QWidget

from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label


class FaceButton(QPushButton):
    """``icon`` is a name of the icon library, the token of its colour and its size in pixels."""

    def __init__(self, theme: Theme, icon: tuple[str, str, int]) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self._picture, self._cap = label(), label("", "keyCap")

    def lay_out(self, texts: QWidget | QLayout, margin: int, spacing: int) -> None:
        """Put the texts between the icon and the key; clicks on any of them are clicks on the button."""
        line = QHBoxLayout(self)
        line.setContentsMargins(margin, 0, margin, 0)
        line.setSpacing(spacing)
        line.addWidget(self._picture)
        if isinstance(texts, QWidget):
            line.addWidget(texts, 1)
        else:
            line.addLayout(texts, 1)
        line.addWidget(self._cap, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme.changed.connect(self._dress)
        self._dress()

    def show_key(self, key: str) -> None:
        """Show the key that does the same, "" for none."""
        self._cap.setText(key)
        self._cap.setVisible(bool(key))

    def _dress(self) -> None:
        name, token, size = self._icon
        self._picture.setPixmap(self._theme.icon(name, token).pixmap(size, size))
