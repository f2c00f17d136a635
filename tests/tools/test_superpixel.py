"""Painting whole pieces."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from segstudio.core.raster import LabelPlane
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
    assert cut[0]().numbers.shape == (WINDOW, WINDOW)
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


class Later:
    """Computes when a test says so; of what is looked for only the newest."""

    def __init__(self) -> None:
        self.looks: list[Callable[[], None]] = []
        self.works: list[Callable[[], None]] = []

    def look(self, compute: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self.looks[:] = [lambda: done(compute())]

    def work(self, text: str, compute: Callable[[], Any], done: Callable[[Any], Iterable[None] | None]) -> None:
        def call() -> None:
            for _ in done(compute()) or ():
                pass

        self.works.append(call)

    def arrive(self, asked: list[Callable[[], None]]) -> None:
        while asked:
            asked.pop()()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def wide(later: Later) -> Easel:
    """A flat picture of several parts."""
    options = ToolOptions(class_id=CLASS)
    options.set(SIZE, 20)
    image = np.full((300, 4 * WINDOW, 3), 90, np.uint8)
    return Easel(Document(np.zeros(image.shape[:2], np.uint8)), image, options, work=later.work, look=later.look)


def test_a_hand_faster_than_the_pieces_leaves_no_gap(wide: Easel, later: Later) -> None:
    tool, document = Superpixel(wide), wide.document
    tool.press(Pointer(30, 150))
    later.arrive(later.looks)
    for x in range(300, 1801, 250):
        tool.move(Pointer(x, 150))
    later.arrive(later.looks)
    assert document.labels[150, 1800] == CLASS
    tool.release(Pointer(1800, 150))
    assert not document.labels[150, 30:1800].all()
    later.arrive(later.works)
    assert (document.labels[150, 30:1800] == CLASS).all()
    assert not document.labels[:120].any()
    assert len(document.history) == 1
    document.undo()
    assert not document.labels.any()


def test_a_quick_click_is_painted_when_its_piece_is_cut(wide: Easel, later: Later) -> None:
    tool, document = Superpixel(wide), wide.document
    tool.press(Pointer(900, 150))
    tool.release(Pointer(900, 150))
    assert not document.labels.any()
    tool.move(Pointer(1500, 150))
    later.arrive(later.looks)
    later.arrive(later.works)
    painted = np.count_nonzero(document.labels)
    assert document.labels[150, 900] == CLASS
    assert 200 < painted < 800
    assert len(document.history) == 1


def test_no_piece_is_painted_in_part_where_a_mesh_ends(wide: Easel, later: Later) -> None:
    document, painted = wide.document, list[LabelPlane]()
    for before in (380, 250):  # what is cut around the latter ends at 384
        tool = Superpixel(wide)
        tool.move(Pointer(before, 150))
        later.arrive(later.looks)
        tool.press(Pointer(380, 150))
        tool.release(Pointer(380, 150))
        later.arrive(later.works)
        painted.append(document.labels.copy())
        document.undo()
    np.testing.assert_array_equal(painted[0], painted[1])


def test_the_pieces_are_gone_when_the_pointer_is(easel: Easel) -> None:
    tool = Superpixel(easel)
    tool.move(Pointer(30, 50))
    tool.leave()
    assert tool.preview() is None
    tool.move(Pointer(-30, 50))
    assert tool.preview() is None
