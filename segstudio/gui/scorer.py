"""Score the chosen run, and a second one beside it, against the truth, image by image, in a worker."""

from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.records import LabelSource, Project
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.evaluate import ScoredStep, evaluate, project_pairs
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import COUNTS_ONLY
from segstudio.services.session import Session


class Scorer(QObject):
    """Fills ``session.scores``; asked again while it runs, it begins anew when it has stopped.

    The one of the ``second`` prediction fills ``session.other_scores``.
    """

    progressed = Signal(int, int)  # done, of
    finished = Signal()

    def __init__(
        self, session: Session, messages: Messages, parent: QObject | None = None, second: bool = False
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._second = second
        self._runner = JobRunner(self)
        self._again = False
        self._scoring: object = None
        self.failures: dict[str, str] = {}
        """Why a sample has no score, by id."""
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)

    def score(self) -> None:
        """Score every image that has a truth."""
        if self._runner.running:
            self._again = True
            self._runner.cancel()
            return
        project = self._session.project
        run = self._session.other_run if self._second else self._session.run
        self._scoring, self.failures = self._scores, {}
        self.progressed.emit(0, 0)
        if project is not None and run is not None:
            self._runner.start(_score(project, run))

    @property
    def _scores(self) -> DatasetScores:
        return self._session.other_scores if self._second else self._session.scores

    def close(self) -> None:
        self._runner.close()

    def _on_step(self, step: ScoredStep) -> None:
        if self._scoring is not self._scores:
            return  # another run was chosen meanwhile
        if step.confusion is not None:
            self._scores.put(step.id, step.confusion)
        elif step.error is not None:
            self.failures[step.id] = step.error.sentence()
        self.progressed.emit(step.done, step.total)

    def _on_end(self) -> None:
        if self._again:
            self._again = False
            QTimer.singleShot(0, self, self.score)
        else:
            self.finished.emit()


def _score(project: Project, run: LabelSource) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, COUNTS_ONLY)
    yield from evaluate(project_pairs(project, run), project.schema, COUNTS_ONLY, cache)
