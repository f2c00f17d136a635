"""A shape under way is gone on with by another tool of its kind, as if it had never been put aside."""

from dataclasses import replace

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.tools import TOOLS
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.options import ToolOptions
from tests.editing.finding.test_cutting import scene

IMAGE, TRUTH = scene(120, 160, (70, 60, 40, 25))
WAY = ((30, 30), (110, 30), (110, 90), (30, 90))


@pytest.fixture
def easel() -> Easel:
    return Easel(Document(np.full(TRUTH.shape, 3, np.uint8)), IMAGE, ToolOptions(class_id=1))


def begin(tool: Tool, name: str) -> None:
    """Begin to take away, by all of the way but what would end it."""
    pointers = [Pointer(x, y, erase=True) for x, y in WAY]
    if name in ("polygon", "livewire"):
        for pointer in pointers:
            tool.press(pointer)
            tool.release(pointer)
        tool.move(pointers[-1])
        return
    tool.press(pointers[0])
    for pointer in pointers[1:3] if name == "grabcut" else pointers:
        tool.move(pointer)
    if name == "grabcut":
        tool.release(pointers[2])
        for at in ((70, 60), (72, 62)):
            tool.press(Pointer(*at))
            tool.release(Pointer(*at))


@pytest.mark.parametrize("name", ["polygon", "lasso", "livewire", "grabcut"])
def test_what_comes_of_it_is_the_same(easel: Easel, name: str) -> None:
    apart = replace(easel, document=Document(easel.document.labels.copy()))
    whole = TOOLS[name](apart)
    begin(whole, name)
    draft = whole.draft()
    assert draft is not None
    resumed = TOOLS[name](easel)
    resumed.resume(draft)
    assert resumed.preview() is not None, "before the pointer has moved"
    assert resumed.draft() == draft
    whole.finish()
    resumed.finish()
    assert (easel.document.labels == 0).any()
    np.testing.assert_array_equal(easel.document.labels, apart.document.labels)
    assert resumed.draft() is None
    assert resumed.preview() is None or name == "livewire"  # which shows where it would begin


@pytest.mark.parametrize("name", ["polygon", "lasso", "livewire", "grabcut"])
def test_too_little_to_be_missed_is_no_draft(easel: Easel, name: str) -> None:
    tool = TOOLS[name](easel)
    assert tool.draft() is None
    tool.press(Pointer(30, 30))
    tool.move(Pointer(34, 34))
    assert tool.draft() is None


def test_a_lasso_goes_on_where_it_was(easel: Easel) -> None:
    first, second = TOOLS["lasso"](easel), TOOLS["lasso"](easel)
    begin(first, "lasso")
    draft = first.draft()
    assert draft is not None
    second.resume(draft)
    second.move(Pointer(5, 5))
    assert second.draft() == draft, "the button is up"
    second.press(Pointer(20, 60))
    second.release(Pointer(20, 60))
    assert easel.document.labels[60, 22] == 0
    assert easel.document.labels[40, 35] == 0
