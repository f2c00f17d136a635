"""Which prediction is compared, and which second one beside it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segstudio.core.records import LabelSource
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, label
from segstudio.services.session import Session

NONE = "No second prediction"


class PredictionsChoice(QWidget):
    """``listed`` says that what can be chosen, or is, changed."""

    listed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
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
        self.runs.activated.connect(lambda at: session.choose_run(self.runs.itemData(at)))
        self.others.activated.connect(lambda at: session.choose_other(self.others.itemData(at)))
        for event in (session.project_opened, session.project_changed):
            event.connect(lambda _: self._list())
        session.run_changed.connect(lambda _: self._list())
        session.other_run_changed.connect(lambda _: self._list())
        self._list()

    def _list(self) -> None:
        project, run, other = self._session.project, self._session.run, self._session.other_run
        known = tuple(reversed(project.runs)) if project is not None else ()
        _fill(self.runs, [(source.name, source) for source in known], run)
        self.runs.setEnabled(bool(known))
        self.runs.setPlaceholderText("No predictions yet")
        people = [(f"{source.name} (labels)", source) for source in (project.sources[1:] if project else ())]
        seconds = [(source.name, source) for source in known if not _same(source, run)]
        _fill(self.others, [(NONE, None), *seconds, *people], other)
        self.others.setEnabled(self.others.count() > 1)
        self.listed.emit()


def letter(text: str) -> QLabel:
    """Return the chip of the first prediction, A, or of the second, B."""
    made = label(text, f"letter{text}")
    made.setFixedSize(16, 16)
    return made


def _fill(choice: Choice, offered: list[tuple[str, LabelSource | None]], chosen: LabelSource | None) -> None:
    choice.clear()
    for text, source in offered:
        choice.addItem(text, source)
        if _same(source, chosen):
            choice.setCurrentIndex(choice.count() - 1)


def _same(one: LabelSource | None, other: LabelSource | None) -> bool:
    """Whether two are of one folder: a run that is under way is replaced by what it has become."""
    return one is other if one is None or other is None else one.folder == other.folder
