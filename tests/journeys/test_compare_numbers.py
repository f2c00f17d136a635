"""Read the numbers in Compare, and go from each to the images and pixels behind it."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtWidgets import QFileDialog

from segstudio.gui.analysis.images import ImagesPage
from segstudio.gui.analysis.matrix import MatrixPage
from segstudio.gui.analysis.scatter import ScatterPage
from segstudio.gui.panels.confusion_plot import ConfusionPlot
from segstudio.gui.panels.samples_model import FOUND_ROLE, Order
from segstudio.gui.widgets import percent
from segstudio.metrics import overlap
from segstudio.services.matrix import By
from tests.journeys.compared import STREET, choose_a, choose_b, page_of, write_project
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton
NAMES = ("a", "b", "c", "d")


@pytest.fixture
def compared(user: User, tmp_path: Path) -> User:
    """A project of four images in Compare, its runs scored.

    Of the 100 pixels of car in each image, the run "two" takes n x 10 for pole in the n-th; "one" finds no car.
    """
    planes: dict[str, NDArray[np.uint8]] = {}
    for n, name in enumerate(NAMES):
        truth = np.zeros((24, 32), np.uint8)
        truth[4:14, 6:16] = 1
        poles = truth.copy()
        poles[4 : 4 + n, 6:16] = 2
        planes |= {f"images/{name}": np.full((24, 32, 3), 40 * n, np.uint8), f"masks/{name}": truth}
        planes |= {f"predictions/one/{name}": np.zeros((24, 32), np.uint8), f"predictions/two/{name}": poles}
    user.open(write_project(tmp_path / "street", planes, STREET, "road"))
    user.window.set_mode("compare")
    choose(user, "two")
    return user


def choose(user: User, name: str) -> None:
    choose_a(user, name)
    user.wait(lambda: len(user.window.session.scores) == len(NAMES))


def choose_second(user: User, name: str) -> None:
    choose_b(user, name)
    user.wait(lambda: len(user.window.session.other_scores) == (0 if name.startswith("No ") else len(NAMES)))


def listed(user: User) -> list[str]:
    return user.window.samples.model.shown()


def go(user: User, row: int) -> None:
    """Open a sample of the list."""
    sample = user.window.samples.model.sample_at(row)
    assert sample is not None
    user.window.bench.opener.go(sample)


def opened(user: User) -> str:
    current = user.window.session.current
    assert current is not None
    return current.sample.id


def cell(plot: ConfusionPlot, row: int, column: int) -> QPoint:
    rect = plot.grid(QSizeF(plot.size())).rect(row, column)
    return rect.center().toPoint()


def heads(user: User) -> list[str]:
    model = user.window.metrics.model
    return [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]


def scores(user: User, column: int) -> list[str]:
    model = user.window.metrics.model
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


# The table of classes


def test_classes_are_sorted_worst_first_and_by_any_column(compared: User) -> None:
    metrics = compared.window.metrics
    go(compared, 0)
    compared.wait(lambda: opened(compared) == "d" and scores(compared, 0)[0] == "pole")
    assert scores(compared, 0) == ["pole", "car", "road"], "the IoU of pole is 0, that of road 100"
    assert scores(compared, 2) == ["0.0", "70.0", "100.0"]
    header = metrics.table.horizontalHeader()
    x = header.sectionViewportPosition(4) + 5
    for expected in (["pole", "car", "road"], ["road", "car", "pole"]):
        compared.bot.mouseClick(header.viewport(), LEFT, pos=QPoint(x, 5))
        assert scores(compared, 0) == expected
    assert heads(compared)[4].startswith("Dice")
    compared.bot.mouseClick(header.viewport(), LEFT, pos=QPoint(5, 5))
    assert scores(compared, 0) == ["road", "car", "pole"], "as in the class table"


def test_a_second_prediction_stands_beside_the_first(compared: User) -> None:
    metrics = compared.window.metrics
    choose_second(compared, "one")
    compared.wait(lambda: heads(compared)[-1] == "A - B")
    assert heads(compared)[0] == "IoU by class"
    compared.bot.mouseClick(metrics.scope.button("set"), LEFT)
    first, second = compared.window.session.live_total(), compared.window.session.live_other_total()
    assert first is not None
    assert second is not None
    by_name = {name: n for n, name in enumerate(("road", "car", "pole"))}
    for row, name in enumerate(scores(compared, 0)):
        a, b = (float(overlap.iou(counts)[by_name[name]]) for counts in (first, second))
        assert [scores(compared, n)[row] for n in (2, 3)] == [percent(a), percent(b)]
        assert scores(compared, 4)[row] == ("-" if a - b != a - b else f"{100 * (a - b):+.1f}")
    assert metrics.headline.others[0].isVisible()
    choose_second(compared, "No second prediction")
    compared.wait(lambda: heads(compared)[-1] == "set")
    assert not metrics.headline.others[0].isVisible()


def test_numbers_follow_the_brush(compared: User) -> None:
    window = compared.window
    compared.wait(lambda: not window.confusion_panel.plot.empty)
    window.confusion_choice.choose(scope="image", by=By.COUNTS)
    plot = window.confusion_panel.plot
    compared.bot.mouseClick(plot, LEFT, pos=cell(plot, 0, 0))
    before = window.confusion_panel.sentence.text()
    window.choose_tool("brush")
    compared.drag((20, 18), (28, 18))
    compared.wait(lambda: window.confusion_panel.sentence.text() != before)
    comparison = window.session.current.comparison  # type: ignore[union-attr]
    assert comparison is not None
    found = int(comparison.confusion.counts[0, 0])
    assert window.confusion_panel.sentence.text() == f"road found: {found:,} px"


# The matrix


def test_a_cell_lists_its_images_and_its_pixels_flash(compared: User) -> None:
    window = compared.window
    plot = window.confusion_panel.plot
    compared.wait(lambda: not plot.empty)
    compared.bot.mouseMove(plot, cell(plot, 1, 2))
    assert window.confusion_panel.sentence.text() == "15.0 % of car is taken for pole: 60 px in 3 images"
    compared.bot.mouseClick(plot, LEFT, pos=cell(plot, 1, 2))
    assert listed(compared) == ["d", "c", "b"], "most pixels first"
    chip = window.samples.found_chip
    assert chip.isVisible()
    assert "car as pole: 3 images" in chip.toolTip()
    model = window.samples.model
    told = [model.index(row, 0).data(FOUND_ROLE) for row in range(3)]
    assert all(text.endswith(" px") for text in told)
    assert window.samples.view.verticalScrollBar().value() == 0

    go(compared, 1)
    compared.wait(lambda: opened(compared) == "c" and compared.flashing)
    assert listed(compared) == ["d", "c", "b"], "they stay listed while one goes through them"
    assert plot.cell == (1, 2)
    compared.wait(lambda: not compared.flashing)
    marked = window.confusions.marked
    assert marked.area is not None
    assert marked.area[0].sum() == int(told[1].split()[0]), "they stay marked after the flash"
    compared.bot.mouseClick(chip, LEFT)
    assert marked.area is None
    assert model.index(0, 0).data(FOUND_ROLE) is None
    assert sorted(listed(compared)) == list(NAMES)
    assert not chip.isVisible()
    assert plot.cell is None


def test_an_empty_cell_leaves_the_list_and_says_so(compared: User) -> None:
    compared.wait(lambda: not compared.window.confusion_panel.plot.empty)
    before = listed(compared)
    compared.window.confusions.show_cell(0, 2)
    assert listed(compared) == before
    assert compared.heard[-1].title == "No image has pixels of road as pole."


def test_the_list_is_ordered_by_the_class_that_is_looked_at(compared: User) -> None:
    window = compared.window
    window.presenter.set_focus(1)
    window.samples._choose_order(Order.CLASS)
    by_car = [float(overlap.iou(window.session.scores.get(name))[1]) for name in listed(compared)]  # type: ignore[arg-type]
    assert by_car == sorted(by_car)
    assert by_car[0] < by_car[-1]
    window.presenter.set_focus(2)
    by_pole = [float(overlap.iou(window.session.scores.get(name))[2]) for name in listed(compared)]  # type: ignore[arg-type]
    assert by_pole == sorted(by_pole), "another class is looked at"


def test_what_is_searched_for_and_not_known_is_said(compared: User) -> None:
    search = compared.window.samples.search
    search.setText("iou:carr<72")
    assert search.unknown.isVisible()
    assert "carr" in search.unknown.text()
    search.setText("iou:car<72")
    assert not search.unknown.isVisible()


def test_the_matrix_is_walked_with_keys(compared: User) -> None:
    window = compared.window
    plot = window.confusion_panel.plot
    compared.wait(lambda: not plot.empty)
    plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        compared.key(key)
    assert plot.cell == (1, 2), "it ends at the border"
    compared.key(Qt.Key.Key_Return)
    assert listed(compared) == ["d", "c", "b"]


def test_the_matrix_of_the_second_prediction_is_a_choice_while_there_is_one(compared: User) -> None:
    window, plot = compared.window, compared.window.confusion_panel.plot
    button = window.confusion_panel.shown
    sides = button.menu().actions()[:2]
    assert [side.isVisible() for side in sides] == [False, False]
    choose_second(compared, "one")
    assert button.text() == "A, set, by row"
    sides[1].trigger()
    assert button.text() == "B, set, by row"
    compared.bot.mouseMove(plot, cell(plot, 1, 0))
    compared.wait(lambda: "100.0 % of car is taken for road" in window.confusion_panel.sentence.text())
    compared.bot.mouseClick(plot, LEFT, pos=cell(plot, 1, 0))
    assert listed(compared) == list(NAMES), "in A no car is taken for road"
    compared.wait(lambda: compared.flashing)
    assert window.samples.found_chip.toolTip().startswith("B: car as road")
    choose_second(compared, "No second prediction")
    assert button.text() == "set, by row"
    compared.wait(lambda: "100.0 % of car" not in window.confusion_panel.sentence.text())


def test_the_large_matrix_shows_the_same(compared: User) -> None:
    window = compared.window
    compared.bot.mouseClick(window.confusion_panel.enlarge, LEFT)
    large = page_of(compared, "matrix")
    assert isinstance(large, MatrixPage)
    compared.wait(lambda: not large.plot.empty)
    assert window.analysis.height() > window.middle.height() * 0.4
    compared.bot.mouseMove(large.plot, cell(large.plot, 1, 1))
    assert large.sentence.text() == "85.0 % of car is found: 340 px in 4 images"
    window.confusion_choice.choose(by=By.COLUMN)
    assert large.sentence.text().startswith("100.0 % of what is taken for car is car")
    names, rows = large.plot.table()
    assert list(names) == ["truth", "road", "car", "pole", "no class"]
    assert rows[1][0] == "car"


# The table of images


def shown(images: ImagesPage, column: int) -> list[str]:
    model = images.model
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


@pytest.fixture
def images(compared: User) -> ImagesPage:
    made = page_of(compared, "images")
    assert isinstance(made, ImagesPage)
    compared.wait(lambda: made.model.rowCount() == len(NAMES))
    return made


def test_the_table_is_sorted_while_it_is_not_known_again(compared: User, images: ImagesPage) -> None:
    dock, errors = compared.window.analysis, 1 + images.model.keys.index("errors")
    dock.hide()
    dock.show()
    images.table._on_head(errors)  # before the page has been refreshed
    assert sorted(shown(images, 0)) == list(NAMES)
    compared.wait(lambda: shown(images, errors) == ["0", "10", "20", "30"])


def test_images_are_sorted_opened_and_filtered(compared: User, images: ImagesPage) -> None:
    assert shown(images, 0) == ["d", "c", "b", "a"], "worst mean IoU first"
    errors = 1 + images.model.keys.index("errors")
    assert shown(images, errors) == ["30", "20", "10", "0"]
    images.table._on_head(errors)
    assert shown(images, 0) == ["a", "b", "c", "d"]
    images.table._on_head(errors)
    assert shown(images, 0) == ["d", "c", "b", "a"]
    assert "mean 15 px, median 15 px" in images.distribution.summary
    images.table.setFocus()
    images.table.setCurrentIndex(images.model.index(2, 0))
    compared.key(Qt.Key.Key_Return)
    compared.wait(lambda: opened(compared) == "b")
    compared.window.choose_tool("brush")
    compared.drag((8, 6), (12, 10))  # what car is there becomes another class
    compared.wait(lambda: shown(images, errors)[2] != "10")
    assert shown(images, 0) == ["d", "c", "b", "a"], "rows stay where they are while one paints"
    compared.window.samples.search.setText("c")
    compared.wait(lambda: shown(images, 0) == ["c"])
    assert images.note.text() == "1 of 4 scored images"


def test_other_columns_are_chosen(compared: User, images: ImagesPage) -> None:
    images.columns.chosen.emit(["recall:1", "share:1"])
    compared.wait(lambda: shown(images, 1) == ["100.0", "90.0", "80.0", "70.0"] or shown(images, 1)[0] == "70.0")
    assert set(shown(images, 2)) == {percent(100 / (24 * 32))}
    choose_second(compared, "one")
    compared.wait(lambda: "difference" in images._images.columns)
    images.columns.chosen.emit(["mean_iou", "mean_iou_b", "difference"])
    compared.wait(lambda: shown(images, 3)[0] not in ("", "-"))
    assert all(text.startswith("+") for text in shown(images, 3))


def test_a_range_of_values_is_listed(compared: User, images: ImagesPage) -> None:
    spread = images.distribution
    compared.wait(lambda: not spread.empty)
    middle = spread.height() // 2
    compared.bot.mousePress(spread, LEFT, pos=QPoint(1, middle))
    compared.bot.mouseMove(spread, QPoint(spread.width() // 2, middle))
    compared.bot.mouseRelease(spread, LEFT, pos=QPoint(spread.width() // 2, middle))
    found = listed(compared)
    assert found[0] == "d"
    assert 1 <= len(found) < len(NAMES)
    assert "mIoU" in compared.window.samples.found_chip.toolTip()
    compared.wait(lambda: images.model.rowCount() == len(found))


def test_the_table_of_images_is_saved(
    compared: User, images: ImagesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "numbers.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    assert images.save_table in images.save.menu().actions()
    images.save_table.trigger()
    compared.wait(file.exists)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [row["image"] for row in rows] == ["d", "c", "b", "a"]
    assert [int(row["Errors"]) for row in rows] == [30, 20, 10, 0]
    assert float(rows[0]["IoU car"]) == 0.7


# The scatter


def test_a_point_opens_its_image_and_a_box_lists_some(compared: User) -> None:
    scatter = page_of(compared, "scatter")
    assert isinstance(scatter, ScatterPage)
    compared.wait(lambda: not scatter.plot.empty)
    plot = scatter.plot
    frame = plot.frame(QSizeF(plot.size()))
    names, rows = plot.table()
    assert "Pixel accuracy" in names[1]
    worst = next(row for row in rows if row[0] == "d")
    assert worst[1] == pytest.approx(100 * (24 * 32 - 30) / (24 * 32))
    at = frame.point(float(worst[1]), float(worst[2]))
    compared.bot.mouseMove(plot, at.toPoint())
    compared.bot.mouseClick(plot, LEFT, pos=at.toPoint())
    compared.wait(lambda: opened(compared) == "d")
    first, last = at - QPointF(15, 15), at + QPointF(15, 15)
    compared.bot.mousePress(plot, LEFT, pos=first.toPoint())
    compared.bot.mouseMove(plot, last.toPoint())
    compared.bot.mouseRelease(plot, LEFT, pos=last.toPoint())
    assert listed(compared) == ["d"]


def test_outlines_are_measured_when_their_column_is_wanted(compared: User, images: ImagesPage) -> None:
    images.columns.chosen.emit(["errors", "boundary_f1"])
    compared.wait(lambda: images._images.outlines.going.whole and shown(images, 2)[0] not in ("", "-"))
    assert shown(images, 0) == list(NAMES), "still as in the project: what it was sorted by is not shown"
    measured = [float(text) for text in shown(images, 2)]
    assert measured[0] == 100.0
    assert all(value < 100 for value in measured[1:])


# Files


@pytest.mark.parametrize(
    ("kind", "begins"),
    [("csv", "image,id,name"), ("json", "{"), ("html", "<!DOCTYPE"), ("latex", "\\begin"), ("markdown", "#")],
)
def test_the_numbers_are_written_as_they_stand_on_the_screen(
    compared: User, kind: str, begins: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, file = compared.window, tmp_path / f"two.{kind}"
    first = window.session.run
    assert first is not None
    assert window.session.project is not None
    second = next(run for run in window.session.project.runs if run is not first)
    window.session.choose_other(second)
    window.choose_tool("brush")
    compared.drag((20, 18), (28, 18))
    live = window.session.live_total()
    assert live is not None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    action = window.actions_by_name[f"report {kind}"]
    assert action in window.metrics.download.menu().actions()
    action.trigger()
    compared.wait(file.exists)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(begins)
    if kind in ("html", "latex", "markdown"):
        assert all(str(run.folder) in text.replace("\\", "") for run in (first, second)), "what was compared is named"
        assert "A - B" in text
    if kind == "json":
        assert json.loads(text)["confusion"]["counts"] == live.counts[:, : len(live.labels)].tolist()
    compared.wait(lambda: any("Saved" in message.title for message in compared.heard))


def test_samples_are_found_by_what_is_in_them(compared: User) -> None:
    search = compared.window.samples.search
    compared.window.actions_by_name["find"].trigger()
    assert search.hasFocus()
    for text, found in (("iou:car<0.9", "cd"), ("class:pole", ""), ("errors>=10 b", "b"), ("", "abcd")):
        search.clear()
        compared.bot.keyClicks(search, text)
        assert sorted(listed(compared)) == list(found)


def test_what_was_compared_is_compared_again(compared: User) -> None:
    session = compared.window.session
    root = session.project.root  # type: ignore[union-attr]
    a, b = session.run, next(run for run in session.project.runs if run is not session.run)  # type: ignore[union-attr]
    session.choose_run(b)
    session.choose_other(a)
    compared.saved()
    compared.window.bench.open(root)
    compared.wait(lambda: session.project is not None and session.run is not b)
    assert a is not None
    assert session.run is not None
    assert session.other_run is not None
    assert (session.run.folder, session.other_run.folder) == (b.folder, a.folder)
