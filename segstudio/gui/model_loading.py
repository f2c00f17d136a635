"""Load model files in a thread of their own: what was loaded before stays usable until the new model is there."""

import os
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from segstudio.core.digest import digest_of
from segstudio.gui.jobs import JobRunner
from segstudio.models import LoadStep, Segmenter, load_steps
from segstudio.services.trust import trusted

Side = Literal["a", "b"]
"""The model that is predicted with, or a second one beside it."""

LoadJob: TypeAlias = Generator[LoadStep | Segmenter, None, None]

THREADS = max((os.cpu_count() or 2) - 1, 1)
"""A core is left for the window where there is more than one."""


@dataclass(slots=True)
class Loading:
    """A model on its way: ``job`` makes it, ``size`` is the bytes of its file, 0 where that is not known.

    ``digest`` is the SHA-256 of it. ``step`` is how far it is; None before the first one. ``began`` is a time of
    ``time.perf_counter``. ``then`` is called once the model is there. ``corrects``: it is the model that is there, with
    something else said of it. ``given_up``: it ends as soon as it can.
    """

    path: Path
    side: Side
    job: Callable[[], LoadJob]
    then: Callable[[], object] = lambda: None
    size: int = 0
    digest: str = ""
    step: LoadStep | None = None
    began: float = field(default_factory=time.perf_counter)
    corrects: bool = False
    given_up: bool = False


class ModelLoading(QObject):
    """One file after the other. What is asked for anew for a side takes the place of what was on its way to it."""

    changed = Signal()  # what is loaded, or how far it is
    loaded = Signal(object, object)  # a Loading, and its Segmenter
    failed = Signal(object, object)  # a Loading, and what was raised

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = JobRunner(self)
        self._waiting: list[Loading] = []
        self._made: Segmenter | None = None
        self._given_up = False
        self.current: Loading | None = None
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(self._on_failure)
        self._runner.ended.connect(self._on_end)

    def load(self, path: Path, side: Side = "a") -> None:
        """Load a file; what it is and whether it can be loaded is told by the worker."""
        self._start(Loading(path, side, lambda: load_steps(path, "auto", THREADS, trusted())))

    def start(
        self, path: Path, side: Side, job: Callable[[], LoadJob], then: Callable[[], object] = lambda: None
    ) -> None:
        """Run a job that corrects the model of a side, made of a file, ``then`` go on in this thread."""
        self._start(Loading(path, side, job, then, corrects=True))

    def cancel(self) -> None:
        """Give up what is on its way; what is loaded stays."""
        self._waiting.clear()
        self._give_up()

    def close(self) -> None:
        self._runner.close()

    def _start(self, loading: Loading) -> None:
        self._waiting = [waiting for waiting in self._waiting if waiting.side != loading.side]
        self._waiting.append(loading)
        if self.current is not None and self.current.side == loading.side:
            self._give_up()
        self._next()

    def _give_up(self) -> None:
        self._given_up = True
        if self.current is not None:
            self.current.given_up = True
        self._runner.cancel()

    def _next(self) -> None:
        if self.current is not None or not self._waiting:
            return
        self.current, self._made, self._given_up = self._waiting.pop(0), None, False
        self.current.began = time.perf_counter()
        self._runner.start(_measured(self.current))
        self.changed.emit()

    def _on_step(self, step: LoadStep | Segmenter) -> None:
        assert self.current is not None
        if isinstance(step, LoadStep):
            self.current.step = step
            self.changed.emit()
        else:
            self._made = step

    def _on_failure(self, error: Exception) -> None:
        if not self._given_up:
            self.failed.emit(self.current, error)

    def _on_end(self) -> None:
        ended, made, self.current, self._made = self.current, self._made, None, None
        if ended is not None and made is not None and not self._given_up:
            self.loaded.emit(ended, made)
            ended.then()
        self.changed.emit()
        self._next()


def _measured(loading: Loading) -> LoadJob:
    """Ask for the size of the file, and what it holds, in the worker: its disk may be slow, or gone."""
    loading.size = loading.path.stat().st_size if loading.path.is_file() else 0
    with closing(loading.job()) as steps:
        for step in steps:
            if not isinstance(step, LoadStep):
                loading.digest = _digest(loading.path)
            yield step


def _digest(path: Path) -> str:
    """Return the SHA-256 of what was loaded, "" where it cannot be read any more: the model is there all the same."""
    try:
        at = path.stat()
        return _digest_as_of(path, at.st_size, at.st_mtime_ns) if path.is_file() else digest_of(path)
    except OSError:
        return ""


@lru_cache(8)
def _digest_as_of(path: Path, size: int, changed: int) -> str:
    """Return the digest of a file, read once as long as it stays what it is: a correction loads no weights either."""
    return digest_of(path)
