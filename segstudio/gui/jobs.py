"""Work in other threads, heard of in the GUI thread."""

import contextlib
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Worker(QObject):
    """Threads that hand calls over to the GUI thread, where this lives. Once closed, what comes late is dropped."""

    _handed = Signal(object)

    def __init__(self, threads: int, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._closed = False
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def close(self, drop: bool = True) -> None:
        """Wait for what is under way; what has not begun is dropped, unless ``drop`` is False."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=drop)

    def _submit(self, call: Callable[..., None], *arguments: object) -> None:
        if not self._closed:
            self._pool.submit(call, *arguments)

    def _call(self, call: Callable[[], object]) -> None:
        if not self._closed:
            call()


class JobRunner(Worker):
    """Drives a generator in one worker thread, one job at a time; each yield is a step and a place to stop.

    What is connected to the signals runs in the GUI thread. ``ended`` comes last, whether the job finished, failed
    or was cancelled.
    """

    stepped = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(1, "job", parent)
        self._stop = threading.Event()
        self.running = False

    def start(self, job: Generator[Any, None, None]) -> None:
        """Run a job. One must not be running already."""
        assert not self.running
        self.running = True
        self._stop.clear()
        self._submit(self._drive, job)

    def cancel(self) -> None:
        """Stop after the step under way."""
        self._stop.set()

    def close(self, drop: bool = True) -> None:
        """Cancel, and wait for the worker."""
        self.cancel()
        super().close(drop)

    def _drive(self, job: Generator[Any, None, None]) -> None:
        try:
            with contextlib.closing(job):
                for step in job:
                    self._handed.emit(partial(self.stepped.emit, step))
                    if self._stop.is_set():
                        break
        except Exception as error:  # whatever it was, the GUI thread shows it
            self._handed.emit(partial(self.failed.emit, error))
        finally:
            self._handed.emit(self._end)

    def _end(self) -> None:
        self.running = False
        self.ended.emit()


class Background(Worker):
    """Calls functions in worker threads and hands over what they return."""

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Call ``work`` in a worker; then ``done`` with its result, or ``failed`` with what it raised."""
        self._submit(self._work, work, done, failed)

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            result = work()
        except Exception as error:  # whatever it was, the GUI thread shows it
            self._handed.emit(partial(failed, error))
        else:
            self._handed.emit(partial(done, result))
