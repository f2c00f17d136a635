"""Painting whole pieces."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.tools.base import Easel, Pointer
from segstudio.tools.options import ToolOptions
from segstudio.tools.superpixel import COMPACTNESS, SIZE, WINDOW, Superpixel

CLASS = 3


@pytest.fixture
def easel() -> Easel:
    """A flat picture, whose pieces are squares."""
    options = ToolOptions(class_id=CLASS)
    options.set(SIZE, 20)
    return Easel(Document(np.zeros((80, 120), np.uint8)), np.full((80, 120, 3), 90, np.uint8), options)


def test_a_click_paints_the_piece_that_is_shown(easel: Easel) -> None:
    tool = Superpixel(easel)
    tool.move(Pointer(30, 50))
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    assert preview.mesh is not None
    tool.press(Pointer(30, 50))
    tool.release(Pointer(30, 50))
    assert (easel.document.labels[40:60, 20:40] == CLASS).all()
    assert np.count_nonzero(easel.document.labels) == 400 == np.count_nonzero(preview.area[0])
    assert easel.document.history.undo_text == "Superpixels"


def test_a_drag_paints_all_that_it_crosses_however_fast(easel: Easel) -> None:
    tool = Superpixel(easel)
    tool.press(Pointer(10, 10))
    tool.move(Pointer(110, 10))
    tool.release(Pointer(110, 10))
    assert (easel.document.labels[:20] == CLASS).all()
    assert not easel.document.labels[20:].any()
    assert len(easel.document.history) == 1
    tool.press(Pointer(10, 10, erase=True))
    tool.move(Pointer(50, 10))
    tool.release(Pointer(50, 10))
    assert not easel.document.labels[:, :60].any()
    assert (easel.document.labels[:20, 60:] == CLASS).all()


def test_size_and_compactness_are_followed_at_once(easel: Easel) -> None:
    tool = Superpixel(easel)
    tool.move(Pointer(30, 50))
    for size, pieces in ((20, 24), (40, 6)):
        easel.options.set(SIZE, size)
        tool.tuned()
        preview = tool.preview()
        assert preview is not None
        assert preview.mesh is not None
        assert len(np.unique(preview.mesh.numbers)) == pieces
        before = preview.mesh
    easel.options.set(COMPACTNESS, 50)
    tool.tuned()
    preview = tool.preview()
    assert preview is not None
    assert preview.mesh is not before


def test_only_what_is_around_the_pointer_is_cut_and_nothing_twice() -> None:
    cut: list[Callable[[], Any]] = []
    shape = (4 * WINDOW, 4 * WINDOW)

    def look(compute: Callable[[], Any], done: Callable[[Any], None]) -> None:
        cut.append(compute)
        done(compute())

    easel = Easel(Document(np.zeros(shape, np.uint8)), np.zeros((*shape, 3), np.uint8), ToolOptions(), look=look)
    tool = Superpixel(easel)
    for x in (700, 710, 720):
        tool.move(Pointer(x, 900))
    assert len(cut) == 1
    assert cut[0]().shape == (WINDOW, WINDOW)
    tool.move(Pointer(700 + WINDOW // 2, 900))
    assert len(cut) == 2


def test_what_is_pressed_before_the_pieces_are_known_is_painted_when_they_are(easel: Easel) -> None:
    asked: list[Callable[[], None]] = []
    easel.look = lambda compute, done: asked.append(lambda: done(compute()))
    tool = Superpixel(easel)
    tool.press(Pointer(10, 10))
    tool.move(Pointer(50, 10))
    preview = tool.preview()
    assert preview is not None
    assert preview.text == "Cutting into pieces"
    asked[0]()
    assert easel.document.labels[10, 50] == CLASS
    tool.release(Pointer(50, 10))
    assert len(easel.document.history) == 1


def test_the_pieces_are_gone_when_the_pointer_is(easel: Easel) -> None:
    tool = Superpixel(easel)
    tool.move(Pointer(30, 50))
    tool.leave()
    assert tool.preview() is None
    tool.move(Pointer(-30, 50))
    assert tool.preview() is None
