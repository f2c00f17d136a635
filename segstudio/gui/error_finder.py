"""Finds the error regions of the open sample in a worker, and again a moment after each change of its labels."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelSchema
from segstudio.core.stopping import Stopped, watched
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.error_regions import ErrorRegion, FoundErrors, KeptTruth, Listed, Wanted
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

DELAY_MS = 150
"""After the last change until regions are looked for: drawing changes far more often than one reads a list."""
COUNTING_S = 0.005

NOTHING = Listed((), 0, 0, 0.0, 0)


class _Result(NamedTuple):
    found: FoundErrors
    listed: Listed
    shares: NDArray[np.int64]


class ErrorFinder(QObject):
    """``listed`` are the regions as they were found last, and ``found`` all that the list was made of.

    ``problem`` says why there is no list. It looks only while it is ``watched``: nobody else needs to know. What was
    found of labels that were drawn on meanwhile is dropped: it may be half of before, half of after.
    """

    changed = Signal()  # there is another list

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._background = Background(1, "errors", self)
        self._stop = threading.Event()
        self._running = self._again = self._watched = False
        self._unfollow: Callable[[], None] = lambda: None
        self.wanted = Wanted()
        """Which regions are listed; those that are kept in the open sample are not."""
        self.in_set = False
        self.kept = KeptTruth()
        self.found: FoundErrors | None = None
        self.listed = NOTHING
        self.shares: NDArray[np.int64] | None = None
        self.problem = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        session.project_opened.connect(lambda _: self._on_project())
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._let_go())
        session.prediction_changed.connect(self._follow)

    @property
    def settled(self) -> bool:
        """Whether the list is of the labels and the prediction as they are now."""
        return not self._running and not self._soon.isActive()

    def want(self, **changes: Any) -> None:
        """List other regions, or in another order; names and values are those of ``Wanted``."""
        wanted = replace(self.wanted, **changes)
        if wanted != self.wanted:
            self.wanted = wanted
            self.look_soon()

    def want_in_set(self, in_set: bool) -> None:
        """Say what corrections are worth to the data set, or to this image."""
        if in_set != self.in_set:
            self.in_set = in_set
            self.look_soon()

    def watch(self, watched: bool) -> None:
        """Begin to look, or look no more."""
        if watched != self._watched:
            self._watched = watched
            self.look_soon()

    def drop(self, region: ErrorRegion) -> None:
        """Take a region off the list at once; whether it is gone is found out meanwhile."""
        left = tuple(r for r in self.listed.regions if r.key != region.key)
        if len(left) < len(self.listed.regions):
            fewer = self.listed.matching - 1, self.listed.pixels - region.area
            self.listed = self.listed._replace(regions=left, matching=fewer[0], pixels=fewer[1])
            self.changed.emit()

    def look_soon(self, milliseconds: int = 0) -> None:
        """Look again; what is being looked for is of the past."""
        self._stop.set()
        if self._watched:
            self._soon.start(milliseconds)

    def close(self) -> None:
        self._stop.set()
        self._soon.stop()
        self._background.close()

    # What follows what

    def _on_project(self) -> None:
        self.kept.clear()
        self._let_go()

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None
        self._show(None)

    def _follow(self, opened: OpenSample) -> None:
        self._unfollow()
        self._unfollow = opened.document.changed.connect(lambda _: self.look_soon(DELAY_MS))
        if self.found is not None and self.found.prediction is not opened.prediction:
            self._show(None)  # what is listed would be flown to in another picture
        self.look_soon()

    def _look(self) -> None:
        current, project = self._session.current, self._session.project
        if current is None or project is None or not self._watched:
            return
        if current.document.editing or not current.catch_up(COUNTING_S):
            self._soon.start(DELAY_MS if current.document.editing else 0)
        elif self._running:
            self._again = True
        elif current.prediction is None or current.scored is None:
            self._show(None)
        else:
            self._begin(current, partial(_looked, self._known(current), current, project.schema))

    def _known(self, current: OpenSample) -> FoundErrors | None:
        """Return what was found, where it is of the labels and the prediction as they are."""
        found, project = self.found, self._session.project
        fresh = (
            found is not None
            and project is not None
            and found.revision == current.document.revision
            and found.prediction is current.prediction
            and found.schema == project.schema
        )
        return found if fresh else None

    def _begin(self, current: OpenSample, compute: Callable[[Wanted, Confusion | None], _Result]) -> None:
        total = self._session.live_total() if self.in_set else None
        wanted = replace(self.wanted, kept=self.kept.of(current.sample.id))
        self._running, self._stop = True, threading.Event()
        stop = self._stop

        def done(result: _Result) -> None:
            self._running = False
            if not stop.is_set():
                self._show(result)
            self._go_on()

        def failed(error: Exception) -> None:
            self._running = False
            if isinstance(error, SegstudioError):
                self._show(None, error.sentence())
            elif not isinstance(error, Stopped):
                self._messages.fail(error)
            self._go_on()

        self._background.run(partial(watched, partial(compute, wanted, total), stop), done, failed)

    def _go_on(self) -> None:
        again, self._again = self._again, False
        if again:
            self._look()

    def _show(self, result: _Result | None, problem: str = "") -> None:
        self.found, self.listed, self.shares = result if result is not None else (None, NOTHING, None)
        self.problem = problem
        self.changed.emit()


def _looked(
    found: FoundErrors | None, current: OpenSample, schema: LabelSchema, wanted: Wanted, total: Confusion | None
) -> _Result:
    """Find what is wrong, unless that is known, and list it; runs in a worker."""
    assert current.prediction is not None
    now = found if found is not None else FoundErrors.of(current.document, current.prediction, schema)
    return _Result(now, now.listed(wanted, total), now.shares())
