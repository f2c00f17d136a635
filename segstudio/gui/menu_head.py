"""The first row of a menu, where that says what the menu is about."""

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QWidget, QWidgetAction

from segstudio.gui.widgets import label


class MenuHead(QWidgetAction):
    """A text, behind a chip where there is one, and a line below; it cannot be chosen."""

    def __init__(self, menu: QMenu, text: str, chip: QPixmap | None = None) -> None:
        super().__init__(menu)
        self._row = row = QWidget()
        self._label = label("", "menuHead")
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 6, 24, 6)
        line.setSpacing(8)
        if chip is not None:
            picture = QLabel()
            picture.setPixmap(chip)
            line.addWidget(picture)
        line.addWidget(self._label, 1)
        self.setDefaultWidget(row)
        self.setEnabled(False)
        self.show_text(text)
        menu.addAction(self)
        menu.addSeparator()

    def show_text(self, text: str) -> None:
        self.setText(text)
        self._label.setText(text)
        self._row.setEnabled(True)  # what cannot be chosen would be gray
