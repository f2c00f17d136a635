"""Go through what is wrong, see what a fix is worth, and fix it: here, and where the model doubts the truth."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from segstudio.core.raster import LabelPlane, Rect
from segstudio.gui.analysis.suspicious import SuspiciousPage
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.metrics.overlap import mean_iou
from segstudio.services.error_regions import ErrorRegion
from tests.conftest import write_mask
from tests.gui.by_hand import images_looked_at
from tests.journeys.user import User

PROJECT = """\
version = 1
task = "semantic"
images = "images"
[[labels]]
name = "truth"
folder = "masks"
origin = "person"
[[class]]
id = 0
name = "ground"
color = "#000000"
background = true
[[class]]
id = 1
name = "car"
color = "#e6194b"
[[class]]
id = 2
name = "bus"
color = "#3cb44b"
"""
CAR, BUS, PHANTOM = Rect(20, 20, 60, 60), Rect(80, 20, 100, 50), Rect(70, 100, 95, 130)


def planes() -> tuple[LabelPlane, LabelPlane]:
    """A car with a hole, a bus that is missed, and a phantom car."""
    truth, prediction = np.zeros((120, 160), np.uint8), np.zeros((120, 160), np.uint8)
    truth[CAR.slices] = prediction[CAR.slices] = 1
    prediction[35:45, 35:45] = 0
    truth[BUS.slices] = 2
    prediction[PHANTOM.slices] = 1
    return truth, prediction


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """A project of two images; of the phantom in ``b`` the model is sure."""
    root = tmp_path / "street"
    truth, prediction = planes()
    for name in ("a", "b"):
        image = root / "images" / f"{name}.png"
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(image)
        write_mask(root / "masks" / f"{name}.png", truth)
        write_mask(root / "predictions" / "net" / f"{name}.png", prediction)
        confidence = np.full((120, 160), 200, np.uint8)
        confidence[truth != prediction] = 60
        if name == "b":
            confidence[PHANTOM.slices] = 230
        Image.fromarray(confidence).save(root / "predictions" / "net" / f"{name}.confidence.png")
    (root / "segstudio.toml").write_text(PROJECT, encoding="utf-8")
    return root


@pytest.fixture
def comparing(user: User, street: Path) -> User:
    user.open(street)
    user.window.set_mode("compare")
    listed(user, 3)
    return user


def listed(user: User, count: int) -> tuple[ErrorRegion, ...]:
    finder = user.window.bench.errors
    user.wait(lambda: finder.settled and len(finder.listed.regions) == count)
    return finder.listed.regions


def current(user: User) -> ErrorRegion:
    found = user.window.errors.current
    assert found is not None
    return found


def score(user: User) -> float:
    assert user.window.session.current is not None
    comparison = user.window.session.current.comparison
    assert comparison is not None
    return mean_iou(comparison.confusion)


def click(user: User, name: str) -> None:
    user.bot.mouseClick(getattr(user.window.errors_panel, name), Qt.MouseButton.LeftButton)


def test_go_there_and_take_the_prediction(comparing: User) -> None:
    user, regions = comparing, listed(comparing, 3)
    user.key(Qt.Key.Key_N)
    first = current(user)
    assert first == regions[0]
    assert (first.truth, first.kind) == (2, ErrorKind.MISSED)
    assert user.flashing
    left, top = user.window.canvas.view.to_screen(first.rect.x0, first.rect.y0)
    right, bottom = user.window.canvas.view.to_screen(first.rect.x1, first.rect.y1)
    width, height = user.window.canvas.pane_size()
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    before = score(user)
    user.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert user.label_at(30, 90) == 0
    assert score(user) > before
    assert current(user) == regions[1], "it goes on to the next"
    assert {r.key for r in listed(user, 2)} == {r.key for r in regions[1:]}
    document = user.window.session.current.document  # type: ignore[union-attr]
    assert document.history.undo_text == "Take prediction"
    user.window.actions_by_name["undo"].trigger()
    assert user.label_at(30, 90) == 2
    assert score(user) == before
    listed(user, 3)
    user.wait(lambda: current(user).key == first.key)  # back at what was undone


def test_the_region_stays_marked_until_escape_and_its_gain_is_told(comparing: User) -> None:
    user = comparing
    listed(user, 3)
    user.key(Qt.Key.Key_N)
    region, marked = current(user), user.window.error_hints.marked
    user.wait(lambda: not user.flashing)
    assert marked.area is not None
    assert int(marked.area[0].sum()) == region.area
    assert marked.area[1] == region.rect[:2]
    assert "image +" in user.window.errors_panel.gain.text()
    user.window.canvas.setFocus()
    user.key(Qt.Key.Key_Escape)
    assert user.window.errors.current is None
    assert marked.area is None
    assert not user.window.errors_panel.gain.text()


def test_the_buttons_stay_where_they_are_when_a_region_is_kept(comparing: User) -> None:
    user = comparing
    listed(user, 3)
    user.key(Qt.Key.Key_N)
    before = user.window.errors_panel.take.y()
    click(user, "keep")
    user.wait(lambda: user.window.errors_panel.again.isVisible())
    assert user.window.errors_panel.take.y() == before


@pytest.mark.parametrize("name", ["take", "keep"])
def test_the_focus_stays_where_it_was_clicked_and_nothing_scrolls(comparing: User, name: str) -> None:
    user, panel = comparing, comparing.window.errors_panel
    user.key(Qt.Key.Key_N)
    button = getattr(panel, name)
    user.window.compare_side.ensureWidgetVisible(button)
    bar = user.window.compare_side.verticalScrollBar()
    for left in (2, 1):
        at = bar.value()
        click(user, name)
        listed(user, left)
        assert QApplication.focusWidget() is button
        assert bar.value() == at
    click(user, name)
    listed(user, 0)
    assert not button.isEnabled()
    assert QApplication.focusWidget() is panel.view, "not the next button, which Space would press"


def test_a_whole_class_is_only_offered_where_one_was_chosen(comparing: User) -> None:
    user, whole = comparing, comparing.window.errors_panel.whole
    user.window.session.options.choose(1)
    user.wait(lambda: not whole.isEnabled())
    assert whole.text() == "Take class"
    user.window.presenter.set_focus(2)
    user.wait(whole.isEnabled)
    assert whole.text() == "Take bus"
    assert whole.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_keys_go_round(comparing: User) -> None:
    user, regions = comparing, listed(comparing, 3)
    went = []
    for _ in range(4):
        user.key(Qt.Key.Key_N)
        went.append(current(user))
    assert went == [*regions, regions[0]]
    user.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert current(user) == regions[2]


def test_the_key_begins_to_compare(user: User, street: Path) -> None:
    user.open(street)
    user.key(Qt.Key.Key_N)
    user.wait(lambda: user.window.errors.current is not None)
    assert user.window.presenter.mode == "compare"
    assert current(user) == user.window.bench.errors.listed.regions[0]


def test_with_one_class_beside_the_background_a_region_is_missed_or_extra(user: User, tiny_project: Path) -> None:
    prediction = np.zeros((24, 32), np.uint8)
    prediction[20:23, 20:30] = 1
    write_mask(tiny_project / "predictions" / "net" / "a.png", prediction)
    user.open(tiny_project)
    user.window.set_mode("compare")
    panel = user.window.errors_panel
    user.wait(lambda: panel.model.rowCount() == 2)
    assert {panel.model.index(row).data() for row in range(2)} == {"Missed cell", "Extra cell"}
    assert re.search(r"with all corrected .* mean IoU changes by \+[0-9.]+ points\.", panel._summary())


def test_a_row_is_gone_to_and_what_it_says(comparing: User) -> None:
    user, panel = comparing, comparing.window.errors_panel
    user.window.compare_side.show_section(panel)
    index = panel.model.index(1)
    assert index.data() in ("ground as car", "car as ground")
    assert "px within" in index.data(Qt.ItemDataRole.ToolTipRole)
    user.bot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=panel.view.visualRect(index).center())
    assert current(user) == panel.model.regions[1]
    assert panel.note.text().startswith("3, all classes")


def test_the_gain_is_shown_before_it_is_made(comparing: User) -> None:
    user = comparing
    user.key(Qt.Key.Key_N)
    before = score(user)
    button, gains = user.window.errors_panel.take, user.window.metrics.headline.gains
    button.hovered.emit(True)
    shown = [gain.text() for gain in gains]
    button.hovered.emit(False)
    assert [gain.text() for gain in gains] == ["", ""]
    click(user, "take")
    assert shown[0] == f"{100 * (score(user) - before):+.1f}"
    assert float(shown[1]) > 0


def test_what_is_kept_is_out_of_the_way_until_it_is_wanted(comparing: User) -> None:
    user, regions = comparing, listed(comparing, 3)
    user.key(Qt.Key.Key_N)
    user.key(Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert current(user) == regions[1]
    assert listed(user, 2) == regions[1:]
    user.window.bench.opener.go(user.window.session.project.samples[1])  # type: ignore[union-attr]
    user.wait(lambda: user.window.session.current.sample.id == "b")  # type: ignore[union-attr]
    listed(user, 3)
    user.window.bench.opener.go(user.window.session.project.samples[0])  # type: ignore[union-attr]
    user.wait(lambda: user.window.session.current.sample.id == "a")  # type: ignore[union-attr]
    listed(user, 2)
    user.window.actions_by_name["list kept"].trigger()
    assert listed(user, 3) == regions
    assert not user.window.session.unsaved()


def test_undo_brings_back_what_was_kept_before_what_was_taken(comparing: User) -> None:
    user, regions = comparing, listed(comparing, 3)
    user.key(Qt.Key.Key_N)
    user.window.actions_by_name["take prediction"].trigger()
    listed(user, 2)
    user.window.actions_by_name["keep truth"].trigger()
    listed(user, 1)
    user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    listed(user, 2)
    assert current(user).key == regions[1].key
    assert user.window.session.unsaved()
    user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    listed(user, 3)


def test_painting_the_truth_draws_with_its_class(comparing: User) -> None:
    user = comparing
    user.window.choose_tool("fill")
    user.window.errors.go_to(next(r for r in listed(user, 3) if r.truth == 2))
    user.key(Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert user.window.tool == "brush"
    assert user.window.session.options.class_id == 2


def test_a_locked_class_is_not_taken_and_that_is_said(comparing: User) -> None:
    user = comparing
    user.key(Qt.Key.Key_N)
    user.window.session.toggle_lock(2)
    click(user, "take")
    assert user.label_at(30, 90) == 2
    assert "Nothing was changed" in user.heard[-1].title
    assert current(user) == listed(user, 3)[0], "it stays there"


def test_a_value_that_is_no_class_cannot_be_taken(user: User, street: Path) -> None:
    path = street / "predictions" / "net" / "a.png"
    _, prediction = planes()
    prediction[BUS.slices] = 77
    write_mask(path, prediction)
    user.open(street)
    user.window.set_mode("compare")
    user.window.errors.go_to(next(r for r in listed(user, 3) if r.predicted == 77))
    assert user.window.errors_panel.class_of(77).name == "value 77"
    click(user, "take")
    assert "nothing to take" in user.heard[-1].title


def test_the_class_in_focus_and_the_kind_filter(comparing: User) -> None:
    user = comparing
    user.window.presenter.set_focus(2)
    assert [r.truth for r in listed(user, 1)] == [2]
    user.window.presenter.set_focus(None)
    listed(user, 3)
    user.window.kinds_panel.bars.chosen.emit(1, ErrorKind.HOLE)
    assert [r.kind for r in listed(user, 1)] == [ErrorKind.HOLE]
    assert user.window.presenter.focus == 1


def test_the_list_follows_the_brush(comparing: User) -> None:
    user = comparing
    user.window.session.options.resize(6)
    user.key(Qt.Key.Key_B)
    user.drag((140, 10), (150, 10))
    regions = listed(user, 4)
    assert any(r.truth == 1 and r.predicted == 0 and r.rect.x0 > 100 for r in regions)


def test_a_class_and_a_selection_are_taken_over(comparing: User) -> None:
    user, (_, prediction) = comparing, planes()
    user.window.presenter.set_focus(1)
    assert "car" in user.window.actions_by_name["take class"].text()
    user.wait(user.window.actions_by_name["take class"].isEnabled)
    user.window.actions_by_name["take class"].trigger()
    labels = user.window.session.current.document.labels  # type: ignore[union-attr]
    np.testing.assert_array_equal(labels == 1, prediction == 1)
    assert (labels == 2).any()
    assert user.heard[-1].action is not None
    user.heard[-1].action()
    user.window.presenter.set_focus(None)
    listed(user, 3)

    user.key(Qt.Key.Key_T)
    user.click(30, 90)
    user.wait(lambda: user.window.actions_by_name["take selection"].isEnabled())
    user.window.actions_by_name["take selection"].trigger()
    assert user.label_at(30, 90) == 0
    assert user.label_at(40, 40) == 1
    listed(user, 2)


def test_suspicious_labels_are_ranked_gone_to_and_fixed(comparing: User, monkeypatch: pytest.MonkeyPatch) -> None:
    user, window = comparing, comparing.window
    read = images_looked_at(monkeypatch)
    window.comparing.show_page("suspicious")
    page = window.analysis.findChild(SuspiciousPage)
    assert page is not None
    user.bot.mouseClick(page.look, Qt.MouseButton.LeftButton)
    user.wait(lambda: len(page.lists) == 6 and page.look.isVisible())
    table = page.lists.regions.ranked

    def seen_of_first() -> QColor:
        picture = table.data(table.index(0, 0), Qt.ItemDataRole.DecorationRole).pixmap(40, 40)
        return QColor(picture.toImage().pixelColor(20, 20))

    user.wait(lambda: seen_of_first().alpha() == 255)
    user.key(Qt.Key.Key_N)
    user.wait(lambda: window.errors.current is not None)
    assert window.session.current is not None
    assert window.session.current.sample.id == "b", "the model is sure there"
    assert current(user).rect == PHANTOM
    click(user, "take")
    assert user.label_at(110, 80) == 1
    assert len(page.lists) == 5
    user.wait(lambda: window.errors.current is not None)
    user.saved()

    window.actions_by_name["analysis"].trigger()
    QTest.qWait(0)
    assert window.errors.guide is None, "the keys go through the image again"
    assert read
    user.wait(lambda: all(image() is None for image in read))


def test_nothing_to_compare_is_said(user: User, street: Path) -> None:
    for path in (street / "predictions").rglob("*.png"):
        path.unlink()
    user.open(street)
    user.window.set_mode("compare")
    user.wait(lambda: user.window.bench.errors.settled)
    assert user.window.errors_panel.model.rowCount() == 0
    assert not user.window.actions_by_name["take prediction"].isEnabled()


def test_what_is_suspicious_is_so_of_one_run(comparing: User, street: Path) -> None:
    user, window = comparing, comparing.window
    window.comparing.show_page("suspicious")
    page = window.analysis.findChild(SuspiciousPage)
    assert page is not None
    user.bot.mouseClick(page.look, Qt.MouseButton.LeftButton)
    user.wait(lambda: len(page.lists) == 6 and page.look.isVisible())
    user.bot.mouseClick(
        page.lists.regions.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.lists.regions.visualRect(page.lists.regions.model().index(1, 0)).center(),
    )
    user.wait(lambda: window.errors.current is not None)
    window.session.choose_run(None)
    user.wait(lambda: not len(page.lists))
    assert window.errors.guide is None
    assert not page.look.isEnabled(), "there is nothing to hold against the labels"


def test_images_are_ranked_too(comparing: User, street: Path) -> None:
    user, window = comparing, comparing.window
    (street / "predictions" / "net" / "a.confidence.png").unlink()
    window.comparing.show_page("suspicious")
    page = window.analysis.findChild(SuspiciousPage)
    assert page is not None
    user.bot.mouseClick(page.look, Qt.MouseButton.LeftButton)
    user.wait(lambda: len(page.lists) == 6 and page.look.isVisible())
    page.lists.show_by("images")
    page.lists.images.picked.emit(1)
    user.wait(lambda: window.session.current.sample.id == "b" and window.errors.current is not None)  # type: ignore[union-attr]
    assert current(user).rect == PHANTOM, "the largest of its regions"
