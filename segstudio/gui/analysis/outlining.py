"""What the page of distances shows, measured in workers: of the open image as it is now, and of the data set."""

from PySide6.QtCore import QObject

from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.following import FollowingImage
from segstudio.gui.analysis.newest import Same
from segstudio.gui.analysis.side_choice import SideChoice
from segstudio.gui.messages import Messages
from segstudio.services.outline_curves import OutlineCurves, OutlineQuestion, OutlineTotal, measure, measure_run
from segstudio.services.session import Session


class Outlining(FollowingImage[OutlineCurves]):
    """Measures the open image by itself, the data set where that is asked for."""

    def __init__(self, session: Session, sides: SideChoice, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(session, messages, parent)
        self._sides = sides
        self._of: Compared | None = None
        self.asked: OutlineQuestion | None = None
        self.total: OutlineTotal = OutlineTotal()

    def follow(self, class_id: int | None) -> None:
        """Measure a class in the open image, and in those that were written to, as far as that is not done."""
        project = self._session.project
        asked = None
        if project is not None and class_id is not None:
            asked = OutlineQuestion(project.schema, class_id, project.spacing)
        self._forget_other(asked)
        self.asked = asked
        if len(self.total):
            self.going.catch_up()
        opened = self._session.current
        said = None if opened is None else self._sides.said(opened)
        if opened is None or said is None or asked is None or not opened.has_truth:
            self._look_at(None)
            return
        self._look_at(opened)
        predicted, document = said.classes, opened.document
        key = (Same(opened), document.revision, Same(predicted), asked)
        self._newest.ask(key, lambda: measure(document.labels, predicted, asked, points=True), self._arrived)

    def measure_set(self) -> None:
        """Measure the class in every labelled image."""
        run, asked = self._sides.run, self.asked
        if run is not None and asked is not None:
            self.total = OutlineTotal()
            self.going.begin(lambda project, _: measure_run(project, run, asked))
            self.changed.emit()

    def measured(self) -> OutlineTotal | None:
        """Return what was measured of the data set, with the open image as it is now; None before any."""
        self._put_image()
        return self.total if len(self.total) else None

    def _forget_other(self, asked: OutlineQuestion | None) -> None:
        """Drop what was measured of another run, class or project."""
        of = compared(self._session, self._sides.run)
        if (of, asked) != (self._of, self.asked):
            self._of, self.total, self.image = of, OutlineTotal(), None
            self.going.stop()

    def _arrived(self, found: OutlineCurves) -> None:
        self.image = found
        self.changed.emit()
