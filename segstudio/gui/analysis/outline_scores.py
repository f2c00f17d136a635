"""Boundary scores of the images of a run, measured while somebody wants to see them."""

from collections.abc import Generator

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.messages import Messages
from segstudio.metrics.outlines import Outlines, OutlineSettings
from segstudio.services.evaluate import ScoredStep, evaluate, project_pairs
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import Scoring
from segstudio.services.session import Session

OUTLINED = Scoring(OutlineSettings(boundary=True))
CHANGED_MS = 300
"""Between two times that news are told: each has all images looked at."""


class OutlineScores(QObject):
    """``found`` are the outlines of the masks as saved, by sample id; ``changed`` says that there are more."""

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.found: dict[str, Outlines] = {}
        self.going = DataSetPass(session, messages, self, live=False)
        self.going.stepped.connect(self._on_step)
        self.going.ended.connect(self.changed)
        self._begun = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CHANGED_MS)
        self._soon.timeout.connect(self.changed)

    def want(self, wanted: bool) -> None:
        """Measure what was not measured as it is on disk; or measure no further. A cache knows what was measured."""
        run = self._session.run
        if wanted and not self._begun and run is not None:
            self._begun = True
            self.going.begin(lambda project, _: _scored(project, run))
        elif wanted:
            self.going.catch_up()
        elif not wanted and self._begun and not self.going.whole:
            self._begun = False
            self.going.stop()

    def forget(self) -> None:
        """Drop what is known: another run is looked at, or there are other classes."""
        self.found, self._begun = {}, False
        self.going.stop()

    def close(self) -> None:
        self.going.close()

    def _on_step(self, step: ScoredStep) -> None:
        if self._begun and step.score is not None and step.score.outlines is not None:
            self.found[step.id] = step.score.outlines
            if not self._soon.isActive():
                self._soon.start()


def _scored(project: Project, run: LabelSource) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, OUTLINED)
    yield from evaluate(project_pairs(project, run), project.schema, OUTLINED, cache)
