"""Somebody looks at a 16-bit stack: drags the window, reads values off, steps through pages."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import QPoint, Qt

from segstudio.core.display import Display, kind_of
from segstudio.gui.palette.entries import Entries
from segstudio.io import decoder
from segstudio.services.seen import Seen
from tests.journeys.user import User

PAGES = 3


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A folder with a stack of 16-bit pages of 40 x 30 pixels, ramps that begin at 1000, 2000 and 3000, and a photo."""
    folder = tmp_path / "deep"
    folder.mkdir()
    ramp = np.tile(np.arange(0, 400, 10, dtype=np.uint16), (30, 1))
    pages = np.stack([ramp + np.uint16(1000 * (page + 1)) for page in range(PAGES)])
    tifffile.imwrite(folder / "stack.tif", pages, photometric="minisblack")
    tifffile.imwrite(folder / "zphoto.tif", np.full((30, 40, 3), 100, np.uint8), photometric="rgb")
    return folder


def seen(user: User) -> Seen:
    assert user.window.session.current is not None
    return user.window.session.current.seen


def shown(user: User) -> str:
    assert user.window.session.current is not None
    return user.window.session.current.sample.id


def is_shown(user: User, sample_id: str) -> bool:
    return shown(user) == sample_id


def drag_high(user: User, share: float) -> None:
    """Drag the upper end of the window to a share of the width of the histogram."""
    histogram = user.window.display_panel.histogram
    start, y = round(histogram.x_of(histogram._display.high)), histogram.height() // 2
    end = round(share * histogram.width())
    user.bot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
    for x in (start - 2, (start + end) // 2, end):
        user.bot.mouseMove(histogram, QPoint(x, y))
    user.bot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(end, y))


def gray_at(user: User, x: float, y: float) -> int:
    color = user.color_at(x, y)
    assert color.red() == color.green() == color.blue()
    return color.red()


def test_dragging_the_window_changes_what_is_seen_and_not_what_is_read_off(user: User, stack: Path) -> None:
    user.open(stack)
    assert shown(user) == "stack#0000"
    assert user.window.display_panel.histogram.isVisible()
    before = gray_at(user, 20.5, 15.5)
    assert 110 < before < 145, "automatic contrast: the middle of the ramp is a middle gray"
    image = seen(user).image
    drag_high(user, 0.5)
    assert not seen(user).display.auto
    assert gray_at(user, 20.5, 15.5) > before + 60
    user.bot.mouseMove(user.window.canvas, user.at(20.5, 15.5))
    user.wait(lambda: user.window.status._value.text() == "Value 1200")
    user.wait(lambda: seen(user).image is not image)  # the tools see it so, too
    assert abs(int(seen(user).image[15, 20, 0]) - gray_at(user, 20.5, 15.5)) <= 1
    user.window.actions_by_name["reset contrast"].trigger()
    assert (seen(user).display.low, seen(user).display.high) == (1000, 1390)
    assert not user.errors()


def test_pages_are_stepped_through_and_contrast_follows_while_it_is_automatic(user: User, stack: Path) -> None:
    user.open(stack)
    user.window.canvas.setFocus()
    for page in (1, 2):
        user.key(Qt.Key.Key_PageDown)
        user.wait(partial(is_shown, user, f"stack#000{page}"))
        assert seen(user).display.low == 1000 * (page + 1)
        assert 110 < gray_at(user, 20.5, 15.5) < 145
    user.key(Qt.Key.Key_PageDown)  # the last page is the last, though images follow
    user.key(Qt.Key.Key_PageUp)
    user.wait(lambda: shown(user) == "stack#0001")
    drag_high(user, 0.5)
    fixed = seen(user).display
    user.key(Qt.Key.Key_PageUp)
    user.wait(lambda: shown(user) == "stack#0000")
    assert seen(user).display == fixed, "a window that was set stays while one steps"
    user.window.actions_by_name["auto contrast"].trigger()
    assert seen(user).display.low == 1000


def test_each_channel_has_a_window_of_its_own(user: User, tmp_path: Path) -> None:
    folder = tmp_path / "cells"
    folder.mkdir()
    ramp = np.tile(np.arange(40, dtype=np.uint16), (30, 1))
    tifffile.imwrite(
        folder / "a.tif",
        np.stack([ramp * 1000, ramp, ramp * 10]),
        photometric="minisblack",
        planarconfig="separate",
        metadata={"axes": "CYX"},
    )
    user.open(folder)
    panel, middle = user.window.display_panel, (20.5, 15.5)
    before = user.color_at(*middle)
    assert all(110 < level < 145 for level in before.getRgb()[:3]), "the weak one is not black"  # type: ignore[index]
    assert panel.limited.isVisible()
    entries = Entries(user.window)
    entries.gather()
    assert entries.find("window")[0].text == "Window of"
    panel.limited.setCurrentIndex(2)
    panel.limited.activated.emit(2)
    assert (panel.low.value(), panel.high.value()) == (0, 39)
    panel.high.setValue(20)
    after = user.color_at(*middle)
    assert (after.red(), after.green(), after.blue()) == (before.red(), 255, before.blue())
    drag_high(user, 0.5)
    assert seen(user).display.of_channel(1).high != 20
    assert user.color_at(*middle).red() == before.red()
    panel.auto.click()
    assert (panel.low.value(), panel.high.value()) == (0, 39), "it alone"
    panel.limited.setCurrentIndex(0)
    panel.limited.activated.emit(0)
    panel.brightness._slider.setValue(20)
    brighter = user.color_at(*middle)
    assert all(b > a + 30 for a, b in zip(before.getRgb()[:3], brighter.getRgb()[:3], strict=True))  # type: ignore[index]
    panel.high.setValue(39_000)
    assert user.color_at(*middle).green() < 5, "one window for all, when that is set"
    user.window.actions_by_name["auto contrast"].trigger()
    assert user.color_at(*middle) == before
    assert not user.errors()


def test_rapid_steps_end_where_they_lead_and_the_list_may_show_something_else(user: User, stack: Path) -> None:
    user.open(stack)
    user.window.samples.search.setText("stack#0000")
    user.window.canvas.setFocus()
    user.key(Qt.Key.Key_PageDown)
    user.wait(lambda: shown(user) == "stack#0001")
    user.window.samples.search.setText("")
    user.key(Qt.Key.Key_PageUp)
    user.key(Qt.Key.Key_PageDown)
    user.key(Qt.Key.Key_PageDown)
    user.wait(lambda: shown(user) == "stack#0002")


def test_a_plain_picture_has_its_section_folded_away_and_can_be_brightened(user: User, stack: Path) -> None:
    user.open(stack / "zphoto.tif")
    panel = user.window.display_panel
    assert not panel.histogram.isVisible()
    assert seen(user).values is None
    assert not user.window.actions_by_name["next page"].isEnabled()
    user.bot.mouseClick(panel._fold, Qt.MouseButton.LeftButton)
    user.wait(lambda: seen(user).values is not None)
    assert gray_at(user, 20.5, 15.5) == 100
    panel.brightness.changed.emit(0)
    panel.brightness._slider.setValue(20)
    assert gray_at(user, 20.5, 15.5) == 151
    panel.gamma._slider.setValue(50)
    assert gray_at(user, 20.5, 15.5) > 170
    assert seen(user).image is seen(user).samples
    user.bot.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert seen(user).display == Display.first(kind_of(seen(user).samples))
    assert gray_at(user, 20.5, 15.5) == 100


def test_a_picture_that_does_not_fit_is_refused_with_a_sentence(
    user: User, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(stack)
    monkeypatch.setattr(decoder, "available_memory", lambda: 1000)
    user.window.canvas.setFocus()
    user.key(Qt.Key.Key_PageDown)
    user.wait(user.errors)
    assert "its 40 x 30 pixels need 0.0 GB of memory" in f"{user.errors()[0]}"
    assert shown(user) == "stack#0000"


def test_values_can_be_typed_and_channels_chosen(user: User, tmp_path: Path) -> None:
    samples = np.zeros((30, 40, 4), np.uint16)
    samples[..., :] = (100, 200, 300, 400)
    tifffile.imwrite(tmp_path / "four.tif", samples, photometric="minisblack", planarconfig="contig")
    user.open(tmp_path / "four.tif")
    panel = user.window.display_panel
    panel.low.setValue(0)
    panel.high.setValue(400)
    color = user.color_at(20.5, 15.5)
    assert (color.red(), color.green(), color.blue()) == (64, 128, 191)
    panel.channels.setCurrentIndex(4)
    panel.channels.activated.emit(4)
    assert gray_at(user, 20.5, 15.5) == 255
    panel.channels.activated.emit(0)
    panel.mixed[0].setCurrentIndex(3)
    panel.mixed[0].activated.emit(3)
    color = user.color_at(20.5, 15.5)
    assert (color.red(), color.green(), color.blue()) == (255, 128, 191)
    user.bot.mouseMove(user.window.canvas, user.at(25.5, 18.5))
    user.wait(lambda: user.window.status._value.text() == "Value 100 200 300 400")
