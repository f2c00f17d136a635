"""Computations that stop in the midst, wherever they loop."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from segstudio.core.raster import LabelMap, Mask, Rect
from segstudio.core.stopping import Stopped, go_on, told, watched
from segstudio.editing.cleaning import BLOCK, cleaned, grown, smoothed
from segstudio.editing.cutting import cut
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of
from segstudio.editing.finding.growing import connected
from segstudio.editing.finding.sealed import sealed
from segstudio.editing.finding.similar import similar, tidied
from segstudio.editing.finding.slic import superpixels
from segstudio.editing.islands import largest_kept, without_holes, without_islands
from segstudio.editing.objects import told_apart
from segstudio.editing.scope import Scope

MASK: Mask = np.ones((40, 40), np.bool_)
IMAGE = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)


def document() -> Document:
    labels = np.zeros((40, 40), np.uint8)
    labels[4:30, 4:30] = 1
    labels[10:12, 10:12] = 0
    return Document(labels, labels.astype(np.uint32))


LONG: dict[str, Callable[[], object]] = {
    "clean-up": lambda: cleaned(document(), "Smooth", smoothed, 2, Scope(0)),
    "islands": lambda: without_islands(document(), Scope(0), 4),
    "largest": lambda: largest_kept(document(), Scope(0)),
    "holes": lambda: without_holes(document(), Scope(0)),
    "cut": lambda: cut(document(), (np.ones((1, 40), np.bool_), (20, 0)), None, 0),
    "a step": lambda: edit_of(document(), "Fill", MASK, (0, 0), 1),
    "objects": lambda: told_apart(LabelMap(document().labels), {1}),
    "an area": lambda: connected((40, 40), (5, 5), lambda rect: np.ones(rect.shape, np.bool_)),
    "similar pixels": lambda: similar(IMAGE, Rect(0, 0, 40, 40), (5, 5), 10),
    "a tidy area": lambda: tidied((MASK, (0, 0))),
    "closed gaps": lambda: sealed(MASK, (20, 20), 2),
    "superpixels": lambda: superpixels(IMAGE, 8, 10),
}


@pytest.mark.parametrize("compute", LONG.values(), ids=LONG.keys())
def test_what_is_long_stops_once_it_is_asked_to(compute: Callable[[], object]) -> None:
    stop = threading.Event()

    def asked_when_begun() -> object:
        stop.set()
        return compute()

    with pytest.raises(Stopped):
        watched(asked_when_begun, stop)
    compute()  # and nobody watches any more


def test_clean_up_tells_its_share_and_stops_between_two_blocks() -> None:
    wide, stop, shares = Document(np.eye(8, 4 * BLOCK, dtype=np.uint8)), threading.Event(), list[float]()

    def tell(share: float) -> None:
        shares.append(share)
        if share == 0.5:
            stop.set()

    with pytest.raises(Stopped):
        watched(lambda: cleaned(wide, "Grow", grown, 1, Scope(0)), stop, tell)
    assert shares == [0, 0.25, 0.5]


def test_nothing_begins_that_was_asked_to_stop_before() -> None:
    begun: list[int] = []
    stop = threading.Event()
    assert watched(lambda: list(told("ab")), stop) == ["a", "b"]
    stop.set()
    with pytest.raises(Stopped):
        watched(lambda: begun.append(1), stop)
    assert not begun
    go_on()
