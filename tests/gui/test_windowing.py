"""The window of values follows the user, whatever is read or made meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QTimer

from segstudio.core.display import Display, Distribution
from segstudio.core.raster import Samples
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.windowing import Windowing
from segstudio.services.seen import Seen
from tests.gui.by_hand import Desk

FIXED = Display(1500, 1700, 1.5, (0,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two 16-bit pictures, ramps from 1000 and from 2000, and a photo."""
    ramp = np.tile(np.arange(0, 320, 10, dtype=np.uint16), (24, 1))
    tifffile.imwrite(tmp_path / "a.tif", ramp + np.uint16(1000))
    tifffile.imwrite(tmp_path / "b.tif", ramp + np.uint16(2000))
    tifffile.imwrite(tmp_path / "c.tif", np.full((24, 32, 3), 50, np.uint8), photometric="rgb")
    return tmp_path


@pytest.fixture
def windowing(desk: Desk, folder: Path) -> Iterator[Windowing]:
    canvas = Canvas(desk.session.options, desk.bench.edits.work)
    windowing = Windowing(desk.session, canvas, desk.bench.messages, desk.bench)
    desk.bench.opener.shown.connect(windowing.show)
    desk.open(folder)
    yield windowing
    windowing.close()
    canvas.deleteLater()


def seen(windowing: Windowing) -> Seen:
    assert windowing.seen is not None
    return windowing.seen


def pass_moment(windowing: Windowing) -> None:
    """Let the moment pass after which a change counts as settled, if one has begun."""
    timer = windowing.findChild(QTimer)
    assert timer is not None
    if timer.isActive():
        timer.stop()
        timer.timeout.emit()


def test_a_window_chosen_while_a_picture_is_read_holds_for_it(desk: Desk, windowing: Windowing) -> None:
    desk.ask("b")
    windowing.set_display(FIXED)
    desk.finish(desk.bench.opener)
    assert desk.shown == "b"
    assert seen(windowing).display == FIXED


def test_automatic_contrast_suits_itself_to_each_picture(desk: Desk, windowing: Windowing) -> None:
    assert (seen(windowing).display.low, seen(windowing).display.high) == (1000, 1310)
    desk.go("b")
    assert (seen(windowing).display.low, seen(windowing).display.high) == (2000, 2310)


def test_a_photo_keeps_its_colours_when_deep_pictures_are_windowed(desk: Desk, windowing: Windowing) -> None:
    windowing.set_display(FIXED)
    desk.go("c")
    assert seen(windowing).display == Display()
    windowing.reset()
    desk.go("a")
    assert seen(windowing).display == FIXED


def test_the_whole_picture_is_made_a_moment_later_and_for_no_other_picture(desk: Desk, windowing: Windowing) -> None:
    first = seen(windowing).image
    windowing.set_display(FIXED)
    assert seen(windowing).image is first
    pass_moment(windowing)
    desk.finish(windowing)
    assert seen(windowing).image[0, 20].tolist() == [0, 0, 0]
    assert seen(windowing).image is not first
    windowing.set_display(Display(0, 5000, 1, (0,)))
    pass_moment(windowing)
    desk.ask("b")
    desk.work(windowing)
    desk.finish(desk.bench.opener)
    image = seen(windowing).image
    desk.deliver()
    assert seen(windowing).image is image
    assert image[0, 31].tolist() == [118, 118, 118], "b as it is shown, not a"


def test_the_values_of_a_photo_are_looked_at_once_when_they_are_needed(
    desk: Desk, windowing: Windowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.go("c")
    looked: list[Samples] = []
    of = Distribution.of

    def recorded(samples: Samples) -> Distribution:
        looked.append(samples)
        return of(samples)

    monkeypatch.setattr(Distribution, "of", recorded)
    assert seen(windowing).values is None
    windowing.look_at_values()
    windowing.fit()
    windowing.look_at_values()
    desk.settle()
    assert len(looked) == 1
    assert seen(windowing).display.auto
    windowing.reset()
    assert seen(windowing).display == Display()


def test_nothing_is_windowed_where_nothing_is_open(desk: Desk, windowing: Windowing, folder: Path) -> None:
    desk.session.forget_documents()
    assert windowing.seen is None
    windowing.set_display(FIXED)
    windowing.fit()
    windowing.reset()
    assert not desk.errors()
