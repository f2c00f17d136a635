"""What of the confusion is looked at: of this image or the data set, as counts or in parts; the same everywhere."""

from typing import Literal

from PySide6.QtCore import QObject, Signal

from segstudio.gui.widgets import Segments
from segstudio.services.matrix import By, Matrix
from segstudio.services.session import Session

Scope = Literal["image", "set"]
SCOPES: dict[str, tuple[str, str]] = {
    "image": ("Image", "Pixels of the open image, live while you paint"),
    "set": ("Set", "Pixels of all images that were scored"),
}
WAYS: dict[str, tuple[str, str]] = {
    By.COUNTS.value: ("Counts", "Pixels"),
    By.ROW.value: ("By row", "Part of the true class: the diagonal is recall"),
    By.COLUMN.value: ("By column", "Part of what was predicted as a class: the diagonal is precision"),
}
NOTES = {By.COUNTS: "pixels", By.ROW: "% of truth row", By.COLUMN: "% of prediction column"}


class ConfusionChoice(QObject):
    """``changed`` says that something else is looked at."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.scope: Scope = "set"
        self.by = By.ROW

    def choose(self, scope: Scope | None = None, by: By | None = None) -> None:
        """Look at something else."""
        self.scope, self.by = scope or self.scope, by or self.by
        self.changed.emit()

    @property
    def note(self) -> str:
        """What is looked at, in words."""
        return f"{'this image' if self.scope == 'image' else 'data set'}, {NOTES[self.by]}"

    def matrix(self) -> Matrix | None:
        """Return what is looked at as it is now; None where nothing is scored."""
        project, current = self._session.project, self._session.current
        if project is None:
            return None
        if self.scope == "image":
            live = current.scored if current is not None else None
            return None if live is None else Matrix(live.confusion, project.schema.scored)
        total, counts = self._session.live_total(), self._session.scores.counts
        return None if total is None or counts is None else Matrix(total, project.schema.scored, counts.images)


def scope_switch(choice: ConfusionChoice) -> Segments:
    """Return a switch between this image and the data set."""
    made = Segments()
    made.offer(SCOPES)
    made.chosen.connect(lambda key: choice.choose(scope="image" if key == "image" else "set"))
    choice.changed.connect(lambda: made.choose(choice.scope))
    made.choose(choice.scope)
    return made


def way_switch(choice: ConfusionChoice) -> Segments:
    """Return a switch between counts and parts of rows or columns."""
    made = Segments()
    made.offer(WAYS)
    made.chosen.connect(lambda key: choice.choose(by=By(key)))
    choice.changed.connect(lambda: made.choose(choice.by.value))
    made.choose(choice.by.value)
    return made
