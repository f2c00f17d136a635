"""The buttons that predict, and how."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox, QWidget

from segstudio.gui.model_loading import Side
from segstudio.gui.predictor import Predictor
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through
from segstudio.gui.widgets import Check, Section, Segments, row

DEFAULT_BATCH = 4
BY = {
    "a": ("A", "Predict the folder with A"),
    "b": ("B", "Predict the folder with B"),
    "ab": ("Both", "Predict the folder with A, then with B: they are A and B in Compare"),
}


class PredictSection(Section):
    """``wanted`` asks for a run over all samples, with the images a batch."""

    wanted = Signal(int)

    def __init__(self, predictor: Predictor, theme: Theme) -> None:
        super().__init__("Predict")
        self.this_image, self.folder, self.batch = QPushButton("This image"), QPushButton("Folder"), QSpinBox()
        self.keep = Check("Keep confidence", theme)
        self.by, self._by_row, self._two = Segments(), QWidget(), False
        self.by.offer(BY)
        self.by.choose("ab")
        self.by.chosen.connect(self._choose_by)
        self.sides: tuple[Side, ...] = ("a",)
        """The models that a folder is predicted with."""
        self._theme = theme
        self._promise(False)
        self.folder.setObjectName("secondary")
        theme.dress(self.folder, "folder-play-outline")
        self.this_image.clicked.connect(predictor.predict_current)
        self.folder.clicked.connect(lambda: self.wanted.emit(self.batch.value()))
        self.batch.setRange(1, 64)
        self.batch.setMaximumWidth(72)
        self.batch.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.batch.setValue(DEFAULT_BATCH)
        let_wheel_through(self.batch)
        self.batch.setToolTip("Images of one size that go through the model together")
        self.keep.setChecked(True)
        self.keep.setToolTip(
            "Write beside each mask of a folder how sure the model was:\n"
            "for confidence heat, suspicious labels and thresholds in Compare"
        )
        self._lay_out()

    def allow(self, ready: bool, known: bool) -> None:
        """Let the buttons be pressed, or not; where no model is ``known`` they say what is missing, and are calm."""
        if known != (self.this_image.objectName() == "primary"):
            self._promise(known)
        self.this_image.setEnabled(ready)
        self.folder.setEnabled(ready)

    def _promise(self, known: bool) -> None:
        """Let the first button be bright, as what is to be done next, or not."""
        self.this_image.setObjectName("primary" if known else "secondary")
        token, on = ("onaccent", "onaccent") if known else ("text2", "text")
        self._theme.dress(self.this_image, "creation", token=token, on=on)
        self.this_image.style().polish(self.this_image)

    def offer_sides(self, two: bool) -> None:
        """Let it be chosen which of two models predicts a folder, both at first; or not, where there is one."""
        self._by_row.setVisible(two)
        if two != self._two:
            self._two = two
            self.by.choose("ab")
            self.sides = ("a", "b") if two else ("a",)

    def _choose_by(self, key: str) -> None:
        chosen: dict[str, tuple[Side, ...]] = {"a": ("a",), "b": ("b",), "ab": ("a", "b")}
        self.sides = chosen[key]

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.this_image, 1)
        buttons.addWidget(self.folder, 1)
        batch = row("Batch", self.batch)
        batch.addStretch(1)
        chosen = row("Folder by", self.by)
        chosen.setContentsMargins(0, 0, 0, 0)
        self._by_row.setLayout(chosen)
        self.body.addLayout(buttons)
        self.body.addWidget(self._by_row)
        self.body.addLayout(batch)
        self.body.addWidget(self.keep)
