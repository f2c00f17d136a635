"""Plots as files."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from segstudio.gui.messages import Message, Messages
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.saving import FINER, csv_file, png, save_button, svg
from segstudio.gui.plots.scatter import Points, ScatterPlot
from segstudio.gui.plots.series import Series
from segstudio.gui.theme import Theme


@pytest.fixture
def plot(theme: Theme, qtbot: QtBot, own_directories: None) -> LinePlot:
    made = LinePlot(theme, "Area by slice")
    qtbot.addWidget(made)
    made.resize(320, 200)
    truth = Series("truth", np.array([1.0, 2.0, 3.0]), np.array([5.0, np.nan, 7.0]))
    made.show_series([truth, Series("run, A", np.array([2.0]), np.array([4.0]), 1)], Axes("Slice", "Pixels"))
    return made


def test_a_picture_is_light_and_finer_than_the_screen(plot: LinePlot) -> None:
    image = QImage.fromData(png(plot))
    assert (image.width(), image.height()) == (320 * FINER, 200 * FINER)
    assert image.pixelColor(0, 0).name() == "#ffffff"


def test_a_drawing_holds_its_words_as_text_and_is_the_same_each_time(plot: LinePlot) -> None:
    drawn = svg(plot)
    words = "".join(ElementTree.fromstring(drawn).itertext())
    assert all(word in words for word in ("Area by slice", "Slice", "Pixels", "truth", "run, A"))
    assert drawn == svg(plot)


def test_values_are_written_exactly_and_gaps_are_empty(plot: LinePlot) -> None:
    assert csv_file(plot).decode().splitlines() == ['Slice,truth,"run, A"', "1.0,5.0,", "2.0,,4.0", "3.0,7.0,"]


def test_points_are_written_with_their_names(theme: Theme, qtbot: QtBot) -> None:
    points = ScatterPlot(theme, "two metrics")
    qtbot.addWidget(points)
    points.show_points(Points(("a/b", "c"), np.array([0.1, np.nan]), np.array([1.0, 2.0]), "IoU", "Dice"))
    assert csv_file(points).decode().splitlines() == ["name,IoU,Dice", "a/b,0.1,1.0", "c,,2.0"]


def test_the_menu_writes_files_and_says_so(
    plot: LinePlot, theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, heard = Messages(), list[Message]()
    messages.said.connect(heard.append)
    button = save_button(plot, theme, messages)
    qtbot.addWidget(button)
    offered: list[str] = []

    def choose(parent: object, title: str, name: str, kinds: str) -> tuple[str, str]:
        offered.append(name)
        return str(tmp_path / f"plot{len(offered)}"), kinds  # a name without an ending gets one

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    for action in plot.actions():
        action.trigger()
    assert [Path(name).name for name in offered] == [f"area-by-slice.{suffix}" for suffix in ("png", "svg", "csv")]
    assert [Path(name).parent for name in offered[1:]] == [tmp_path] * 2, "where the one before was saved to"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plot1.png", "plot2.svg", "plot3.csv"]
    assert [m.title for m in heard] == ["Saved plot1.png", "Saved plot2.svg", "Saved plot3.csv"]
    assert {m.action_text for m in heard} == {"Show file"}


def test_what_cannot_be_written_is_said(
    plot: LinePlot, theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, heard = Messages(), list[Message]()
    messages.said.connect(heard.append)
    qtbot.addWidget(save_button(plot, theme, messages))
    (tmp_path / "taken.png").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "taken.png"), ""))
    plot.actions()[0].trigger()
    assert [m.kind for m in heard] == ["error"]
    assert "taken.png" in heard[0].title


def test_a_plot_is_copied_as_a_picture_and_as_cells(plot: LinePlot, theme: Theme, qtbot: QtBot) -> None:
    button = save_button(plot, theme, Messages())
    qtbot.addWidget(button)
    actions = {action.text(): action for action in plot.actions()}
    actions["Copy the values"].trigger()
    rows = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert rows[0] == ["Slice", "truth", "run, A"]
    assert rows[2][1] == "", "what is not defined is an empty cell"
    actions["Copy the picture"].trigger()
    assert QApplication.clipboard().image().width() == 320 * FINER


def test_a_large_plot_is_no_larger_than_memory(plot: LinePlot) -> None:
    plot.resize(5000, 200)
    assert QImage.fromData(png(plot)).width() == 5000
