"""What a worker computes for a tool holds for the labels and the rule that there are when it is done."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from segstudio.editing import moving
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of
from segstudio.editing.rules import PaintRule
from segstudio.tools import TOOLS, base
from segstudio.tools.base import Easel, Pointer
from segstudio.tools.options import ToolOptions

CLASS = 3


class Worker:
    """Does what it is asked for when a test says so."""

    def __init__(self) -> None:
        self.asked: deque[tuple[Callable[[], Any], Callable[[Any], Iterable[None] | None]]] = deque()

    def __call__(self, text: str, compute: Callable[[], Any], done: Callable[[Any], Iterable[None] | None]) -> None:
        self.asked.append((compute, done))

    def work(self, between: Callable[[], object] = lambda: None) -> None:
        """Do what was asked for first; ``between`` happens when it is computed and not handed over yet."""
        compute, done = self.asked.popleft()
        found = compute()
        between()
        for _ in done(found) or ():
            pass

    def work_off(self) -> None:
        while self.asked:
            self.work()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(base, "SMALL", 0)
    return Worker()


@pytest.fixture
def easel(worker: Worker) -> Easel:
    labels = np.zeros((20, 30), np.uint8)
    labels[:, 15:] = 7
    return Easel(Document(labels), np.full((20, 30, 3), 90, np.uint8), ToolOptions(class_id=CLASS), work=worker)


def fill(easel: Easel, mask: tuple[slice, slice], value: int) -> None:
    inside = np.zeros(easel.document.labels.shape, np.bool_)
    inside[mask] = True
    easel.change("Fill", lambda: edit_of(easel.document, "Fill", inside, (0, 0), value))


def test_a_class_locked_while_a_step_is_computed_keeps_its_pixels(easel: Easel, worker: Worker) -> None:
    document, everything = easel.document, np.s_[:, :]
    fill(easel, everything, CLASS)

    def lock() -> None:
        document.rule = PaintRule.of(None, locked=(7,))

    worker.work(between=lock)
    worker.work_off()
    assert (document.labels[:, 15:] == 7).all()
    assert (document.labels[:, :15] == CLASS).all()
    assert len(document.history) == 1


def test_a_step_asked_for_behind_another_is_made_of_what_that_leaves(easel: Easel, worker: Worker) -> None:
    fill(easel, np.s_[:10, :], 1)
    fill(easel, np.s_[5:, :], 2)
    worker.work_off()
    assert (easel.document.labels[:5] == 1).all()
    assert (easel.document.labels[5:] == 2).all()
    easel.document.undo()
    assert (easel.document.labels[:10] == 1).all()
    assert not easel.document.labels[10:, :15].any()


def test_a_shape_released_behind_another_step_is_not_lost(easel: Easel, worker: Worker) -> None:
    tool = TOOLS["rectangle"](easel)
    tool.press(Pointer(2, 2))
    tool.move(Pointer(8, 8))
    fill(easel, np.s_[:5, :], 1)
    tool.release(Pointer(8, 8))
    worker.work_off()
    assert (easel.document.labels[2:8, 2:8] == CLASS).all()
    assert len(easel.document.history) == 2


def test_a_fill_released_behind_another_step_fills_what_is_there_then(easel: Easel, worker: Worker) -> None:
    tool = TOOLS["fill"](easel)
    tool.press(Pointer(2.5, 2.5))
    fill(easel, np.s_[10:, :], 1)
    tool.release(Pointer(2.5, 2.5))
    worker.work_off()
    assert (easel.document.labels[:10, :15] == CLASS).all()
    assert (easel.document.labels[10:] == 1).all()


def test_what_was_selected_and_then_deleted_is_not_moved(easel: Easel, worker: Worker) -> None:
    document = easel.document
    area = np.ones((20, 5), np.bool_), (0, 25)
    document.selection.select(area, (7, 0))
    tool = TOOLS["select"](easel)
    tool.press(Pointer(27, 5))
    tool.move(Pointer(22, 5))
    easel.change("Delete region", lambda: moving.emptied(document, area, 0))
    tool.release(Pointer(22, 5))
    worker.work_off()
    assert not document.labels[:, 25:].any()
    assert (document.labels[:, 15:25] == 7).all()
