"""A page's job: the newest wish wins, what came before is not heard of any more, and it can be stopped."""

import threading
from collections.abc import Generator, Iterator

import pytest
from pytestqt.qtbot import QtBot

from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.messages import Messages


@pytest.fixture
def job(qtbot: QtBot) -> Iterator[PageJob]:
    made = PageJob(Messages())
    qtbot.addWidget(made)
    yield made
    made.close_runner()


def test_steps_come_and_the_end_is_told(job: PageJob, qtbot: QtBot) -> None:
    heard: list[object] = []
    job.stepped.connect(heard.append)
    with qtbot.waitSignal(job.ended) as ended:
        job.start(lambda: (n for n in range(3)))
    assert heard == [0, 1, 2]
    assert ended.args == [False]
    assert not job.isVisible()


def test_another_job_takes_the_place_of_one_under_way(job: PageJob, qtbot: QtBot) -> None:
    heard: list[object] = []
    ends: list[bool] = []
    goes_on = threading.Event()

    def slow() -> Generator[str, None, None]:
        yield "old"
        goes_on.wait(10)
        yield "old, too late"
        yield "old, after it was stopped"

    job.stepped.connect(heard.append)
    job.ended.connect(ends.append)
    job.start(slow)
    qtbot.waitUntil(lambda: heard == ["old"])
    job.start(lambda: (word for word in ["new"]))
    goes_on.set()
    qtbot.waitUntil(lambda: ends == [False])
    assert heard == ["old", "new"]


def test_a_stopped_job_ends_and_says_so(job: PageJob, qtbot: QtBot) -> None:
    heard: list[object] = []
    goes_on = threading.Event()

    def endless() -> Generator[int, None, None]:
        while True:
            yield len(heard)
            goes_on.wait(10)

    job.stepped.connect(heard.append)
    job.start(endless)
    qtbot.waitUntil(lambda: bool(heard))
    with qtbot.waitSignal(job.ended) as ended:
        job.cancel.click()
        goes_on.set()
    assert ended.args == [True]
    job.show_progress(3, 10, "images")
    assert not job.running
