"""The left of a page with a list: what is chosen there, and what is told."""

from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget


class Side(QWidget):
    """Of a fixed ``width`` in pixels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setFixedWidth(width)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.setSpacing(8)

    def fill(self, *parts: QWidget | QLayout) -> None:
        """Stack parts from the top down."""
        for part in parts:
            _add(self._column, part)
        self._column.addStretch(1)

    def stand_beside(self, content: QWidget | QLayout, page: QWidget) -> None:
        """Lay out a page: this, and to its right its content."""
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self)
        _add(line, content, 1)


def _add(layout: QHBoxLayout | QVBoxLayout, part: QWidget | QLayout, stretch: int = 0) -> None:
    """Add a part to a line or column, whichever of the two it is."""
    if isinstance(part, QWidget):
        layout.addWidget(part, stretch)
    else:
        layout.addLayout(part, stretch)
