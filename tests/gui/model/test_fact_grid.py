"""A tag of what a person said is calm; that of what nobody said is not."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from segstudio.gui.model.fact_grid import FactGrid, show_mark
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label
from segstudio.services.model_facts import Fact, Mark


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


def test_what_warns_of_the_model_has_the_colour_of_a_warning_too(qtbot: QtBot, theme: Theme) -> None:
    grid = FactGrid()
    qtbot.addWidget(grid)

    def color(*, poor: bool) -> str:
        grid.show_facts([Fact("Trained to", "mean IoU", poor=poor)])
        value = next(part for part in grid.findChildren(QLabel) if part.accessibleName() == "mean IoU")
        return value.palette().color(QPalette.ColorRole.WindowText).name()

    assert color(poor=True) == theme.tokens.color("warn").name()
    assert color(poor=False) == theme.tokens.color("text").name()
