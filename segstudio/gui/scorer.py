"""Score the chosen run against the truth, image by image, in a worker."""

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.evaluate import ScoredStep, evaluate, project_pairs
from segstudio.services.session import Session


class Scorer(QObject):
    """Fills ``session.scores``; asked again while it runs, it begins anew when it has stopped."""

    progressed = Signal(int, int)  # done, of
    finished = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._runner = JobRunner(self)
        self._again = False
        self._scoring: object = None
        self.total = 0
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)

    def score(self) -> None:
        """Score every image that has both a truth and a prediction."""
        if self._runner.running:
            self._again = True
            self._runner.cancel()
            return
        project, run = self._session.project, self._session.run
        if project is None or run is None:
            return
        pairs = project_pairs(project, run)
        self._scoring, self.total, self._done = self._session.scores, len(pairs), 0
        if pairs:
            self._runner.start(evaluate(pairs, project.schema))

    def close(self) -> None:
        self._runner.close()

    def _on_step(self, step: ScoredStep) -> None:
        if self._scoring is not self._session.scores:
            return  # another run was chosen meanwhile
        self._done += 1
        if step.confusion is not None:
            self._session.scores.put(step.id, step.confusion)
        self.progressed.emit(self._done, self.total)

    def _on_end(self) -> None:
        if self._again:
            self._again = False
            QTimer.singleShot(0, self, self.score)
        else:
            self.finished.emit()
