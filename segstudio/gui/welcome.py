"""The first thing one sees: open a folder, open an image, try the sample, or go on where one was."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.face_button import FaceButton
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label

LEFT_WIDTH, RECENT_WIDTH, AROUND = 520, 320, 120
"""Of the two columns, in which their texts are whole, and what lies about them."""

MOST_BELOW = 2
"""Projects listed where they stand below the buttons: there is no room for more."""


class BigButton(FaceButton):
    """An icon, a title, a line below it, and the key that does the same, where there is one."""

    def __init__(self, theme: Theme, icon: str, texts: tuple[str, str], primary: bool = False) -> None:
        super().__init__(theme, (icon, "onaccent" if primary else "accent", 26))
        self.setObjectName("bigButton")
        self.setProperty("primary", "true" if primary else "false")
        self.setAccessibleName(texts[0])
        self._cap.hide()
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        column.addWidget(label(texts[0], "bigTitle"))
        column.addWidget(label(texts[1], "bigText"))
        column.addStretch(1)
        self.lay_out(column, margin=16, spacing=16)


class Welcome(QFrame):
    """Shown while no project is open."""

    folder_wanted = Signal()
    image_wanted = Signal()
    sample_wanted = Signal()
    path_wanted = Signal(object)
    cleared = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._theme = theme
        folder = BigButton(
            theme, "folder-open-outline", ("Open a folder", "Any number of images, masks optional"), True
        )
        image = BigButton(theme, "image-outline", ("Open an image", "PNG, JPEG, TIFF, WebP, BMP and more"))
        sample = BigButton(
            theme, "creation", ("Try the sample", "48 synthetic pictures of cells, their labels and a model")
        )
        folder.clicked.connect(self.folder_wanted)
        image.clicked.connect(self.image_wanted)
        sample.clicked.connect(self.sample_wanted)
        left = QVBoxLayout()
        left.setSpacing(8)
        self._buttons = (folder, image, sample)
        for part in self._buttons:
            left.addWidget(part)
        left.addWidget(label("Or drop a folder, an image or a model file anywhere here", "note"))
        left.addStretch(1)
        self._recent_buttons: list[BigButton] = []
        self._recent = QVBoxLayout()
        self._recent.setSpacing(4)
        self._recent_box = QWidget()
        self._recent_box.setLayout(self._recent)
        self._recent.setContentsMargins(0, 0, 0, 0)
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(8)
        grid.addWidget(label("Open images to begin", "welcomeTitle"), 0, 0, 1, 2)
        grid.addWidget(
            label("Masks, class files and predictions beside the images are found by name.", "welcomeText"), 1, 0, 1, 2
        )
        grid.setRowMinimumHeight(2, 16)
        grid.addLayout(left, 3, 0)
        grid.setColumnMinimumWidth(0, LEFT_WIDTH)
        self._place_recent()
        frame = QFrame()
        frame.setObjectName("dropFrame")
        middle = QVBoxLayout(frame)
        middle.addStretch(2)
        middle.addLayout(grid)
        middle.addStretch(3)
        middle.setAlignment(grid, Qt.AlignmentFlag.AlignHCenter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addWidget(frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_recent()

    def _place_recent(self) -> None:
        """Put the projects opened last beside the buttons where there is room, else below them."""
        beside = self.width() >= LEFT_WIDTH + RECENT_WIDTH + AROUND
        self._grid.removeWidget(self._recent_box)
        self._grid.addWidget(self._recent_box, 3 if beside else 4, 1 if beside else 0, Qt.AlignmentFlag.AlignTop)
        for place, button in enumerate(self._recent_buttons):
            button.setVisible(beside or place < MOST_BELOW)
        self._grid.setColumnMinimumWidth(1, RECENT_WIDTH if beside and not self._recent_box.isHidden() else 0)

    def show_keys(self, *keys: str) -> None:
        """Show the keys of the three buttons, from the top."""
        for button, key in zip(self._buttons, keys, strict=True):
            button.show_key(key)

    def show_recent(self, paths: list[Path]) -> None:
        """List the projects opened last, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._recent_buttons = []
        self._recent_box.setVisible(bool(paths))
        if not paths:
            return
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label("Recent", "panelHead"), 1)
        clear = QPushButton("Clear")
        clear.setObjectName("link")
        clear.clicked.connect(self.cleared)
        line.addWidget(clear)
        self._recent.addWidget(head)
        for path in paths:
            button = BigButton(self._theme, "image-multiple-outline", (path.name or str(path), str(path.parent)))
            button.clicked.connect(lambda _=False, path=path: self.path_wanted.emit(path))
            self._recent.addWidget(button)
            self._recent_buttons.append(button)
        self._place_recent()
