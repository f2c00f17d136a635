"""Long edits: computed beside the window, written in slices, dropped when they are no longer wanted."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from segstudio.core.errors import SegstudioError
from segstudio.core.stopping import go_on, told
from segstudio.editing.document import Document
from segstudio.gui import edits, jobs
from segstudio.gui.edits import Edits
from segstudio.gui.messages import Message, Messages
from tests.gui.by_hand import Pool


@pytest.fixture
def heard() -> list[Message]:
    return []


@pytest.fixture
def runner(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, heard: list[Message]) -> Iterator[Edits]:
    monkeypatch.setattr(jobs, "ThreadPoolExecutor", Pool)
    messages = Messages()
    messages.said.connect(heard.append)
    made = Edits(messages)
    yield made
    made.close()


def work(runner: Edits) -> None:
    """Let the worker do what waits longest, and hand it over."""
    pool = runner._background._pool
    assert isinstance(pool, Pool)
    pool.waiting.popleft()()
    QApplication.processEvents()


def test_the_result_comes_when_the_worker_has_it(runner: Edits) -> None:
    done: list[int] = []
    said: list[str] = []
    runner.progressed.connect(said.append)
    runner.work("Fill", lambda: 7, done.append)
    assert runner.busy
    assert not done
    work(runner)
    assert done == [7]
    assert not runner.busy
    assert said == ["Fill", ""]


def test_what_is_cancelled_is_not_done(runner: Edits) -> None:
    done: list[int] = []
    assert not runner.cancel()
    runner.work("Fill", lambda: 7, done.append)
    assert runner.cancel()
    assert not runner.busy
    work(runner)
    assert not done
    runner.work("Fill", lambda: 8, done.append)
    work(runner)
    assert done == [8]


@pytest.mark.parametrize("end", [Edits.cancel, Edits.close])
def test_the_worker_stops_where_nobody_waits_any_more(
    runner: Edits, heard: list[Message], end: Callable[[Edits], object]
) -> None:
    blocks: list[int] = []

    def compute() -> None:
        for block in range(5):
            go_on()
            blocks.append(block)
            if block == 2:
                end(runner)

    runner.work("Smooth", compute, lambda _: blocks.append(-1))
    work(runner)
    assert blocks == [0, 1, 2]
    assert not heard
    assert not runner.busy


def test_what_waits_behind_it_is_not_begun_and_what_is_asked_for_afterwards_is(runner: Edits) -> None:
    begun: list[str] = []
    for name in ("first", "second"):
        runner.work(name, lambda name=name: begun.append(name), lambda _: None)  # type: ignore[misc]
    runner.cancel()
    runner.work("third", lambda: begun.append("third"), lambda _: None)
    for _ in range(3):
        work(runner)
    assert begun == ["third"]
    assert not runner.busy


def test_the_share_that_is_done_is_told_until_it_is_cancelled(runner: Edits) -> None:
    shares: list[float] = []
    runner.advanced.connect(shares.append)
    runner.work("Smooth", lambda: list(told(range(4))), lambda _: None)
    work(runner)
    assert shares == [0, 0.25, 0.5, 0.75]
    runner.work("Smooth", lambda: list(told(range(4))), lambda _: None)
    runner._background._pool.waiting.popleft()()  # type: ignore[attr-defined]
    runner.cancel()
    QApplication.processEvents()
    assert len(shares) == 4


def test_a_fault_is_told_and_the_next_goes_on(runner: Edits, heard: list[Message]) -> None:
    def fail() -> int:
        raise SegstudioError("It does not go.")

    runner.work("Fill", fail, lambda _: None)
    work(runner)
    assert [m.title for m in heard] == ["It does not go."]
    assert not runner.busy


def slices(done: list[int], count: int) -> Iterable[None]:
    for i in range(count):
        done.append(i)
        yield


def test_slices_are_written_as_there_is_room_and_all_before_the_next_begins(
    runner: Edits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "SLICE_S", -1.0)  # room for one at a time
    done: list[int] = []
    runner.work("Fill", lambda: None, lambda _: slices(done, 3))
    work(runner)
    assert runner.busy
    assert done == [0]
    runner.work("Fill", lambda: None, lambda _: slices(done, 1))
    work(runner)
    assert done[:4] == [0, 1, 2, 0]
    while runner.busy:
        QApplication.processEvents()
    assert done == [0, 1, 2, 0]


def test_undo_waits_while_something_is_computed(runner: Edits) -> None:
    document = Document(np.zeros((8, 8), np.uint8))
    stroke = document.begin("x")
    stroke.paint(np.ones((3, 3), np.bool_), (0, 0), 1)
    stroke.commit()
    runner.work("Fill", lambda: None, lambda _: None)
    runner.undo(document)
    assert document.labels.any()
    work(runner)
    runner.undo(document)
    assert not document.labels.any()
    runner.go_to(document, 1)
    assert document.labels.any()
