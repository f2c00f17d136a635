"""The values of all scored images for the pages that show them, computed between two frames."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.gui.analysis.outline_scores import OutlineScores
from segstudio.services.image_columns import Column, Images, Rows, columns
from segstudio.services.image_values import ImageValues

if TYPE_CHECKING:
    from segstudio.core.records import Sample
    from segstudio.gui.window import MainWindow

COMPUTING_S = 0.005


class ScoredImages(QObject):
    """``advanced`` says that all that is wanted is up to date. What is open, chosen or scored may change any time."""

    advanced = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._wanted: dict[str, tuple[str, ...]] = {}
        self.outlines = OutlineScores(window.session, window.bench.messages, self)
        self._values = self._made()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._compute)
        self.outlines.changed.connect(self._on_outlines)
        window.session.records.changed.connect(lambda _: self._values.forget("records"))

    @property
    def values(self) -> ImageValues:
        """The values of the predictions and classes of now."""
        images, session = self._values.images, self._session
        second = session.other_scores if session.other_run is not None else None
        schema = session.project.schema if session.project is not None else None
        if images.scores is not session.scores or images.other is not second or schema is not self._schema:
            self.outlines.forget()
            self._values = self._made()
            self._want(self._values)
        return self._values

    @property
    def columns(self) -> dict[str, Column]:
        return self.values.columns

    def want(self, page: str, keys: Collection[str]) -> None:
        """Say which columns a page shows; ``advanced`` comes when they are known."""
        self._wanted[page] = tuple(keys)
        self._want(self.values)
        if keys:
            self._compute()

    def listed(self) -> Rows:
        """Return the rows of the scores whose samples the list of samples shows, ascending."""
        scores, model = self._session.scores, self._window.samples.model
        project = self._session.project
        if project is None or model.rowCount() == len(project.samples):
            return np.arange(len(scores))
        found = (scores.row(sample_id) for sample_id in model.shown())
        return np.sort(np.array([row for row in found if row is not None], np.intp))

    def sample(self, row: int) -> Sample | None:
        """Return the sample of a row, None where the list does not show it."""
        model = self._window.samples.model
        return model.sample_at(model.row_of(self._session.scores.id_at(row)))

    def open(self, row: int) -> None:
        """Show the sample of a row."""
        if (sample := self.sample(row)) is not None:
            self._window.bench.opener.go(sample)

    def close(self) -> None:
        self.outlines.close()

    def current(self) -> int | None:
        """Return the row of the open sample, None where it was not scored."""
        current = self._session.current
        return self._session.scores.row(current.sample.id) if current is not None else None

    def _made(self) -> ImageValues:
        session = self._session
        self._schema = session.project.schema if session.project is not None else None
        second = session.other_scores if session.other_run is not None else None
        known = columns(self._schema, second is not None) if self._schema is not None else {}
        return ImageValues(Images(session.scores, second, session.records, self.outlines.found), known)

    def _want(self, values: ImageValues) -> None:
        every = dict.fromkeys(key for keys in self._wanted.values() for key in keys)
        known = [key for key in every if key in values.columns]  # of other classes some are no more
        values.want(known)
        self.outlines.want(any(values.columns[key].source == "outlines" for key in known))

    def _on_outlines(self) -> None:
        self._values.forget("outlines")
        self._compute()

    def _compute(self) -> None:
        self._session.live_total()  # what was painted since is counted
        if self.values.catch_up(COMPUTING_S):
            self.advanced.emit()
        else:
            self._timer.start(0)
