"""Work in other threads, heard of in the GUI thread."""

import contextlib
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class JobRunner(QObject):
    """Drives a generator in one worker thread, one job at a time; each yield is a step and a place to stop.

    The runner lives in the GUI thread, so what is connected to its signals runs there. ``ended`` comes last,
    whether the job finished, failed or was cancelled.
    """

    stepped = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._stop = threading.Event()
        self.running = False
        self.ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def start(self, job: Generator[Any, None, None]) -> None:
        """Run a job. One must not be running already."""
        assert not self.running
        self.running = True
        self._stop.clear()
        self._worker.submit(self._drive, job)

    def cancel(self) -> None:
        """Stop after the step under way."""
        self._stop.set()

    def close(self) -> None:
        """Cancel, and wait for the worker."""
        self.cancel()
        self._worker.shutdown(wait=True)

    def _on_ended(self) -> None:
        self.running = False

    def _drive(self, job: Generator[Any, None, None]) -> None:
        try:
            with contextlib.closing(job):
                for step in job:
                    self.stepped.emit(step)
                    if self._stop.is_set():
                        break
        except Exception as error:  # whatever it was, the GUI thread shows it
            self.failed.emit(error)
        finally:
            self.ended.emit()


class Background(QObject):
    """Calls functions in worker threads and hands over what they return in the GUI thread."""

    _finished = Signal(object)

    def __init__(self, threads: int, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Call ``work`` in a worker; then ``done`` with its result, or ``failed`` with what it raised."""
        self._pool.submit(self._call, work, done, failed)

    def close(self) -> None:
        """Drop what has not begun, and wait for the rest."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _call(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        try:
            result = work()
        except Exception as error:  # whatever it was, the GUI thread shows it
            self._finished.emit(lambda error=error: failed(error))
        else:
            self._finished.emit(lambda: done(result))

    def _deliver(self, call: Callable[[], None]) -> None:
        call()
