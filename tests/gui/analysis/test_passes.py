"""What computes for the pages: only what was asked last is heard of."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.errors import SegstudioError
from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.newest import Newest
from segstudio.gui.jobs import Worker
from segstudio.gui.messages import Message, Messages
from tests.gui.by_hand import Pool, _pool, drive_by_hand


@dataclass(frozen=True)
class Step:
    id: str
    done: int
    total: int
    error: SegstudioError | None = None


@pytest.fixture
def messages(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Messages:
    drive_by_hand(monkeypatch)
    return Messages()


@pytest.fixture
def going(messages: Messages) -> Iterator[DataSetPass]:
    made = DataSetPass(messages)
    yield made
    made.close()


@pytest.fixture
def newest(messages: Messages) -> Iterator[Newest]:
    made = Newest(messages)
    yield made
    made.close()


def pool_of(owner: DataSetPass | Newest) -> Pool:
    worker = owner.findChild(Worker)
    assert worker is not None
    return _pool(worker)


def work(owner: DataSetPass | Newest) -> None:
    pool_of(owner).waiting.popleft()()


def deliver() -> None:
    for _ in range(3):
        QApplication.processEvents()


def steps(name: str) -> Callable[[], Generator[Step, None, None]]:
    def made() -> Generator[Step, None, None]:
        yield Step(f"{name}1", 1, 2)
        yield Step(f"{name}2", 2, 2, SegstudioError("bad"))

    return made


def test_a_pass_tells_its_steps_and_what_failed(going: DataSetPass) -> None:
    heard: list[str] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.begin(steps("a"))
    work(going)
    deliver()
    assert heard == ["a1", "a2"]
    assert going.whole
    assert list(going.failures) == ["a2"]
    assert going.text() == "1 not measured"


def test_begun_anew_nothing_is_heard_of_the_pass_before(going: DataSetPass) -> None:
    heard: list[str] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.begin(steps("a"))
    going.begin(steps("b"))
    work(going)
    deliver()
    work(going)
    deliver()
    assert heard == ["b1", "b2"]


def test_stopped_nothing_more_is_heard(going: DataSetPass) -> None:
    heard: list[str] = []
    ends: list[bool] = []
    going.stepped.connect(lambda step: heard.append(step.id))
    going.ended.connect(lambda: ends.append(True))
    going.begin(steps("a"))
    work(going)
    going.stop()
    deliver()
    assert heard == []
    assert ends == [True]
    assert not going.whole
    going.begin(steps("b"))
    work(going)
    deliver()
    assert heard == ["b1", "b2"]


def test_of_what_is_asked_meanwhile_the_last_is_computed(newest: Newest) -> None:
    done: list[str] = []
    worked: list[str] = []

    def ask(key: str) -> None:
        newest.ask(key, lambda: worked.append(key) or key, done.append)  # type: ignore[func-returns-value]

    ask("a")
    ask("a")
    ask("b")
    ask("c")
    work(newest)
    deliver()
    work(newest)
    deliver()
    assert worked == ["a", "c"]
    assert done == ["c"]
    ask("c")
    assert not pool_of(newest).waiting, "it is known"
    newest.forget()
    ask("c")
    assert pool_of(newest).waiting


def test_a_failure_is_told_once_and_does_not_block(newest: Newest, messages: Messages) -> None:
    heard: list[Message] = []
    done: list[str] = []
    messages.said.connect(heard.append)

    def bad() -> str:
        raise SegstudioError("it is broken")

    newest.ask("bad", bad, done.append)
    newest.ask("good", lambda: "good", done.append)
    work(newest)
    deliver()
    work(newest)
    deliver()
    assert done == ["good"]
    assert heard == [], "nobody asks for it any more"
    newest.ask("bad", bad, done.append)
    work(newest)
    deliver()
    assert [m.title for m in heard] == ["it is broken"]
