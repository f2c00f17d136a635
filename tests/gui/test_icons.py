"""Icons come with the program, each of them is in use, and they are drawn in the colours they are asked for."""

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from pytestqt.qtbot import QtBot

from segstudio.gui import icons
from segstudio.gui.actions import ACTIONS
from segstudio.services.resources import resource
from segstudio.tools import TOOLS

ROOT = Path(icons.__file__).parents[1]
INKS = icons.Inks(QColor("#102030"), QColor("#a0b0c0"), QColor("#505050"))
NORMAL, OFF = QIcon.Mode.Normal, QIcon.State.Off
SIDE = 64


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """Pictures are drawn with one."""


def drawn(
    name: str, mode: QIcon.Mode = QIcon.Mode.Normal, state: QIcon.State = QIcon.State.Off
) -> set[tuple[int, int]]:
    """Return where an icon is, having seen that it has one colour, that for the mode and state."""
    image = icons.icon(name, INKS).pixmap(QSize(SIDE, SIDE), 1.0, mode, state).toImage()
    at = {(x, y) for x in range(SIDE) for y in range(SIDE) if image.pixelColor(x, y).alpha() == 255}
    assert {image.pixelColor(*place).name() for place in at} == {INKS.of(mode, state).name()}
    return at


def test_each_action_and_tool_has_its_icon(qtbot: QtBot) -> None:
    for name in {spec.icon for spec in ACTIONS.values() if spec.icon} | {tool.icon for tool in TOOLS.values()}:
        assert not icons.icon(name, INKS).isNull()


def test_each_icon_is_in_use() -> None:
    texts = [path.read_text(encoding="utf-8") for top in ("gui", "tools") for path in (ROOT / top).rglob("*.py")]
    named = {word for text in texts for word in re.findall(r'"([a-z0-9-]+)"', text)}
    assert json.loads(resource("icons.json").read_text(encoding="utf-8"))["icons"].keys() <= named


@pytest.mark.parametrize(
    ("mode", "state", "ink"),
    [
        (QIcon.Mode.Normal, QIcon.State.Off, INKS.rest),
        (QIcon.Mode.Normal, QIcon.State.On, INKS.active),
        (QIcon.Mode.Active, QIcon.State.Off, INKS.active),
        (QIcon.Mode.Disabled, QIcon.State.On, INKS.disabled),
    ],
)
def test_the_colour_is_that_of_what_is_done_with_it(mode: QIcon.Mode, state: QIcon.State, ink: QColor) -> None:
    assert INKS.of(mode, state) == ink
    assert drawn("circle-outline", mode, state)


def test_an_icon_is_drawn_in_the_middle_at_its_share_of_the_room() -> None:
    at = drawn("circle-outline")  # from 2 to 22 of 24
    xs, ys = ([place[axis] for place in at] for axis in (0, 1))
    side = icons.SHARE * SIDE * 20 / 24
    for values in (xs, ys):
        assert max(values) + min(values) + 1 == pytest.approx(SIDE, abs=1)
        assert max(values) + 1 - min(values) == pytest.approx(side, abs=2)


def test_a_copy_draws_the_same() -> None:
    made = icons.icon("check", INKS)
    copy = QIcon(made)
    del made
    assert not copy.pixmap(QSize(SIDE, SIDE)).isNull()


def test_an_icon_that_was_not_taken_says_how_to_take_it() -> None:
    with pytest.raises(LookupError, match=r"take_icons\.py"):
        icons.icon("no-such-icon", INKS)
