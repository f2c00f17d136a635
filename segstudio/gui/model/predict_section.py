"""The buttons that predict, and how."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSpinBox

from segstudio.gui.predictor import Predictor
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Check, Section, row

DEFAULT_BATCH = 4


class PredictSection(Section):
    """``wanted`` asks for a run over all samples, with the images a batch."""

    wanted = Signal(int)

    def __init__(self, predictor: Predictor, theme: Theme) -> None:
        super().__init__("Predict")
        self.this_image, self.folder, self.batch = QPushButton("This image"), QPushButton("Folder"), QSpinBox()
        self.keep = Check("Keep confidence", theme)
        self.this_image.setObjectName("primary")
        self.folder.setObjectName("secondary")
        theme.dress(self.this_image, "creation", token="onaccent", on="onaccent")
        theme.dress(self.folder, "folder-play-outline")
        self.this_image.clicked.connect(predictor.predict_current)
        self.folder.clicked.connect(lambda: self.wanted.emit(self.batch.value()))
        self.batch.setRange(1, 64)
        self.batch.setMaximumWidth(72)
        self.batch.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.batch.setValue(DEFAULT_BATCH)
        self.batch.setToolTip("Images of one size that go through the model together")
        self.keep.setChecked(True)
        self.keep.setToolTip(
            "Write beside each mask of a folder how sure the model was:\n"
            "for confidence heat, suspicious labels and thresholds in Compare"
        )
        self._lay_out()

    def allow(self, ready: bool) -> None:
        """Let the buttons be pressed, or not."""
        self.this_image.setEnabled(ready)
        self.folder.setEnabled(ready)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.this_image, 1)
        buttons.addWidget(self.folder, 1)
        batch = row("Batch", self.batch)
        batch.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addLayout(batch)
        self.body.addWidget(self.keep)
