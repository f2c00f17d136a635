"""The sheet of keys, made from the table of actions."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.widgets import label

MORE = (
    ("Wheel", "Zoom about the pointer"),
    ("Shift + wheel", "Brush size"),
    ("Right-drag", "Erase"),
    ("Ctrl + click", "Pick the class under the pointer"),
    ("Space or middle button", "Hold to pan"),
    ("Enter / Esc", "Finish / cancel a shape"),
    ("Backspace", "Take the last corner back"),
)


class KeySheet(QDialog):
    """Shows keys and what they do, grouped by menu. Closes with Escape."""

    def __init__(self, groups: dict[str, list[tuple[str, str]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(24, 20, 24, 24)
        columns.setSpacing(32)
        groups = {**groups, "Canvas": list(MORE)}
        stacks = (("File", "Sample", "Model", "Help"), ("Edit", "Tools"), ("View", "Canvas"))
        for titles in stacks:
            column = QVBoxLayout()
            column.setSpacing(12)
            for title in titles:
                column.addWidget(label(title, "panelHead"))
                column.addLayout(_rows(groups[title]))
            column.addStretch(1)
            columns.addLayout(column)


def _rows(rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for i, (key, text) in enumerate(rows):
        grid.addWidget(label(key, "keyCap"), i, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(text), i, 1)
    return grid
