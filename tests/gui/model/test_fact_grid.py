"""A tag of what a person said is calm; that of what nobody said is not."""

from PySide6.QtGui import QPalette
from pytestqt.qtbot import QtBot

from segstudio.gui.model.fact_grid import show_mark
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label
from segstudio.services.model_facts import Mark


def test_only_what_is_assumed_has_the_colour_of_a_warning(qtbot: QtBot, theme: Theme) -> None:
    tag = label("", "tag")
    qtbot.addWidget(tag)

    def color(mark: Mark) -> str:
        show_mark(tag, mark)
        return tag.palette().color(QPalette.ColorRole.WindowText).name()

    tokens = theme.tokens
    assert color("assumed") == tokens.color("warn").name()
    assert color("corrected") == tokens.color("text2").name()
    assert color("assumed") == tokens.color("warn").name()
