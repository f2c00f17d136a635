"""What takes long is computed beside the window: nothing is drawn meanwhile, Escape drops it, another image too."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from segstudio.gui.regions import APPLY_TO
from segstudio.tools import base
from tests.journeys.user import User


@pytest.fixture
def slow(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> deque[Callable[[], None]]:
    """Take every picture for a large one; hand back what the worker for edits is asked to do, undone."""
    waiting: deque[Callable[[], None]] = deque()
    monkeypatch.setattr(base, "SMALL", 0)
    pool = user.window.bench.edits._background._pool
    monkeypatch.setattr(pool, "submit", lambda call, *arguments: waiting.append(lambda: call(*arguments)))
    user.open(tiny_project)
    user.key(Qt.Key.Key_G)
    return waiting


def test_nothing_is_drawn_while_a_fill_is_computed(user: User, slow: deque[Callable[[], None]]) -> None:
    before = user.label_at(8, 10)
    user.key(Qt.Key.Key_3)
    user.click(8, 10)
    assert user.window.bench.edits.busy
    user.window.choose_tool("brush")
    user.click(30, 20)
    document = user.window.session.current.document  # type: ignore[union-attr]
    assert not document.history.steps
    slow.popleft()()
    user.wait(lambda: user.label_at(8, 10) == 255 != before)
    user.click(30, 20)
    assert len(document.history.steps) == 2


def test_a_polygon_waits_with_its_corners_until_a_fill_is_computed(user: User, slow: deque[Callable[[], None]]) -> None:
    canvas, document = user.window.canvas, user.window.session.current.document  # type: ignore[union-attr]
    user.window.choose_tool("polygon")
    for at in ((4, 4), (12, 4), (12, 12)):
        user.click(*at)
    user.window.session.options.set(APPLY_TO, "all")
    user.window.actions_by_name["fill holes"].trigger()
    assert user.window.bench.edits.busy
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_Return):
        user.bot.keyClick(canvas, key)
    user.window.actions_by_name["undo"].trigger()
    assert len(slow) == 1
    slow.popleft()()
    user.wait(lambda: not user.window.bench.edits.busy)
    user.key(Qt.Key.Key_3)
    user.bot.keyClick(canvas, Qt.Key.Key_Return)
    slow.popleft()()
    user.wait(lambda: user.label_at(10, 6) == 255)
    assert document.history.steps[-1].text == "Polygon"


@pytest.mark.parametrize("way", ["escape", "next image"])
def test_a_fill_is_dropped(way: str, user: User, slow: deque[Callable[[], None]]) -> None:
    user.click(8, 10)
    document = user.window.session.current.document  # type: ignore[union-attr]
    before = document.labels.copy()
    if way == "escape":
        user.bot.keyClick(user.window.canvas, Qt.Key.Key_Escape)
    else:
        user.key(Qt.Key.Key_D)
        user.wait(lambda: user.window.session.current.document is not document)  # type: ignore[union-attr]
    assert not user.window.bench.edits.busy
    slow.popleft()()
    QApplication.processEvents()
    np.testing.assert_array_equal(document.labels, before)


def test_of_a_stroke_over_pieces_stays_what_was_painted_when_the_rest_is_dropped(
    user: User, slow: deque[Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = user.window.bench.looking._background._pool
    monkeypatch.setattr(pool, "submit", lambda call, *arguments: None)  # no piece is ever known
    document = user.window.session.current.document  # type: ignore[union-attr]
    user.window.choose_tool("superpixel")
    user.click(8, 10)
    assert user.window.bench.edits.busy
    assert document.editing
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Escape)
    assert not document.editing
    assert not document.history.steps


def test_a_large_picture_is_filled_and_saved(user: User, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((1100, 1200, 3), np.uint8)).save(tmp_path / "large.png")
    user.open(tmp_path)
    user.key(Qt.Key.Key_G)
    user.click(500, 500)
    user.wait(lambda: user.label_at(1199, 1099) == user.window.session.options.class_id)
    user.saved()
    user.window.actions_by_name["undo"].trigger()
    user.wait(lambda: user.label_at(1199, 1099) != user.window.session.options.class_id)
