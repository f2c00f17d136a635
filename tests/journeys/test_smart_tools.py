"""The tools that look at the picture, each used with mouse and keys in the real window."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from segstudio.core.raster import Mask
from segstudio.tools.base import Preview
from segstudio.tools.superpixel import SIZE
from segstudio.tools.threshold import BY
from tests.editing.finding.test_cutting import scene
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
MIDDLE = (90, 80)
HALF = (50, 30)


@pytest.fixture
def truth(user: User, tmp_path: Path) -> Mask:
    """Open a picture of a red ellipse on green; return where it is."""
    image, mask = scene(160, 200, (*MIDDLE, *HALF), bright=40)
    image = np.asarray(cv2.GaussianBlur(image, (5, 5), 0), np.uint8)
    (tmp_path / "pictures").mkdir()
    Image.fromarray(image).save(tmp_path / "pictures" / "ellipse.png")
    user.open(tmp_path / "pictures")
    return mask


def labelled(user: User) -> Mask:
    assert user.window.session.current is not None
    return np.asarray(user.window.session.current.document.labels == 1)


def iou(user: User, truth: Mask) -> float:
    found = labelled(user)
    return float((found & truth).sum() / max(int((found | truth).sum()), 1))


def preview(user: User) -> Preview | None:
    return user.window.canvas.hand.preview()


def steps(user: User) -> list[str]:
    assert user.window.session.current is not None
    return [step.text for step in user.window.session.current.document.history.steps]


def undone(user: User) -> bool:
    """Undo one step; return whether nothing is left of it."""
    user.key(Qt.Key.Key_Z, CTRL)
    user.wait(lambda: not user.window.bench.edits.busy)
    return not labelled(user).any()


def test_wand(user: User, truth: Mask) -> None:
    user.key(Qt.Key.Key_W)
    canvas = user.window.canvas
    start = user.at(*MIDDLE)
    user.bot.mousePress(canvas, LEFT, pos=start)
    for by in range(0, 100, 10):
        user.bot.mouseMove(canvas, start + type(start)(by, 0))
    shown = preview(user)
    assert shown is not None
    assert shown.text == "tolerance 46"
    assert not labelled(user).any()
    user.bot.keyClick(canvas, Qt.Key.Key_Escape)
    user.bot.mouseRelease(canvas, LEFT, pos=start)
    assert preview(user) is None
    assert not labelled(user).any()
    user.drag(MIDDLE, (MIDDLE[0] + 30, MIDDLE[1]))
    assert iou(user, truth) > 0.95
    assert undone(user)


def test_fill_by_class_shows_itself_before_it_is_done(user: User, truth: Mask) -> None:
    user.key(Qt.Key.Key_G)
    user.bot.mousePress(user.window.canvas, LEFT, pos=user.at(*MIDDLE))
    shown = preview(user)
    assert shown is not None
    assert shown.area is not None
    assert not labelled(user).any()
    user.bot.mouseRelease(user.window.canvas, LEFT, pos=user.at(*MIDDLE))
    assert labelled(user).all()
    assert undone(user)


def test_livewire(user: User, truth: Mask) -> None:
    user.key(Qt.Key.Key_S)
    corners = [(MIDDLE[0] + HALF[0], MIDDLE[1]), (MIDDLE[0], MIDDLE[1] - HALF[1]), (MIDDLE[0] - HALF[0], MIDDLE[1])]
    for i, corner in enumerate(corners):
        user.bot.mouseMove(user.window.canvas, user.at(*corner))
        user.click(*corner)
        user.wait(lambda i=i: len(preview(user).handles) == i + 1)  # type: ignore[union-attr, misc]
    user.bot.mouseMove(user.window.canvas, user.at(MIDDLE[0], MIDDLE[1] + HALF[1]))
    user.wait(lambda: len(preview(user).paths[-1]) > 30)  # type: ignore[union-attr]
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Return)
    user.wait(lambda: iou(user, truth) > 0.95)
    assert steps(user) == ["Livewire"]
    assert undone(user)


def test_grabcut_with_a_hint(user: User, truth: Mask) -> None:
    user.key(Qt.Key.Key_K)
    user.drag((30, 40), (90, 80), (150, 120))
    user.wait(lambda: preview(user).area is not None)  # type: ignore[union-attr]
    user.drag((60, 80), (70, 85), button=RIGHT)
    user.wait(lambda: "Enter" in preview(user).text)  # type: ignore[union-attr]
    assert not labelled(user).any()
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Backspace)
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Return)
    user.wait(lambda: iou(user, truth) > 0.9)
    assert steps(user) == ["GrabCut"]
    assert undone(user)
    user.drag((30, 40), (150, 120))
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Escape)
    assert preview(user) is None


def test_superpixels(user: User, truth: Mask) -> None:
    user.window.session.options.set(SIZE, 16)
    user.key(Qt.Key.Key_U)
    user.bot.mouseMove(user.window.canvas, user.at(*MIDDLE))
    user.wait(lambda: preview(user) is not None and preview(user).mesh is not None)  # type: ignore[union-attr]
    user.drag((60, 80), (75, 80), (90, 80), (120, 80))
    assert labelled(user)[80, 60:120].mean() > 0.9
    assert not labelled(user)[truth == 0].mean() > 0.02
    assert steps(user) == ["Superpixels"]
    assert undone(user)


@pytest.mark.parametrize("key", [Qt.Key.Key_Y, Qt.Key.Key_J])
def test_brushes_that_look(user: User, truth: Mask, key: Qt.Key) -> None:
    user.key(key)
    user.window.session.options.resize(40)
    assert user.window.session.options.pick(BY) == "otsu"
    user.bot.mouseMove(user.window.canvas, user.at(90, 55))
    shown = preview(user)
    assert shown is not None
    assert shown.area is not None
    user.drag((60, 75), (90, 60), (120, 75))
    assert labelled(user)[60:90, 70:110].mean() > 0.8
    assert labelled(user)[~truth].mean() < 0.02
    assert len(steps(user)) == 1
    assert undone(user)


def test_only_what_means_something_can_be_set(user: User, tiny_project: Path) -> None:
    """The limits of a range are there while a range is painted, not while what is alike is."""
    user.open(tiny_project)
    user.window.choose_tool("threshold")
    low, by = map(user.window.options_panel.control, ("threshold_low", "threshold_by"))
    assert by.isVisible()
    assert not low.isVisible()
    user.window.session.options.set(BY, "range")
    assert low.isVisible()
    user.window.choose_tool("brush")
    assert not low.isVisible()
    assert not by.isVisible()
