"""Progress on stderr: a bar on a terminal, plain lines anywhere else, so that results on stdout stay clean."""

import sys
import time
from types import TracebackType
from typing import Self, TextIO

_WIDTH = 30
_REDRAW = 0.05
"""Seconds between two drawings of the bar."""

_LINES = 10
"""Plain lines a run at the most."""

_BETWEEN = 2.0
"""Seconds between two plain lines, so that a short run has the last one alone."""


class Progress:
    """Shows how far a run is; used in a ``with``, at whose end the bar is gone."""

    def __init__(self, noun: str = "images", stream: TextIO | None = None) -> None:
        self._noun = noun
        self._stream = sys.stderr if stream is None else stream
        self._bar = self._stream.isatty()
        self._began = time.monotonic()
        self._drawn = 0.0
        self._tenth = 0
        self._shown = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erase()

    def show(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are finished."""
        if self._bar:
            now = time.monotonic()
            if done == total or now - self._drawn >= _REDRAW:
                self._drawn = now
                self._draw(done, total)
        elif total and self._is_due(done, total):
            self._tenth, self._drawn = done * _LINES // total, time.monotonic()
            self._write(self._text(done, total) + "\n")

    def say(self, text: str) -> None:
        """Print a line of its own above the bar."""
        self._erase()
        self._write(text + "\n")

    def _is_due(self, done: int, total: int) -> bool:
        tenth, last = done * _LINES // total, max(self._drawn, self._began)
        return tenth > self._tenth and (done == total or time.monotonic() - last >= _BETWEEN)

    def _text(self, done: int, total: int) -> str:
        rate = done / max(time.monotonic() - self._began, 1e-9)
        left = f", {(total - done) / rate:.0f} s left" if 0 < done < total else ""
        return f"{done} of {total} {self._noun}, {rate:.1f}/s{left}"

    def _draw(self, done: int, total: int) -> None:
        full = _WIDTH * done // max(total, 1)
        line = f"[{'#' * full}{'-' * (_WIDTH - full)}] {self._text(done, total)}"
        self._write("\r" + line.ljust(self._shown))
        self._shown = len(line)

    def _erase(self) -> None:
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")
            self._shown = 0

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
