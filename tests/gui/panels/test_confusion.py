"""The heat map of the confusion: which cell lies where, in which shade, and what is drawn of many classes."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.gui.panels.confusion_grid import LEVELS, Grid, color_of, ink_on, levels, short
from segstudio.gui.panels.confusion_painter import MatrixPainter, Shown
from segstudio.gui.panels.confusion_plot import ConfusionPlot
from segstudio.gui.plots.saving import csv_file
from segstudio.gui.theme import DARK, LIGHT, Theme, Tokens
from segstudio.services.matrix import By, Matrix

LEFT = Qt.MouseButton.LeftButton


def matrix(classes: int, outside: int = 0) -> Matrix:
    """Every class is found but for a tenth of its pixels, which are taken for the next one."""
    counts = np.zeros((classes, classes + 1), np.int64)
    counts[np.arange(classes), np.arange(classes)] = 900
    counts[np.arange(classes), (np.arange(classes) + 1) % classes] += 100
    counts[0, -1] = outside
    table = tuple(LabelClass(i, f"class {i}", (10 * i % 256, 100, 200)) for i in range(classes))
    return Matrix(Confusion(tuple(range(classes)), counts), table)


@pytest.fixture
def plot(qtbot: QtBot) -> ConfusionPlot:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = ConfusionPlot(Theme(app), 14.0)
    qtbot.addWidget(made)
    made.resize(340, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.mark.parametrize(("size", "cell"), [((400, 400), 34.0), ((150, 400), 14.0), ((20, 20), 14.0)])
def test_cells_fill_the_room_between_the_least_and_the_most(size: tuple[int, int], cell: float) -> None:
    grid = Grid.within(QSizeF(*size), (50, 10), (5, 7), 14.0)
    assert grid.cell == cell
    for at in ((0, 0), (4, 6), (2, 3)):
        assert grid.at(grid.rect(*at).center()) == at
    assert grid.at(QPointF(49, 20)) is None
    assert grid.at(grid.rect(4, 6).bottomRight() + QPointF(1, 1)) is None


def test_little_is_seen_and_nothing_is_not() -> None:
    parts = np.array([[0.999, 0.001], [0.0, np.nan]])
    assert levels(parts, whole=False).tolist() == [[LEVELS, 1], [0, 0]]
    shares = np.array([[0.9, 0.01], [0.0025, 0.0875]])
    assert levels(shares, whole=True)[0].tolist() == [LEVELS, LEVELS], "the most of what is right, and of what is wrong"
    assert levels(shares, whole=True)[1, 0] == LEVELS // 2


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("right", [True, False])
def test_numbers_are_read_on_every_shade(tokens: Tokens, right: bool) -> None:
    for level in range(1, LEVELS + 1):
        color = color_of(level, right, tokens)
        assert contrast(ink_on(color), color) >= 4.5


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours as WCAG 2 has it."""
    lights = list[float]()
    for color in (one, other):
        channels = (color.redF(), color.greenF(), color.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
    return max(lights) / min(lights)


@pytest.mark.parametrize(("pixels", "said"), [(999, "999"), (1000, "1k"), (64_999, "64k"), (1_250_000, "1.2M")])
def test_pixels_in_few_signs(pixels: int, said: str) -> None:
    assert short(pixels) == said


def test_a_column_for_no_class_stands_only_where_it_is_needed() -> None:
    assert Shown.of(matrix(4), By.ROW, (0, 1, 2, 3), False).columns == (0, 1, 2, 3)
    shown = Shown.of(matrix(4, outside=7), By.ROW, (0, 2), False)
    assert shown.columns == (0, 2, 4)
    assert shown.text(0, 2) == "1", "7 of 1007"


def test_a_hundred_is_written_only_where_nothing_is_missing() -> None:
    counts = np.array([[999_999, 1, 0], [0, 500, 0]])
    made = Matrix(Confusion((0, 1), counts), matrix(2).classes)
    assert Shown.of(made, By.ROW, (0, 1), False).text(0, 0) == "99"
    assert Shown.of(made, By.ROW, (0, 1), False).text(1, 1) == "100"
    assert Shown.of(made, By.ROW, (0, 1), False).text(0, 1) == "", "it would be 0"
    assert Shown.of(made, By.COUNTS, (0, 1), False).text(0, 1) == "1"


def test_the_diagonal_is_the_accent_and_errors_are_not(plot: ConfusionPlot) -> None:
    plot.show_matrix(matrix(5), By.ROW, range(5))
    image, grid = plot.grab().toImage(), plot.grid(QSizeF(plot.size()))

    def color(row: int, column: int) -> QColor:
        return image.pixelColor((grid.rect(row, column).topLeft() + QPointF(3, 3)).toPoint())

    shown = Shown.of(matrix(5), By.ROW, (0, 1, 2, 3, 4), False)
    assert color(2, 2) == color_of(int(shown.shades[2, 2]), True, plot.tokens)
    assert color(2, 3) == color_of(int(shown.shades[2, 3]), False, plot.tokens)
    assert color(2, 0) == QColor(plot.tokens.input)


def test_of_many_classes_only_those_in_sight_are_drawn() -> None:
    """What is drawn of a part is what the whole shows there."""
    shown = Shown.of(matrix(60), By.ROW, tuple(range(60)), True)
    grid = Grid.within(QSizeF(10, 10), shown.margins, (60, 60), 18.0)
    whole = QRectF(0, 0, grid.area.right() + 1, grid.area.bottom() + 1)
    seen = QRectF(300, 400, 200, 150)
    pictures = []
    for within in (whole, seen):
        picture = QImage(whole.size().toSize(), QImage.Format.Format_RGB32)
        picture.fill(QColor(DARK.panel))
        painter = QPainter(picture)
        MatrixPainter(painter, shown, grid, DARK, within).draw(whole)
        painter.end()
        pictures.append(picture)
    cells = QRectF(seen.topLeft() + QPointF(grid.left, grid.top), seen.bottomRight()).toAlignedRect()
    assert not cells.isEmpty()
    first, second = (picture.copy(cells.adjusted(1, 1, -1, -1)) for picture in pictures)
    assert first == second
    assert pictures[1].pixelColor(10, 10) == QColor(DARK.panel), "nothing is drawn elsewhere"


@pytest.mark.parametrize("by", list(By))
def test_only_cells_that_look_otherwise_are_painted_anew(plot: ConfusionPlot, qtbot: QtBot, by: By) -> None:
    """And what is then seen is what painting all of it gives."""
    plot.show_matrix(matrix(5), by, range(5))
    plot.go_to((1, 2))
    QApplication.processEvents()
    painted = Painted(plot)
    plot.show_matrix(matrix(5), by, range(5))
    QApplication.processEvents()
    assert not painted.areas, "the same numbers"

    other = matrix(5)
    other.confusion.counts[1] = [0, 500, 100, 400, 0, 0]
    plot.show_matrix(other, by, range(5))
    qtbot.waitUntil(lambda: bool(painted.areas))
    grid = plot.grid(QSizeF(plot.size()))
    assert painted.areas[0].intersects(grid.rect(1, 3).toRect())
    if by is not By.COUNTS:  # else the shade of every cell depends on the greatest
        assert not painted.areas[0].intersects(grid.rect(4, 4).toRect())
    kept = seen(plot)
    plot.update()
    QApplication.processEvents()
    assert seen(plot) == kept


class Painted(QObject):
    """Notes where a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.region())
        return False


def seen(plot: ConfusionPlot) -> QImage:
    """Return what is on the screen, without painting it anew."""
    screen = plot.screen().grabWindow(plot.winId())
    assert not screen.isNull()
    return screen.toImage()


def test_a_chosen_cell_stays_when_the_pointer_leaves(plot: ConfusionPlot, qtbot: QtBot) -> None:
    plot.show_matrix(matrix(5), By.ROW, range(5))
    grid = plot.grid(QSizeF(plot.size()))
    heard: list[object] = []
    plot.pointed.connect(heard.append)
    qtbot.mouseMove(plot, grid.rect(1, 2).center().toPoint())
    qtbot.mouseMove(plot, QPoint(1, 1))
    assert heard == [(1, 2), None]
    with qtbot.waitSignal(plot.chosen) as chosen:
        qtbot.mouseClick(plot, LEFT, pos=grid.rect(3, 4).center().toPoint())
    assert chosen.args == [3, 4]
    qtbot.mouseMove(plot, grid.rect(0, 0).center().toPoint())
    plot.leaveEvent(None)  # type: ignore[arg-type]
    assert plot.cell == (3, 4)
    plot.show_matrix(matrix(5), By.ROW, (0, 1))
    assert plot.cell is None, "its class is not shown any more"


def test_all_classes_are_in_the_file_whatever_is_shown(plot: ConfusionPlot) -> None:
    plot.show_matrix(matrix(5), By.COUNTS, (1, 3))
    lines = csv_file(plot).decode().splitlines()
    assert len(lines) == 6
    assert lines[2] == "class 1,0,900,100,0,0,0"


def test_without_counts_it_says_so(plot: ConfusionPlot) -> None:
    plot.say("Nothing is scored yet.")
    plot.show_matrix(None, By.ROW, ())
    assert plot.empty
    plot.grab()
    nothing = Matrix(Confusion((0,), np.zeros((1, 2), np.int64)), matrix(1).classes)
    plot.show_matrix(nothing, By.ROW, (0,))
    assert plot.empty


def test_the_sentence_of_an_empty_plot_has_all_its_room(plot: ConfusionPlot) -> None:
    plot.say("short")
    short = plot.height_of_note()
    plot.say("maskrcnn_tv.pth has predicted this image alone. Choose Image, or predict the folder with it.")
    assert plot.height_of_note() >= short + plot.fontMetrics().lineSpacing(), "it takes two lines and more"
    plot.setFixedSize(plot.width(), plot.height_of_note())
    seen = plot.grab().toImage()
    ground, across = seen.pixelColor(0, 0), range(seen.width())
    inked = [y for y in range(seen.height()) if any(seen.pixelColor(x, y) != ground for x in across)]
    assert 0 < inked[0] < inked[-1] < seen.height() - 1, "neither the top nor the end is cut off"
