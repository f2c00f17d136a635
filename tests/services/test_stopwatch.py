"""Time is counted while somebody works, by a clock that the test turns."""

from segstudio.services.stopwatch import IDLE_SECONDS, Stopwatch


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_nothing_counts_before_the_first_sign_of_life() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    clock.now += 100
    assert watch.seconds == 0
    watch.sign()
    clock.now += 5
    assert watch.seconds == 5


def test_idle_time_is_cut_off() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.sign()
    clock.now += 30
    watch.sign()
    clock.now += 3600
    assert watch.seconds == 30 + IDLE_SECONDS
    watch.sign()
    clock.now += 1
    assert watch.seconds == 31 + IDLE_SECONDS


def test_another_window_stops_the_time() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.sign()
    clock.now += 10
    watch.pause()
    clock.now += 20
    assert watch.seconds == 10
    watch.sign()
    clock.now += 1
    assert watch.seconds == 11


def test_what_is_taken_counts_once_and_does_not_lengthen_idling() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.sign()
    taken = 0.0
    for _ in range(10):
        clock.now += 20
        taken += watch.take()
    assert taken == IDLE_SECONDS
    assert watch.seconds == 0
    watch.sign()
    clock.now += 2
    assert watch.seconds == 2
