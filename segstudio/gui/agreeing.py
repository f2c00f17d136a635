"""How much two predictions agree where there is no label at all: of the open image, and of the data set, in workers."""

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.raster import LabelPlane
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.messages import Messages
from segstudio.metrics.agreement import both_labelled
from segstudio.services.evaluate import ScoredStep, evaluate, project_pairs
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import RATERS
from segstudio.services.session import Session


class Agreeing(QObject):
    """Counts A against B while it is followed and there is nothing else to count. ``changed`` says that there is more.

    ``image`` and ``dataset`` are counts of the pixels that both label, None as long as there are none.
    """

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._newest = Newest(messages, self)
        self._going = DataSetPass(session, messages, self, live=False)
        self._going.stepped.connect(self._on_step)
        self._of: object = None
        self._scores = DatasetScores()
        self.image: Confusion | None = None

    @property
    def needed(self) -> bool:
        """Whether two predictions are all there is: no image has labels to score them against."""
        session, project, current = self._session, self._session.project, self._session.current
        if project is None or current is None or session.run is None or session.other_run is None:
            return False
        labelled = current.has_truth or any(source.files for source in project.sources)
        return not labelled and session.live_total() is None

    @property
    def dataset(self) -> Confusion | None:
        total = self._scores.total
        return None if total is None else both_labelled(total)

    def follow(self) -> None:
        """Count what is compared now, as far as that is not done; where it is not needed, stop."""
        session, project, current = self._session, self._session.project, self._session.current
        run, other = session.run, session.other_run
        if not self.needed or project is None or current is None or run is None or other is None:
            self._forget(None)
            self._newest.forget()
            return
        of = (project.root, project.schema, Same(run), Same(other))
        if of != self._of:
            self._forget(of)
            self._going.begin(lambda project, _: _counted(project, run, other))
        first, second = current.prediction, current.other
        key = (Same(first), Same(second), project.schema)
        self._newest.ask(key, lambda: _count(first, second, project.schema), self._on_image)

    def close(self) -> None:
        self._going.close()
        self._newest.close()

    def _forget(self, of: object) -> None:
        if self._of is not None:
            self._going.stop()
            self._scores, self.image = DatasetScores(), None
        self._of = of

    def _on_image(self, found: Confusion | None) -> None:
        self.image = found
        self.changed.emit()

    def _on_step(self, step: ScoredStep) -> None:
        if step.confusion is not None:
            self._scores.put(step.id, step.confusion)
            self.changed.emit()


def _count(first: LabelPlane | None, second: LabelPlane | None, schema: LabelSchema) -> Confusion | None:
    if first is None or second is None:
        return None
    return both_labelled(PairCounter(schema).count(first, second))


def _counted(project: Project, run: LabelSource, other: LabelSource) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, RATERS)
    yield from evaluate(project_pairs(project, other, [run]), project.schema, RATERS, cache)
