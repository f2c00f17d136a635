"""How fast a long task goes on, and how long it will take, as people say it."""

import time
from collections.abc import Callable

RATE_AFTER_S = 0.5
"""So long is a rate no more than a guess."""


def time_left(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 90:
        return f"{max(round(seconds), 0)} s left"
    return f"{round(seconds / 60)} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


class Pace:
    """Tells the rate of a task. Where it is asked of another number of things, or of others, another one has begun."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._of: tuple[int, str] | None = None
        self.start()

    def start(self) -> None:
        """Begin, with nothing done."""
        self._began, self._before, self._of = self._clock(), 0, None

    def told(self, done: int, total: int, noun: str) -> str:
        """Return in words how fast ``done`` of ``total`` things were done, and the time left; "" while nobody knows."""
        if self._of is not None and self._of != (total, noun):
            self._began, self._before = self._clock(), done
        self._of = (total, noun)
        seconds = self._clock() - self._began
        if seconds < RATE_AFTER_S or not self._before < done < total:
            return ""
        rate = (done - self._before) / seconds
        return f"{rate:.1f}/s, {time_left((total - done) / rate)}"
