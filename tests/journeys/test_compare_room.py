"""What is read at once in Compare is in sight at once, on a usual screen and on a small one."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from segstudio.gui.analysis.objects import ObjectsPage
from segstudio.gui.reactions.comparing import FIRST_PART
from tests.journeys.compared import choose_b, page_of, write_project
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton
CLASSES = 11
LEAST_CANVAS = 260


@pytest.fixture
def street(user: User, tmp_path: Path) -> User:
    """Eleven classes in stripes, with mistakes in each, and two runs, in Compare."""
    labels = np.repeat(np.arange(CLASSES, dtype=np.uint8), 12)[:, np.newaxis].repeat(160, axis=1)
    wrong = labels.copy()
    wrong[::12, 4:20] = (labels[::12, 4:20] + 1) % CLASSES
    planes = {"images/a": labels * 20, "masks/a": labels, "predictions/one/a": wrong, "predictions/two/a": wrong}
    classes = {f"class {i}": f"#0000{9 * i:02x}" for i in range(CLASSES)}
    user.open(write_project(tmp_path / "street", planes, classes))
    user.window.set_mode("compare")
    user.wait(lambda: len(user.window.session.scores) == 1)
    user.wait(lambda: user.window.errors_panel.model.rowCount() >= CLASSES)
    return user


def pair(user: User) -> None:
    choose_b(user, "one")
    user.wait(lambda: len(user.window.session.other_scores) == 1)


def in_sight(user: User, part: QWidget, rect: QRect) -> bool:
    """Tell whether a rectangle of a part of the right side is in sight as a whole."""
    side = user.window.compare_side.viewport()
    return side.rect().contains(rect.translated(part.mapTo(side, QPoint(0, 0))))


@pytest.mark.parametrize("paired", [False, True], ids=["A", "A and B"])
def test_numbers_matrix_and_first_error_regions_are_seen_at_once(street: User, paired: bool) -> None:
    window = street.window
    window.resize(1600, 1000)
    if paired:
        pair(street)
    table, regions = window.metrics.table, window.errors_panel.view
    street.wait(lambda: table.visualRect(table.scores.index(CLASSES - 1, 0)).bottom() < table.viewport().height())
    street.wait(lambda: in_sight(street, window.confusion_panel, window.confusion_panel.rect()))
    fourth = regions.visualRect(regions.model().index(3, 0))
    street.wait(lambda: in_sight(street, regions, fourth))
    for button in (window.errors_panel.take, window.errors_panel.keep):
        assert in_sight(street, button, button.rect()), "what is done about them is at hand"


def test_a_small_window_holds_it_without_cutting_it_off(street: User) -> None:
    window = street.window
    pair(street)
    window.resize(1280, 720)
    street.wait(lambda: (window.width(), window.height()) == (1280, 720))
    side = window.compare_side
    street.wait(lambda: window.metrics.width() <= side.viewport().width())
    for part in (window.metrics.download, window.confusion_panel.enlarge, window.errors_panel.next):
        right = part.mapTo(side.viewport(), QPoint(part.width(), 0)).x()
        assert right <= side.viewport().width(), part.toolTip()


def test_the_analysis_leaves_the_canvas_room_and_keeps_the_height_it_was_dragged_to(street: User) -> None:
    window = street.window
    window.resize(1280, 720)
    window.comparing.toggle_analysis()
    street.wait(lambda: abs(window.analysis.height() - FIRST_PART * window.canvas_side.height()) < 3)
    assert window.canvas.height() >= LEAST_CANVAS
    window.comparing.show_page("objects")  # which needs more
    street.wait(lambda: window.canvas.height() >= LEAST_CANVAS)
    window.resize(1600, 1000)
    street.wait(lambda: abs(window.analysis.height() - FIRST_PART * window.canvas_side.height()) < 3)

    handle = window.canvas_side.handle(1)
    street.bot.mousePress(handle, LEFT, pos=QPoint(20, 0))
    street.bot.mouseMove(handle, QPoint(20, -100))
    street.bot.mouseRelease(handle, LEFT, pos=QPoint(20, -100))
    higher = window.analysis.height()
    assert higher > 0.4 * window.canvas_side.height()
    window.set_mode("predict")
    window.set_mode("compare")
    street.wait(lambda: abs(window.analysis.height() - higher) < 3)


def test_the_matrix_enlarged_never_takes_the_whole_canvas(street: User) -> None:
    window = street.window
    window.resize(1280, 720)
    street.bot.mouseClick(window.confusion_panel.enlarge, LEFT)
    street.wait(lambda: window.analysis.height() > FIRST_PART * window.canvas_side.height())
    assert window.canvas.height() >= LEAST_CANVAS


def test_a_section_of_compare_folds_and_comes_into_sight_unfolded(street: User) -> None:
    window = street.window
    window.resize(1280, 720)
    panel = window.kinds_panel
    panel.set_opened(False)
    street.wait(lambda: panel.height() < 60)
    window.compare_side.show_section(panel)
    street.bot.mouseClick(panel.title, LEFT)
    street.wait(lambda: in_sight(street, panel, panel.rect()))


def test_what_is_listed_of_the_error_regions_is_set_behind_a_button_and_said(street: User) -> None:
    panel = street.window.errors_panel
    assert not panel.filters.isVisible()
    street.bot.mouseClick(panel.filter, LEFT)
    assert panel.filters.isVisible()
    panel._smallest.setValue(16)
    street.wait(lambda: "from 16 px" in panel.note.text())


def test_a_page_is_as_tall_as_itself_and_begins_at_its_top(street: User) -> None:
    window = street.window
    window.resize(1280, 720)
    matrix = page_of(street, "matrix")
    scrolled = window.analysis.findChild(QScrollArea)
    assert scrolled is not None
    street.wait(lambda: matrix.height() <= scrolled.viewport().height())
    objects = page_of(street, "objects")
    assert isinstance(objects, ObjectsPage)
    objects.side.note.setText("A text of many lines. " * 60)
    street.wait(lambda: objects.height() > 500)
    scrolled.verticalScrollBar().setValue(scrolled.verticalScrollBar().maximum())
    page_of(street, "matrix")
    pages = scrolled.widget()
    assert pages is not None
    of_all = pages.layout()
    assert of_all is not None
    street.wait(of_all.hasHeightForWidth)
    assert pages.heightForWidth(objects.width()) < of_all.heightForWidth(objects.width())
    street.wait(lambda: matrix.height() <= scrolled.viewport().height())
    assert scrolled.verticalScrollBar().value() == 0
    page_of(street, "objects")
    street.wait(lambda: scrolled.verticalScrollBar().maximum() > 0)
    assert scrolled.verticalScrollBar().value() == 0
