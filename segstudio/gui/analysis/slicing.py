"""What the page of slices shows: areas by slice, from the scores where they say them, else from the files."""

from collections.abc import Generator, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from segstudio.core.records import LabelSource, Project, Sample
from segstudio.gui.analysis.data_set_pass import Ids
from segstudio.gui.analysis.following import Following
from segstudio.gui.analysis.newest import Same
from segstudio.gui.messages import Messages
from segstudio.services.session import Session
from segstudio.services.slices import SliceAreas, SliceStep, count_slices, slices_of

TRUTH, FIRST, SECOND = "truth", "A", "B"


class Slicing(Following):
    """Counts the slices around the open one; those counted stay."""

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(session, messages, parent)
        self._of: object = None
        self._areas: SliceAreas | None = None

    @property
    def slices(self) -> tuple[Sample, ...]:
        """Those that belong with the open one."""
        return () if self._areas is None else self._areas.slices

    def follow(self) -> None:
        """Count the slices that belong with the open one, as far as that is not done."""
        project, current = self._session.project, self._session.current
        if project is None or current is None:
            self._of = self._areas = None
            return
        runs = (self._session.run, self._session.other_run)
        of = (project.root, project.schema, *map(Same, runs))
        if of != self._of or current.sample not in self.slices:
            self._of = of
            self._areas = SliceAreas(slices_of(project, current.sample), project.schema, (TRUTH, FIRST, SECOND))
            self._areas.take_scores(TRUTH, FIRST, self._session.scores)
            self._areas.take_scores(TRUTH, SECOND, self._session.other_scores)
            self._begin(project, runs, self._areas)
        elif self._areas is not None:
            self._go_on(partial(self._begin, project, runs, self._areas))

    def areas(self, class_id: int) -> dict[str, NDArray[np.float64]]:
        """Return the pixels of a class by slice, of those who say something of any; nan where they do not.

        The truth of the open slice is as it is drawn now.
        """
        if self._areas is None:
            return {}
        current = self._session.current
        if current is not None and current.has_truth and current.sample in self.slices:
            self._areas.put(current.sample.id, {TRUTH: dict(enumerate(current.counts.counts.tolist()))})
        found = self._areas.of(class_id)
        return {name: found[name] for name in (TRUTH, FIRST, SECOND) if name in found}

    def _begin(self, project: Project, runs: Sequence[LabelSource | None], areas: SliceAreas) -> None:
        def sources(project: Project) -> Mapping[str, Sequence[LabelSource]]:
            predicted = {name: (run,) for name, run in zip((FIRST, SECOND), runs, strict=True) if run is not None}
            return {TRUTH: project.sources, **predicted}

        def make(project: Project, ids: Ids | None) -> Generator[SliceStep, None, None]:
            slices = left if ids is None else [each for each in areas.slices if each.id in ids]
            return count_slices(project, slices, sources(project))

        left = areas.left(sources(project))
        self.going.begin(make)

    def _on_step(self, step: SliceStep) -> None:
        if step.error is None and self._areas is not None:
            self._areas.put(step.id, step.pixels)
        self.changed.emit()
