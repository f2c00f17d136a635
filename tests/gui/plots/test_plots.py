"""Plots under a pointer, on a keyboard, in dark and light."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.gui.plots.ink import ON_DARK, ON_LIGHT
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.scatter import SLICE, Points, ScatterPlot
from segstudio.gui.plots.series import Series, value_at
from segstudio.gui.theme import DARK, LIGHT, Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def curves(theme: Theme, qtbot: QtBot) -> LinePlot:
    plot = LinePlot(theme, "Scores by threshold")
    qtbot.addWidget(plot)
    x = np.arange(256.0)
    plot.show_series(
        [Series("IoU", x, x / 255), Series("Recall", x, 1 - x / 255, 1, "dashed")],
        Axes("Threshold", "Score", (0, 255), (0, 1)),
    )
    plot.resize(500, 220)
    plot.show()
    return plot


@pytest.fixture
def points(theme: Theme, qtbot: QtBot) -> ScatterPlot:
    plot = ScatterPlot(theme, "IoU against Dice")
    qtbot.addWidget(plot)
    plot.show_points(Points(("a", "b", "c", "d"), np.array([0, 0.5, 1, np.nan]), np.array([0, 1, 0.5, 0.5]), "x", "y"))
    plot.resize(400, 300)
    plot.show()
    return plot


def place(plot: LinePlot | ScatterPlot, x: float, y: float) -> QPoint:
    return plot.frame(QSizeF(plot.size())).point(x, y).toPoint()


def colors_of(plot: LinePlot) -> set[str]:
    image = plot.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize(
    ("size", "rows", "left_out"),
    [
        ((500, 220), [["IoU", "Recall"]], []),
        ((150, 220), [["IoU"], ["Recall"]], []),
        ((150, 110), [["IoU"]], ["Recall"]),
    ],
    ids=["wide", "narrow", "small"],
)
def test_every_curve_is_named_somewhere(
    curves: LinePlot, size: tuple[int, int], rows: list[list[str]], left_out: list[str]
) -> None:
    curves.resize(*size)
    frame = curves.frame(QSizeF(curves.size()))
    assert [[entry.name for entry, _ in row] for row in frame.legend.rows] == rows
    assert [entry.name for entry in frame.legend.left_out] == left_out
    assert frame.area.top() == 24 + 16 * (len(rows) - 1)
    for row in frame.legend.rows:
        assert sum(width for _, width in row) <= frame.area.right()
    curves.grab()
    assert curves.tip(8) == ("Also: Recall" if left_out else "")
    assert curves.tip(frame.area.center().y()) == ""


def test_a_click_on_curves_says_the_nearest_x(curves: LinePlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(curves.clicked) as said:
        qtbot.mouseClick(curves, LEFT, pos=place(curves, 100.2, 0.5))
    assert said.args == [100.0]


def test_the_pointer_reads_out_values_and_leaves_without_a_trace(curves: LinePlot, qtbot: QtBot) -> None:
    bare = curves.grab().toImage()
    heard: list[float] = []
    curves.pointed.connect(heard.append)
    qtbot.mouseMove(curves, place(curves, 60, 0.5))
    assert curves.grab().toImage() != bare
    QApplication.sendEvent(curves, _leave())
    assert heard[0] == 60.0
    assert np.isnan(heard[-1])
    assert curves.grab().toImage() == bare


def test_a_press_moves_the_line_and_so_do_the_arrows(curves: LinePlot, qtbot: QtBot) -> None:
    curves.set_line(10.0)
    heard: list[float] = []
    curves.line_moved.connect(heard.append)
    qtbot.mousePress(curves, LEFT, pos=place(curves, 50, 0.5))
    qtbot.mouseMove(curves, place(curves, 80, 0.5))
    qtbot.mouseRelease(curves, LEFT, pos=place(curves, 80, 0.5))
    qtbot.mouseMove(curves, place(curves, 200, 0.5))  # let go: it stays
    qtbot.keyClick(curves, Qt.Key.Key_Right)
    assert heard == [50.0, 80.0, 81.0]
    curves.set_line(254.0)
    qtbot.keyClick(curves, Qt.Key.Key_Right)
    qtbot.keyClick(curves, Qt.Key.Key_Right)
    assert heard == [50.0, 80.0, 81.0, 255.0]


def test_the_keyboard_reads_curves_and_goes_where_a_click_goes(curves: LinePlot, qtbot: QtBot) -> None:
    clicked: list[float] = []
    curves.clicked.connect(clicked.append)
    qtbot.keyClick(curves, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(curves, key)
    assert clicked == [1.0]


def test_values_between_values_and_beyond_them() -> None:
    x = np.array([0.0, 2.0, 4.0])
    y = np.array([0.0, 1.0, np.nan])
    assert value_at(Series("", x, y), 1.0) == 0.5
    assert np.isnan(value_at(Series("", x, y), 3.0))
    assert np.isnan(value_at(Series("", x, y), 5.0))
    assert np.isnan(value_at(Series("", x, y, 0, "dots"), 1.0))


def test_what_is_not_defined_is_a_gap(theme: Theme, qtbot: QtBot) -> None:
    plot = LinePlot(theme, "gap")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    y = np.full(100, 0.5)
    y[40:60] = np.nan
    plot.show_series([Series("s", np.arange(100.0), y)], Axes("x", "y", (0, 99), (0, 1)))
    image = plot.grab().toImage()
    colors = [image.pixelColor(place(plot, x, 0.5)).name() for x in (20, 50, 80)]
    assert [c == ON_DARK[0].lower() for c in colors] == [True, False, True]


def test_of_many_values_the_extremes_are_seen(theme: Theme, qtbot: QtBot) -> None:
    plot = LinePlot(theme, "many")
    qtbot.addWidget(plot)
    plot.resize(400, 200)
    y = np.full(100_000, 0.5)
    y[33_333], y[66_666], y[50_000:50_500] = 1.0, 0.0, np.nan
    plot.show_series([Series("s", np.arange(100_000.0), y)], Axes("x", "y", (0, 99_999), (0, 1)))
    image = plot.grab().toImage()
    around = [QPoint(dx, dy) for dx in (-2, -1, 0, 1, 2) for dy in (-2, -1, 0, 1, 2)]
    plain = image.pixelColor(place(plot, 20_000, 0.75))
    for x, value in ((33_333, 0.9), (66_666, 0.1), (20_000, 0.5)):
        assert any(image.pixelColor(place(plot, x, value) + d) != plain for d in around), x
    assert image.pixelColor(place(plot, 33_333, 0.1)) == plain


def test_colours_follow_the_theme(curves: LinePlot, theme: Theme) -> None:
    assert ON_DARK[0].lower() in colors_of(curves)
    theme.set_mode("light")
    assert ON_LIGHT[0].lower() in colors_of(curves)
    assert ON_DARK[0].lower() not in colors_of(curves)


@pytest.mark.parametrize(("row", "ground"), [(ON_DARK, DARK.panel), (ON_LIGHT, LIGHT.panel)])
def test_every_colour_can_be_read_on_its_panel(row: tuple[str, ...], ground: str) -> None:
    for color in row:
        light, dark = sorted((_luminance(color), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, color


def test_a_click_on_a_point_names_it_and_beside_it_does_not(points: ScatterPlot, qtbot: QtBot) -> None:
    heard: list[str] = []
    points.clicked.connect(heard.append)
    qtbot.mouseClick(points, LEFT, pos=place(points, 0.5, 1) + QPoint(3, 3))
    qtbot.mouseClick(points, LEFT, pos=place(points, 0.2, 0.8))
    assert heard == ["b"]


def test_a_box_names_what_lies_in_it(points: ScatterPlot, qtbot: QtBot) -> None:
    heard: list[list[str]] = []
    points.boxed.connect(heard.append)
    qtbot.mousePress(points, LEFT, pos=place(points, 0.3, 1) - QPoint(0, 6))
    qtbot.mouseMove(points, place(points, 0.7, 0.7))
    qtbot.mouseRelease(points, LEFT, pos=place(points, 1, 0.3) + QPoint(6, 0))
    assert heard == [["b", "c"]]


def test_points_that_are_not_defined_are_no_points(points: ScatterPlot) -> None:
    assert points.nearest(QPointF(place(points, 0, 0))) == 0
    assert points.within(points.whole()) == ["a", "b", "c"]


def test_arrows_go_from_point_to_point(points: ScatterPlot, qtbot: QtBot) -> None:
    pointed: list[str] = []
    clicked: list[str] = []
    points.pointed.connect(pointed.append)
    points.clicked.connect(clicked.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(points, key)
    qtbot.keyClick(points, Qt.Key.Key_Return)
    assert pointed == ["a", "b", "c", "c", "b"]
    assert clicked == ["b"]


def test_many_points_are_drawn_a_part_at_a_time_and_all_in_the_end(theme: Theme, qtbot: QtBot) -> None:
    plot = ScatterPlot(theme, "many")
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    x = np.concatenate([np.zeros(3 * SLICE), [1.0]])  # the last lies alone
    plot.show_points(Points([str(i) for i in range(x.size)], x, x.copy()))
    plot.show()
    blank = plot.grab().toImage().pixelColor(place(plot, 1, 1))
    qtbot.waitUntil(lambda: plot.grab().toImage().pixelColor(place(plot, 1, 1)) != blank)


def test_an_empty_plot_says_why(theme: Theme, qtbot: QtBot) -> None:
    plot = LinePlot(theme, "nothing")
    qtbot.addWidget(plot)
    plot.resize(QSize(300, 200))
    plot.show_series([Series("s", np.arange(3.0), np.full(3, np.nan))], Axes("x", "y"))
    bare = plot.grab().toImage()
    plot.say("There is nothing yet.")
    assert plot.grab().toImage() != bare
    qtbot.mouseMove(plot, QPoint(150, 100))
    qtbot.mouseClick(plot, LEFT, pos=QPoint(150, 100))


def _leave() -> QEvent:
    return QEvent(QEvent.Type.Leave)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
