"""How long somebody really works: idle time does not count."""

import time
from collections.abc import Callable

IDLE_SECONDS = 60.0
"""After the last sign of life this much still counts: one looks before one draws."""


class Stopwatch:
    """Runs from the first sign of life until ``pause``. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted = 0.0
        self._last: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds worked since the last ``take``."""
        running = 0.0 if self._last is None else min(self._clock() - self._last, IDLE_SECONDS)
        return self._counted + running

    def sign(self) -> None:
        """Say that something was just done."""
        self._counted, self._last = self.seconds, self._clock()

    def pause(self) -> None:
        """Stop until the next sign of life, as when another window is used."""
        self._counted, self._last = self.seconds, None

    def take(self) -> float:
        """Return the seconds and count from zero again."""
        seconds = self.seconds
        self._counted -= seconds
        return seconds
