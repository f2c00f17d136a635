"""What the page of slices shows: areas by slice, from the scores where they say them, else from the files."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import LabelSource, Project, Sample
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.messages import Messages
from segstudio.services.session import Session
from segstudio.services.slices import Pixels, SliceStep, count_slices, known_pixels, slices_of

TRUTH, FIRST, SECOND = "truth", "A", "B"


class Slicing(QObject):
    """Counts the slices around the open one; those counted stay. ``changed`` says there is news."""

    changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.going = DataSetPass(messages, self)
        self.going.stepped.connect(self._on_step)
        self.going.ended.connect(self.changed)
        self._of: object = None
        self.slices: tuple[Sample, ...] = ()
        self._pixels: dict[str, dict[str, Pixels]] = {}

    def follow(self) -> None:
        """Count the slices that belong with the open one, as far as that is not done."""
        project, current = self._session.project, self._session.current
        if project is None or current is None:
            self.slices = ()
            return
        if all(current.sample is not known for known in self.slices):
            self.slices = slices_of(project, current.sample)
        runs = (self._session.run, self._session.other_run)
        of = (project.root, project.schema, self.slices, *(r and r.folder for r in runs))
        if of != self._of:
            self._of, self._pixels = of, {}
            self._take_from_scores()
            self._begin(project, runs)
        elif not self.going.whole and not self.going.running:
            self._begin(project, runs)

    def stop(self) -> None:
        self.going.stop()

    def close(self) -> None:
        self.going.close()

    def areas(self, class_id: int) -> dict[str, list[float]]:
        """Return the pixels of a class by slice, of those who say something of any; nan where they do not.

        The truth of the open slice is as it is drawn now.
        """
        found: dict[str, list[float]] = {}
        for name in (TRUTH, FIRST, SECOND):
            by_slice = [self._pixels.get(s.id, {}).get(name) for s in self.slices]
            if any(pixels is not None for pixels in by_slice):
                found[name] = [float("nan") if p is None else float(p.get(class_id, 0)) for p in by_slice]
        current = self._session.current
        if current is not None and current.has_truth and current.sample in self.slices:
            empty = [float("nan")] * len(self.slices)
            now = float(current.counts.counts[class_id])
            found.setdefault(TRUTH, empty)[self.slices.index(current.sample)] = now
        return {name: found[name] for name in (TRUTH, FIRST, SECOND) if name in found}

    def _take_from_scores(self) -> None:
        """Take over what was counted to score the slices."""
        for name, scores in ((FIRST, self._session.scores), (SECOND, self._session.other_scores)):
            for sample in self.slices:
                counted = scores.get(sample.id)
                known = None if counted is None else known_pixels(counted)
                if known is not None:
                    self._pixels.setdefault(sample.id, {}).update({TRUTH: known[0], name: known[1]})

    def _begin(self, project: Project, runs: Sequence[LabelSource | None]) -> None:
        sources: Mapping[str, Sequence[LabelSource]] = {
            TRUTH: project.sources,
            **{name: (run,) for name, run in zip((FIRST, SECOND), runs, strict=True) if run is not None},
        }
        left = [s for s in self.slices if not self._pixels.get(s.id, {}).keys() >= sources.keys()]
        if left:
            self.going.begin(lambda: count_slices(project, left, sources))

    def _on_step(self, step: SliceStep) -> None:
        if step.error is None:
            self._pixels.setdefault(step.id, {}).update(step.pixels)
        self.changed.emit()
