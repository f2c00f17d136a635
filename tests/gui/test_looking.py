"""Of what tools ask to see, only the newest is computed."""

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.errors import SegstudioError
from segstudio.gui.looking import Looking
from segstudio.gui.messages import Message, Messages
from tests.gui.by_hand import Pool, drive_by_hand


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Looking]:
    drive_by_hand(monkeypatch)
    messages = Messages()
    looking = Looking(messages, messages)
    yield looking
    looking.close()


def step(looking: Looking) -> None:
    """Let the worker do one thing."""
    cast(Pool, looking._background._pool).waiting.popleft()()
    QApplication.processEvents()


def test_what_waits_gives_way_to_what_is_newer(looking: Looking) -> None:
    seen: list[int] = []
    shown: list[int] = []
    looking.seen.connect(lambda: shown.append(len(seen)))

    def answer(value: int) -> Callable[[], int]:
        return lambda: value

    for i in range(4):
        looking.look(answer(i), seen.append)
    step(looking)
    step(looking)
    assert seen == [0, 3]
    assert shown == [1, 2]
    looking.look(answer(9), seen.append)
    step(looking)
    assert seen == [0, 3, 9]


def test_what_fails_is_said_and_what_waits_goes_on(looking: Looking) -> None:
    said: list[Message] = []
    seen: list[int] = []
    cast(Messages, looking.parent()).said.connect(said.append)

    def fails() -> int:
        raise SegstudioError("it is gone")

    looking.look(fails, seen.append)
    looking.look(lambda: 7, seen.append)
    step(looking)
    step(looking)
    assert seen == [7]
    assert len(said) == 1


def test_what_is_seen_may_make_a_tool_look_again(looking: Looking) -> None:
    seen: list[int] = []

    def again(value: int) -> None:
        seen.append(value)
        if value < 3:
            looking.look(lambda: value + 1, again)

    looking.look(lambda: 1, again)
    for _ in range(3):
        step(looking)
    assert seen == [1, 2, 3]
