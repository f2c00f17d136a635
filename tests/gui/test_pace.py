"""How fast a task goes on is told once that is no guess, of the task that goes on now."""

import pytest

from segstudio.gui.pace import RATE_AFTER_S, Pace, time_left


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left_are_told_after_a_while() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += RATE_AFTER_S / 2
    assert pace.told(5, 40, "images") == ""
    clock.now += 2 - RATE_AFTER_S / 2
    assert pace.told(10, 40, "images") == "5.0/s, 6 s left"
    assert pace.told(40, 40, "images") == "", "it is done"


def test_nothing_done_has_no_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += 60
    assert pace.told(0, 40, "images") == ""


@pytest.mark.parametrize("noun", ["images", "scores"])
def test_another_task_has_a_rate_of_its_own(noun: str) -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += 10
    pace.told(90, 100, "images")
    assert pace.told(1, 11, noun) == ""
    clock.now += 4
    assert pace.told(3, 11, noun) == "0.5/s, 16 s left"
    pace.start()
    clock.now += 1
    assert pace.told(1, 11, noun) == "1.0/s, 10 s left"


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s left"), (89, "89 s left"), (600, "10 min left"), (9000, "2.5 h left")]
)
def test_durations_are_told_as_people_say_them(seconds: float, text: str) -> None:
    assert time_left(seconds) == text
