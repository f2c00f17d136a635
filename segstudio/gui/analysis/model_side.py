"""What is chosen on the page of two models, and what is said of the outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from segstudio.core.records import LabelSource
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.side import Side
from segstudio.gui.files import Files, files_button
from segstudio.gui.panels.predictions_choice import letter
from segstudio.gui.widgets import Choice, ElidedLabel, Segments, label, row
from segstudio.services.contest import BOUT_TITLES
from segstudio.services.contest_report import Contest, tables, to_csv, to_json
from segstudio.services.tables import to_latex, to_markdown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 264
COUNTS, IMAGES, AGREEMENT = "counts", "images", "agreement"
WAYS = {
    COUNTS: ("Counts", "Scores of the summed pixel counts of all images"),
    IMAGES: ("Images", "Means of the images' own scores, which is another number"),
    AGREEMENT: ("Agreement", "How much A and B agree with each other, whatever the truth is"),
}
AHEAD = {
    "A": ("A ahead", "A click on a row lists the images in which A is ahead, by how much"),
    "B": ("B ahead", "A click on a row lists the images in which B is ahead, by how much"),
}


class ModelSide(Side):
    """``changed`` says that something else is to be shown of what was found, ``way_changed`` that it is to be found."""

    changed = Signal()
    way_changed = Signal()

    def __init__(self, window: MainWindow, job: PageJob, found: Callable[[], Contest | None]) -> None:
        super().__init__(SIDE_WIDTH)
        self.has_truth = True
        self._names = ElidedLabel("note"), ElidedLabel("note")
        self.scores = Choice(window.theme, "Score that is compared")
        for key, title in BOUT_TITLES.items():
            self.scores.addItem(title, key)
        self.ways, self._ahead = Segments(), Segments()
        self.ways.offer(WAYS)
        self.ways.choose(COUNTS)
        self._ahead.offer(AHEAD)
        self._ahead.choose("A")
        self._text = label("", "note", wrap=True)
        self._save = files_button(
            window.theme, "Save the comparison", lambda: "models", _files(found), window.bench.messages
        )
        self._save.setEnabled(False)
        self.scores.activated.connect(lambda _: self.changed.emit())
        self.ways.chosen.connect(lambda _: self.way_changed.emit())
        self._lay_out(job)

    @property
    def score(self) -> str:
        """The key of the score that is compared."""
        return str(self.scores.currentData())

    @property
    def way(self) -> str:
        """What is shown: scores over counts, over images, or the agreement, which alone there is without a truth."""
        return _chosen(self.ways, WAYS) if self.has_truth else AGREEMENT

    @property
    def ahead(self) -> str:
        return _chosen(self._ahead, AHEAD)

    def set_truth(self, has_truth: bool) -> None:
        """Say whether there is a truth that both are scored against."""
        if has_truth != self.has_truth:
            self.has_truth = has_truth
            for key in (COUNTS, IMAGES):
                self.ways.button(key).setEnabled(has_truth)
            if not has_truth:
                self.ways.choose(AGREEMENT)
        for part in (self.scores, self._ahead):
            part.setEnabled(self.way != AGREEMENT)

    def show_names(self, first: LabelSource | None, second: LabelSource | None) -> None:
        for name, source in zip(self._names, (first, second), strict=True):
            name.setText(source.name if source is not None else "not chosen")
            name.setToolTip(name.text())

    def say(self, text: str) -> None:
        self._text.setText(text)

    def show_saving(self, can: bool) -> None:
        self._save.setEnabled(can)

    def _lay_out(self, job: PageJob) -> None:
        lines: list[QHBoxLayout] = []
        for chip, name in zip("AB", self._names, strict=True):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(letter(chip))
            line.addWidget(name, 1)
            if chip == "A":
                line.addWidget(self._save)
            lines.append(line)
        self.fill(*lines, self.ways, row("Score", self.scores, 56), row("List", self._ahead, 56), job, self._text)


def _chosen(segments: Segments, choices: dict[str, tuple[str, str]]) -> str:
    return next(key for key in choices if segments.button(key).isChecked())


def _files(found: Callable[[], Contest | None]) -> Files:
    def told(write: Callable[[Contest], str]) -> Callable[[], str]:
        def text() -> str:
            result = found()
            return write(result) if result is not None else ""

        return text

    return {
        "csv": ("CSV", told(to_csv)),
        "json": ("JSON", told(to_json)),
        "md": ("Markdown", told(lambda result: to_markdown(tables(result)))),
        "tex": ("LaTeX", told(lambda result: to_latex(tables(result)))),
    }
