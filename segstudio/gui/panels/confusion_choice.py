"""What of the confusion is looked at: A or B, of this image or the data set, as counts or in parts; same everywhere."""

from collections.abc import Callable, Mapping
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from segstudio.core.records import LabelSource
from segstudio.gui.menu_button import MenuButton
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Segments
from segstudio.services.matrix import By, Matrix
from segstudio.services.scores import DatasetScores
from segstudio.services.session import Session

Of = Literal["A", "B"]
Scope = Literal["image", "set"]
SIDES: dict[str, tuple[str, str]] = {
    "A": ("A", "The first prediction against the truth"),
    "B": ("B", "The second prediction against the truth"),
}
SCOPES: dict[str, tuple[str, str]] = {
    "image": ("Image", "Pixels of the open image, live while you paint"),
    "set": ("Set", "Pixels of all images that were scored"),
}
WAYS: dict[str, tuple[str, str]] = {
    By.COUNTS.value: ("Counts", "Pixels"),
    By.ROW.value: ("By row", "Part of the true class: the diagonal is recall"),
    By.COLUMN.value: ("By column", "Part of what was predicted as a class: the diagonal is precision"),
}
NO_RUN = "Nothing is scored yet. Choose a run in Metrics."
NOT_SCORED = "Nothing is scored yet. That takes images that are labelled, and predicted by the chosen run."
NOTES = {By.COUNTS: "pixels", By.ROW: "% of truth row", By.COLUMN: "% of prediction column"}


class ConfusionChoice(QObject):
    """``changed`` says that something else is looked at, or that there is a B now, or none any more."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._of: Of = "A"
        self.scope: Scope = "set"
        self.by = By.ROW
        self._was_paired = False
        session.other_run_changed.connect(lambda _: self.changed.emit())
        session.sample_opened.connect(lambda _: self._follow())
        session.prediction_changed.connect(lambda _: self._follow())
        session.project_opened.connect(lambda _: self.changed.emit())

    def choose(self, scope: Scope | None = None, by: By | None = None, of: Of | None = None) -> None:
        """Look at something else."""
        self.scope, self.by, self._of = scope or self.scope, by or self.by, of or self._of
        self.changed.emit()

    @property
    def paired(self) -> bool:
        """Whether there is a B to choose: of the data set, or a model's of the open image alone."""
        return self._session.other_run is not None or bool(self._live("B"))

    @property
    def nothing(self) -> str:
        """Why there may be nothing to show, and what to do."""
        run = self._session.run if self.of == "A" else self._session.other_run
        if self.scope == "set" and run is None and (by := self._live(self.of)):
            return f"{by} has predicted this image alone. Choose Image, or predict the folder with it."
        return nothing_scored(run)

    def _live(self, of: Of) -> str:
        """Return the model that said what is in no run: of the open image; "" where it is a run's."""
        current = self._session.current
        return "" if current is None else current.predicted_by if of == "A" else current.other_by

    def _follow(self) -> None:
        if self.paired != self._was_paired:
            self._was_paired = self.paired
            self.changed.emit()

    @property
    def of(self) -> Of:
        """The prediction that is looked at: B only where there is one."""
        return self._of if self.paired else "A"

    @property
    def note(self) -> str:
        """What is looked at, in words."""
        whose = f"{self.of}, " if self.paired else ""
        return f"{whose}{'this image' if self.scope == 'image' else 'data set'}, {NOTES[self.by]}"

    @property
    def short(self) -> str:
        """What is looked at, in the words of the choices."""
        whose = f"{self.of}, " if self.paired else ""
        return f"{whose}{SCOPES[self.scope][0].lower()}, {WAYS[self.by.value][0].lower()}"

    @property
    def scores(self) -> DatasetScores:
        """The counts of the images with the prediction that is looked at."""
        return self._session.scores if self.of == "A" else self._session.other_scores

    def matrix(self) -> Matrix | None:
        """Return what is looked at as it is now; None where nothing is scored."""
        project, current = self._session.project, self._session.current
        if project is None:
            return None
        if self.scope == "image":
            live = None
            if current is not None:
                live = current.scored if self.of == "A" else current.other_scored
            return None if live is None else Matrix(live.confusion, project.schema.scored)
        total = self._session.live_total() if self.of == "A" else self._session.live_other_total()
        counts = self.scores.counts
        return None if total is None or counts is None else Matrix(total, project.schema.scored, counts.images)


def nothing_scored(run: LabelSource | None) -> str:
    """Return why no image may be scored with a run, and what to do."""
    return NO_RUN if run is None else NOT_SCORED


def side_switch(choice: ConfusionChoice, parent: QWidget) -> Segments:
    """Return a switch between A and B, in sight as long as there is a B; without a parent it would be a window."""
    made = _switch(choice, SIDES, lambda: choice.of, lambda key: choice.choose(of="B" if key == "B" else "A"))
    made.setParent(parent)
    choice.changed.connect(lambda: made.setVisible(choice.paired))
    made.setVisible(choice.paired)
    return made


def scope_switch(choice: ConfusionChoice) -> Segments:
    """Return a switch between this image and the data set."""
    return _switch(choice, SCOPES, lambda: choice.scope, lambda key: _choose_scope(choice, key))


def way_switch(choice: ConfusionChoice) -> Segments:
    """Return a switch between counts and parts of rows or columns."""
    return _switch(choice, WAYS, lambda: choice.by.value, lambda key: choice.choose(by=By(key)))


def choice_button(choice: ConfusionChoice, theme: Theme) -> MenuButton:
    """Return a button that says what is looked at and opens a menu of all choices: for where there is little room."""
    made = MenuButton(theme, choice.short, "What of the confusion is shown")
    sides = _group(made, SIDES, lambda: choice.of, lambda key: choice.choose(of="B" if key == "B" else "A"))
    made.menu().addSeparator()
    _group(made, SCOPES, lambda: choice.scope, lambda key: _choose_scope(choice, key))
    made.menu().addSeparator()
    _group(made, WAYS, lambda: choice.by.value, lambda key: choice.choose(by=By(key)))

    def show() -> None:
        made.setText(choice.short)
        for act in sides:
            act.setVisible(choice.paired)

    choice.changed.connect(show)
    show()
    return made


def _choose_scope(choice: ConfusionChoice, key: str) -> None:
    choice.choose(scope="image" if key == "image" else "set")


def _switch(
    choice: ConfusionChoice,
    choices: Mapping[str, tuple[str, str]],
    chosen: Callable[[], str],
    choose: Callable[[str], None],
) -> Segments:
    made = Segments()
    made.offer(choices)
    made.chosen.connect(choose)
    choice.changed.connect(lambda: made.choose(chosen()))
    made.choose(chosen())
    return made


def _group(
    button: MenuButton,
    choices: Mapping[str, tuple[str, str]],
    chosen: Callable[[], str],
    choose: Callable[[str], None],
) -> list[QAction]:
    """Add choices of which one is made to a button's menu; it is marked when the menu opens."""
    group, made = QActionGroup(button), dict[str, QAction]()
    for key, (text, tip) in choices.items():
        made[key] = act = group.addAction(text)
        act.setToolTip(tip)
        act.setCheckable(True)
        act.triggered.connect(lambda _=False, key=key: choose(key))
    button.menu().addActions(list(made.values()))
    button.menu().aboutToShow.connect(lambda: made[chosen()].setChecked(True))
    return list(made.values())
