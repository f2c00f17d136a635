"""The three numbers above the table: of this image, and of the data set; of one prediction or of two."""

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from segstudio.core.confusion import Confusion
from segstudio.gui.panels.predictions_choice import letter
from segstudio.gui.widgets import NOT_DEFINED, label, percent
from segstudio.metrics import overlap

SCORES: tuple[tuple[str, Callable[[Confusion], float]], ...] = (
    ("mIoU", overlap.mean_iou),
    ("Mean Dice", overlap.mean_dice),
    ("Pixel accuracy", overlap.pixel_accuracy),
)
ALIKE = "Labelled alike"
"""What pixel accuracy is called where neither of two is the truth."""
Counts = tuple[Confusion | None, Confusion | None]
"""Of the open image, and of the data set."""


class Headline(QWidget):
    """With one prediction a large number for the image and a small one for the data set; with two, both large."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = [label(NOT_DEFINED, "headline") for _ in SCORES]
        self.others = [label(NOT_DEFINED, "headline") for _ in SCORES]
        self.sets = [label("", "caption") for _ in SCORES]
        self.gains = [label("", "gain"), label("", "gain")]
        self._letters: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        self.names = [label(name, "caption") for name, _ in SCORES]
        for n, name in enumerate(self.names):
            grid.addWidget(name, 0, n)
            grid.addLayout(self._lettered("A", self.numbers[n], self.gains[0] if n == 0 else None), 1, n)
            grid.addLayout(self._lettered("B", self.others[n], None), 2, n)
            grid.addLayout(_beside(self.sets[n], self.gains[1] if n == 0 else None), 3, n)
            grid.setColumnStretch(n, 1)
        self.show_scores((None, None), None)

    def show_scores(self, first: Counts, second: Counts | None, agreeing: bool = False) -> None:
        """Show the scores of the first prediction, and of a second one where there is one; or how much two agree."""
        self.names[-1].setText(ALIKE if agreeing else SCORES[-1][0])
        for n, (_, score) in enumerate(SCORES):
            self.numbers[n].setText(_scored(score, first[0]))
            self.others[n].setText(_scored(score, second[0] if second is not None else None))
            of_sets = [_scored(score, counts[1]) for counts in (first, second) if counts is not None]
            known = any(text != NOT_DEFINED for text in of_sets)
            self.sets[n].setText(f"set {' / '.join(of_sets)}" if known else "")
        for part in (*self._letters, *self.others):
            part.setVisible(second is not None)

    def show_gain(self, image: str, dataset: str) -> None:
        """Show beside the mean IoU of the image and of the data set what a fix would add to them; "" for nothing."""
        for gain, text in zip(self.gains, (image, dataset), strict=True):
            gain.setText(text)

    def _lettered(self, text: str, number: QLabel, gain: QLabel | None) -> QHBoxLayout:
        line = _beside(number, gain)
        self._letters.append(letter(text))
        line.insertWidget(0, self._letters[-1])
        return line


def _beside(number: QLabel, gain: QLabel | None) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(number)
    if gain is not None:
        line.addWidget(gain)
    line.addStretch(1)
    return line


def _scored(score: Callable[[Confusion], float], counts: Confusion | None) -> str:
    return NOT_DEFINED if counts is None else percent(score(counts))
