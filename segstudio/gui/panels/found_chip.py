"""The chip above the list of samples that says which of them are listed, and lists all again when clicked."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy

from segstudio.gui.theme import Theme

MARK = 24
"""Pixels that the icon takes of the chip."""


class FoundChip(QPushButton):
    """Hidden while all samples are listed; a text that has no room is cut, and stands in the tool tip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ruleChip")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross goes behind the text
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.dress(self, "close", 14)
        self._text = ""
        self.hide()

    def show_text(self, text: str) -> None:
        """Say which samples are listed; "" for all."""
        self._text = text
        self.setVisible(bool(text))
        self.setToolTip(f"{text}. Click to list all samples again.")
        self.setAccessibleName(f"Listed are: {text}. List all samples again")
        self._fit()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def _fit(self) -> None:
        room = self.width() - MARK - 16
        self.setText(self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room))
