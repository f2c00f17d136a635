"""Which prediction is compared, and which second one beside it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segstudio.core.records import LabelSource
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, label
from segstudio.services.session import Session

NONE = "No second prediction"
ADD = "add"
"""The data of the entry that asks for more."""


class PredictionsChoice(QWidget):
    """``listed`` says that what can be chosen, or is, changed; ``more_wanted`` that other predictions are."""

    listed = Signal()
    more_wanted = Signal(str)  # as "a" or "b"

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._by = session, ("", "")
        self.runs = Choice(theme, "Prediction that is compared, A")
        self.others = Choice(theme, "Second prediction beside it, B")
        self.others.setToolTip("Another run, or labels of somebody else, beside the first")
        self._letters = [letter("A"), letter("B")]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for chip, choice in zip(self._letters, (self.runs, self.others), strict=True):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(chip)
            line.addWidget(choice, 1)
            column.addLayout(line)
        self.runs.activated.connect(lambda at: self._choose(self.runs, at, session.choose_run))
        self.others.activated.connect(lambda at: self._choose(self.others, at, session.choose_other))
        for event in (session.project_opened, session.project_changed):
            event.connect(lambda _: self._list())
        session.sample_opened.connect(lambda _: self._follow())
        session.prediction_changed.connect(lambda _: self._follow())
        session.run_changed.connect(lambda _: self._list())
        session.other_run_changed.connect(lambda _: self._list())
        self._list()

    def _list(self) -> None:
        project, run, other = self._session.project, self._session.run, self._session.other_run
        known = tuple(reversed(project.runs)) if project is not None else ()
        self._by = self._unstored()
        _fill(self.runs, [(source.name, source) for source in known], run, self._by[0])
        self.runs.setEnabled(project is not None)
        people = [(f"{source.name} (labels)", source) for source in (project.sources[1:] if project else ())]
        seconds = [(source.name, source) for source in known if not _same(source, run)]
        _fill(self.others, [(NONE, None), *seconds, *people], other, self._by[1])
        self.others.setEnabled(project is not None)
        self.listed.emit()

    def _follow(self) -> None:
        """List anew where another model said what is shown, or none did: a run is what was chosen."""
        if self._by != self._unstored():
            self._list()

    def _unstored(self) -> tuple[str, str]:
        """Return which models said what is shown of the open image and is in no file; "" for what is."""
        current = self._session.current
        return ("", "") if current is None else (current.predicted_by, current.other_by)

    def _choose(self, choice: Choice, at: int, choose: Callable[[LabelSource | None], None]) -> None:
        """Take over what was chosen; the last entry asks for more to choose from, and what was chosen before stays."""
        if choice.itemData(at) == ADD:
            self._list()
            self.more_wanted.emit("a" if choice is self.runs else "b")
        else:
            choose(choice.itemData(at))


def letter(text: str) -> QLabel:
    """Return the chip of the first prediction, A, or of the second, B."""
    made = label(text, f"letter{text}")
    made.setFixedSize(16, 16)
    return made


def _fill(choice: Choice, offered: list[tuple[str, LabelSource | None]], chosen: LabelSource | None, by: str) -> None:
    """Offer sources; where a model said ``by`` itself what is shown, that is named, and none of them is chosen."""
    choice.clear()
    choice.setPlaceholderText(f"This image, by {by}" if by else "No predictions yet")
    for text, source in offered:
        choice.addItem(text, source)
    found = next((at for at, (_, source) in enumerate(offered) if _same(source, chosen)), -1)
    choice.setCurrentIndex(-1 if by else found)
    choice.insertSeparator(choice.count())
    choice.addItem("Add predictions ...", ADD)


def _same(one: LabelSource | None, other: LabelSource | None) -> bool:
    """Whether two are of one folder: a run that is under way is replaced by what it has become."""
    return one is other if one is None or other is None else one.folder == other.folder
