"""Progress: a bar on a terminal, a few plain lines anywhere else."""

import io

from segstudio.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_are_few_and_end_with_the_whole() -> None:
    stream = io.StringIO()
    with Progress("images", stream) as progress:
        for done in range(1, 1001):
            progress.show(done, 1000)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("1000 of 1000 images, ")
    assert "\r" not in stream.getvalue()


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
