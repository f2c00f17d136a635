"""Which of two predictions the pages look at that look at one: chosen on any of them, the same on all."""

from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from segstudio.core.raster import LabelMap
from segstudio.core.records import LabelSource
from segstudio.gui.widgets import Segments
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

Letter = Literal["A", "B"]


class SideChoice(QObject):
    """``changed`` says that the other one is looked at, or that there is a second one now, or none any more."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: Letter = "A"
        session.project_opened.connect(lambda _: self.changed.emit())
        session.run_changed.connect(lambda _: self.changed.emit())
        session.other_run_changed.connect(lambda _: self.changed.emit())

    @property
    def letter(self) -> Letter:
        """B only where there is a second run."""
        return self._wanted if self._session.other_run is not None else "A"

    @property
    def run(self) -> LabelSource | None:
        """The run that is looked at."""
        return self._session.run if self.letter == "A" else self._session.other_run

    def said(self, opened: OpenSample) -> LabelMap | None:
        """Return what the chosen one says of an image, as it is shown; None where it says nothing."""
        return opened.said if self.letter == "A" else opened.other_said

    def choose(self, letter: Letter) -> None:
        """Look at the first or at the second prediction."""
        if letter != self._wanted:
            self._wanted = letter
            self.changed.emit()


class SideSwitch(Segments):
    """A | B, hidden where there is one prediction. Shown without a ``parent`` it would be a window for a moment."""

    def __init__(self, choice: SideChoice, session: Session, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._choice, self._session = choice, session
        self.offer({"A": ("A", ""), "B": ("B", "")})
        self.chosen.connect(lambda key: choice.choose("B" if key == "B" else "A"))
        choice.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        session = self._session
        for letter, run in (("A", session.run), ("B", session.other_run)):
            tip = f"This page looks at {letter}" + (f": {run.name}" if run is not None else "")
            self.button(letter).setToolTip(tip)
            self.button(letter).setAccessibleName(tip)
        self.choose(self._choice.letter)
        self.setVisible(session.other_run is not None)
