"""Ended before, after and in the middle of each call to the system, one after another: nothing finished is missing."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from segstudio.core.raster import LabelPlane
from tests.services.desk import Desk

CALLS = ("open", "write", "fsync", "fdatasync", "replace")
MOST = 400


class Killed(BaseException):
    """Nothing that is caught on the way: the process is no more."""


class Power:
    """Goes off at a certain call to the system: before it, after it, or when half of it is done."""

    def __init__(self, patched: pytest.MonkeyPatch, moment: int, when: str) -> None:
        self.calls, self._moment, self._when = 0, moment, when
        for name in CALLS:
            if hasattr(os, name):
                patched.setattr(os, name, self._going_off(name, getattr(os, name)))

    def _going_off(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls += 1
            if self.calls != self._moment:
                return real(*arguments, **options)
            if self._when == "after":
                real(*arguments, **options)
            elif self._when == "half" and name == "write":
                real(arguments[0], arguments[1][: len(arguments[1]) // 2])
            raise Killed

        return call


def work(root: Path) -> Iterator[LabelPlane]:
    """Paint, undo and save, over two sessions; yield the labels before each change and after it."""
    for _ in range(2):
        desk = Desk(root)
        yield desk.document.labels.copy()
        for row, what in enumerate(("paint", "save", "paint", "paint", "undo", "save", "redo", "save", "paint"), 1):
            if what == "paint":
                desk.paint(row)
            elif what == "save":
                desk.save()
            else:
                getattr(desk.document, what)()
            yield desk.document.labels.copy()


def killed_at(root: Path, moment: int, when: str) -> tuple[list[LabelPlane], bool]:
    """Work until the power goes off; return the labels that were reached, and whether it went off at all."""
    reached: list[LabelPlane] = []
    with pytest.MonkeyPatch.context() as patched:
        power = Power(patched, moment, when)
        try:
            reached.extend(work(root))
        except Killed:
            return reached, True
    assert power.calls < moment
    return reached, False


@pytest.mark.parametrize("when", ["before", "after", "half"])
def test_whatever_was_finished_is_there(when: str, tmp_path: Path, tiny_project: Path) -> None:
    whole = list(work(shutil.copytree(tiny_project, tmp_path / "whole")))
    for moment in range(1, MOST):
        root = shutil.copytree(tiny_project, tmp_path / str(moment))
        reached, went_off = killed_at(root, moment, when)
        if not went_off:
            assert moment > 60, "the calls to the system were not seen"
            return
        Image.open(root / "masks" / "a.png").load()
        now = Desk(root)
        assert now.opened.problems == ()
        assert now.resumed.contested is None
        here = len(reached) - 1 if reached else 0
        # What was under way may be there or not; what was finished is.
        expected = whole[here : here + 2]
        assert any(np.array_equal(now.document.labels, labels) for labels in expected), f"{moment}, {when}"
    pytest.fail("it never came to an end")
