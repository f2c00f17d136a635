"""Progress: a bar on a terminal, a few plain lines anywhere else."""

import io
import itertools
import time

import pytest

from segstudio.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_are_few_and_end_with_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, clock = io.StringIO(), itertools.count(step=1.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with Progress("images", stream) as progress:
        for done in range(1, 1001):
            progress.show(done, 1000)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("1000 of 1000 images, ")
    assert "\r" not in stream.getvalue()


def test_a_short_run_has_one_plain_line() -> None:
    stream = io.StringIO()
    with Progress("scores", stream) as progress:
        for done in range(1, 8):
            progress.show(done, 7)
    assert [line.partition(",")[0] for line in stream.getvalue().splitlines()] == ["7 of 7 scores"]


def test_the_bar_gives_way_to_lines_and_is_gone_at_the_end() -> None:
    stream = Terminal()
    with Progress("images", stream) as progress:
        progress.show(2, 2)
        progress.say("a.png is broken")
    drawn, _, rest = stream.getvalue().partition("a.png is broken\n")
    bar = drawn.split("\r")[1]
    assert bar.startswith(f"[{'#' * 30}] 2 of 2 images")
    assert drawn.endswith(" " * len(bar) + "\r")
    assert rest == ""


def test_nothing_to_do_shows_nothing() -> None:
    stream = io.StringIO()
    with Progress("images", stream) as progress:
        progress.show(0, 0)
    assert stream.getvalue() == ""
