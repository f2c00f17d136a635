"""Look at truth and two predictions in every way there is, while one paints."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from segstudio.gui.canvas.contents import CONTENTS, Need
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS
from segstudio.gui.messages import Toast
from segstudio.overlays.agreement import Difference, agreements, differences
from segstudio.overlays.base import OverlayInput, Style
from segstudio.overlays.errors import Verdict, verdict
from segstudio.services.legend import Legend
from tests.journeys.compared import write_project
from tests.journeys.user import User

WIDTH, HEIGHT = 96, 72
CLASSES = {"ground": "#000000", "cell": "#e6194b", "rod": "#3cb44b"}
MakeProject = Callable[..., Path]


def cells(shift: int, second: int) -> NDArray[np.uint8]:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[10:40, 10 + shift : 40 + shift] = 1
    labels[44:64, 50 - shift : 84 - shift] = second
    return labels


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Return what writes a project of two images with the runs "a" and "b", where wanted with labels and confidence."""

    def make(truth: bool = True, runs: str = "ab", confidence: bool = True) -> Path:
        planes: dict[str, NDArray[np.uint8]] = {}
        rng = np.random.default_rng(1)
        for name in ("first", "second"):
            planes[f"images/{name}"] = rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
            if truth:
                planes[f"masks/{name}"] = cells(0, 2)
            for run, labels in (("a", cells(3, 2)), ("b", cells(-4, 1))):
                if run in runs:
                    planes[f"predictions/{run}/{name}"] = labels
                if run in runs and confidence:
                    planes[f"predictions/{run}/{name}.confidence"] = rng.integers(100, 256, (HEIGHT, WIDTH), np.uint8)
        return write_project(tmp_path / "pair", planes, CLASSES, "ground")

    return make


def compare(user: User, root: Path, both: bool = True) -> None:
    """Open a project and compare run a, and where wanted b, with what truth there is."""
    user.open(root)
    window = user.window
    window.set_mode("compare")
    runs = {run.name: run for run in window.session.project.runs}  # type: ignore[union-attr]
    if "a" in runs:
        window.session.choose_run(runs["a"])
        user.wait(lambda: Need.PREDICTION in window.presenter.there)
    if both:
        window.session.choose_other(runs["b"])
        user.wait(lambda: Need.OTHER in window.presenter.there)


def look(user: User, key: str) -> QImage:
    """Choose a way to look in the menu; return what is then on the canvas, titles and all."""
    user.window.actions_by_name[f"look {key}"].trigger()
    user.wait(lambda: user.window.presenter.layout_key == key)
    return user.window.canvas.grab().toImage()


def stay(user: User, key: str) -> None:
    """Have a way to look chosen, whether it has anything to show or not, as when it was chosen for another image."""
    user.window.presenter.look(key)
    user.window.canvas.grab()


def legends(user: User) -> list[Legend]:
    """Return the legends that are seen."""
    return [box.shown for box in user.window.captions.boxes if box.isVisible() and box.shown is not None]


def titles(user: User) -> list[str]:
    return [title.accessibleName() for title in user.window.captions.titles if title.isVisible()]


def seen(user: User) -> OverlayInput:
    """Return the whole open sample as an overlay is given it."""
    current, project = user.window.session.current, user.window.session.project
    assert current is not None
    assert project is not None
    style = Style.of(project.schema, 0.5, focus=user.window.presenter.focus)
    return OverlayInput(np.array(current.document.labels), current.prediction, style, (0, 0), other=current.other)


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """Return the menus that open, newest last: the offscreen platform has no pop-ups."""
    opened: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: opened.append(menu))
    return opened


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_every_way_to_look_shows_something_else_and_says_what(user: User, project: MakeProject) -> None:
    compare(user, project())
    shown = {}
    for key in COMPARE_LAYOUTS:
        image = look(user, key)
        user.wait(user.window.actions_by_name[f"look {key}"].isChecked)
        assert len(titles(user)) == len(COMPARE_LAYOUTS[key].overlays)
        user.wait(lambda: legends(user))
        shown[key] = bytes(image.constBits())
    assert shown.pop("blink") == shown["prediction"], "it begins with the prediction"
    assert len(set(shown.values())) == len(shown)
    assert not user.errors()


def test_the_bar_has_the_most_used_and_the_menu_all(user: User, project: MakeProject) -> None:
    compare(user, project())
    bar = user.window.canvas_bar
    for width in (1280, 1600):
        user.window.resize(width, 720)
        user.wait(lambda: bar.width() < user.window.width())
        buttons = [bar.segments.button(key) for key in COMPARE_LAYOUTS]
        for button in buttons:
            if button.isVisible():
                assert bar.rect().contains(button.mapTo(bar, button.rect().bottomRight()))
                assert button.width() >= button.sizeHint().width()
        assert bar.more.isVisible()
    assert {f"look {key}" for key in COMPARE_LAYOUTS} <= {
        name for name, action in user.window.actions_by_name.items() if action in bar.more.menu().actions()
    }
    shown = {key: bar.segments.button(key).isVisible() for key in COMPARE_LAYOUTS}
    assert shown["errors"]
    look(user, "row")
    assert bar.more.choice == COMPARE_LAYOUTS["row"].text
    assert bar.more.toolTip().startswith(bar.more.choice)
    assert {key: bar.segments.button(key).isVisible() for key in COMPARE_LAYOUTS} == shown, "whatever it says"


@pytest.mark.parametrize(
    ("key", "judge", "meaning"),
    [
        ("errors", verdict, {"Right": Verdict.HIT, "Extra": Verdict.EXTRA, "Missed": Verdict.MISSED}),
        ("difference", differences, {"Both right": Difference.BOTH_RIGHT, "Only A right": Difference.ONLY_A}),
        ("agreement", agreements, {"Only A": Verdict.EXTRA, "Only B": Verdict.MISSED}),
    ],
)
def test_the_numbers_follow_the_brush(
    user: User,
    project: MakeProject,
    key: str,
    judge: Callable[[OverlayInput], np.ndarray],
    meaning: dict[str, int],
) -> None:
    compare(user, project())
    look(user, key)

    def told() -> dict[str, int | None]:
        return {entry.text: entry.pixels for legend in legends(user) for entry in legend.entries}

    def exact() -> dict[str, int]:
        found = judge(seen(user))
        return {text: int((found == kind).sum()) for text, kind in meaning.items()}

    user.key(Qt.Key.Key_B)
    for _ in range(2):
        user.wait(lambda: exact().items() <= told().items())
        user.drag((12, 12), (60, 50))


def test_a_class_in_focus_is_what_legends_tell_of(user: User, project: MakeProject) -> None:
    compare(user, project())
    look(user, "errors")
    user.window.presenter.set_focus(1)
    user.wait(lambda: [legend.head for legend in legends(user)] == ["cell, this image"])
    counts = {entry.text: entry.pixels for entry in legends(user)[0].entries}
    found = verdict(seen(user))
    assert counts["False positive"] == int((found == Verdict.EXTRA).sum())


def test_a_pane_shows_what_its_title_is_asked_for(user: User, project: MakeProject, menus: list[QMenu]) -> None:
    compare(user, project())
    look(user, "panes")
    left = user.window.captions.titles[0]
    user.bot.mouseClick(left, Qt.MouseButton.LeftButton)
    menu = menus[-1]
    texts = [action.text() for action in menu.actions()]
    assert [content.text for content in CONTENTS.values()] == texts[: len(CONTENTS)]
    choose(menu, "Errors of B")
    assert titles(user)[0] == "Pane: Errors of B, b"
    assert [pane.overlay for pane in user.window.canvas.panes()] == ["other errors", "truth"]
    user.window.actions_by_name["pane"].trigger()
    choose(menus[-1], "As it was")
    assert [pane.overlay for pane in user.window.canvas.panes()] == ["prediction", "truth"]


@pytest.mark.parametrize("key", [key for key, layout in COMPARE_LAYOUTS.items() if len(layout.overlays) > 1])
def test_one_paints_in_any_pane_and_all_show_it(user: User, project: MakeProject, key: str) -> None:
    compare(user, project())
    look(user, key)
    user.key(Qt.Key.Key_B)
    user.window.session.options.choose(2)
    user.window.session.options.resize(5)
    canvas = user.window.canvas
    for number, pane in enumerate(canvas.panes()):
        x, y = 20 + 4 * number, 50
        if canvas.layout_shown.swipes:
            x, y = (20, 50) if number == 0 else (80, 30)
        left, top = canvas.view.to_screen(x + 0.5, y + 0.5)
        at = QPoint(round(left), round(top)) + pane.origin
        before = canvas.grab().toImage()
        user.bot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        assert user.label_at(x, y) == 2
        in_part = canvas.grab().toImage()
        assert in_part != before
        canvas.redraw()
        assert canvas.grab().toImage() == in_part


def test_a_press_draws_nothing_until_a_tool_is_chosen_in_compare(user: User, project: MakeProject) -> None:
    compare(user, project())
    before = user.label_at(60, 50)
    drawn = 1 if before == 2 else 2
    user.window.session.options.choose(drawn)
    user.click(60, 50)
    assert user.label_at(60, 50) == before
    user.window.set_mode("label")
    assert user.window.tool == "brush", "what is chosen in Compare is Compare's alone"
    user.window.set_mode("compare")
    assert user.window.tool == "pan"
    user.key(Qt.Key.Key_B)
    user.click(60, 50)
    assert user.label_at(60, 50) == drawn


@pytest.mark.parametrize("key", ["prediction", "other", "agreement"])
def test_a_stroke_that_would_not_be_seen_is_refused(user: User, project: MakeProject, key: str) -> None:
    compare(user, project())
    look(user, key)
    user.key(Qt.Key.Key_B)
    before = user.label_at(60, 50)
    drawn = 1 if before == 2 else 2
    user.window.session.options.choose(drawn)
    user.click(60, 50)
    assert user.label_at(60, 50) == before
    assert "not in view" in user.heard[-1].title
    assert user.heard[-1].action is not None
    user.heard[-1].action()
    user.click(60, 50)
    assert user.label_at(60, 50) == drawn


def test_held_q_shows_the_truth_and_let_go_the_prediction_again(user: User, project: MakeProject) -> None:
    compare(user, project())
    plain = look(user, "prediction")
    window = user.window
    window.canvas.setFocus()
    user.bot.keyPress(window.canvas, Qt.Key.Key_Q)
    assert titles(user) == ["Pane: Truth, labels"]
    assert window.canvas.grab().toImage() != plain
    user.wait(lambda: not window.holding.tap.isActive())
    user.bot.keyRelease(window.canvas, Qt.Key.Key_Q)
    user.wait(lambda: not window.canvas.swapped)
    assert titles(user) == ["Pane: Prediction A, a"]


def test_what_is_held_can_be_chosen(user: User, project: MakeProject, menus: list[QMenu]) -> None:
    compare(user, project())
    look(user, "prediction")
    user.window.actions_by_name["pane"].trigger()
    menu = menus[-1]
    held = next(action.menu() for action in menu.actions() if "Q" in action.text())
    assert isinstance(held, QMenu)
    choose(held, "Prediction B")
    menu.close()
    user.window.actions_by_name["blink"].trigger()
    assert titles(user) == ["Pane: Prediction B, b"]


def test_blink_goes_on_by_itself_but_not_under_a_stroke(user: User, project: MakeProject) -> None:
    compare(user, project())
    look(user, "blink")
    canvas = user.window.canvas
    user.wait(lambda: canvas.swapped)
    user.wait(lambda: not canvas.swapped)
    with user.bot.waitSignal(canvas.panes_changed):
        pass
    stroke = canvas.document.begin("x")  # type: ignore[union-attr]
    before = canvas.swapped
    user.window.presenter._blink()
    assert canvas.swapped == before
    stroke.commit()
    look(user, "errors")
    assert not canvas.swapped


def test_the_lens_shows_the_truth_under_the_pointer(user: User, project: MakeProject, menus: list[QMenu]) -> None:
    compare(user, project())
    plain = look(user, "errors")
    user.bot.mouseMove(user.window.canvas, user.at(3, 3))
    user.key(Qt.Key.Key_Z)
    user.bot.mouseMove(user.window.canvas, user.at(60, 50))
    assert user.window.lens.seen
    assert user.window.canvas_bar.lens.isChecked()
    assert user.window.canvas.grab().toImage() != plain
    user.window.actions_by_name["lens shows"].trigger()
    choose(menus[-1], "4 times as large")
    assert user.window.lens.factor == 4
    user.window.set_mode("label")
    assert not user.window.lens.seen


def test_without_a_truth_two_predictions_are_compared_with_each_other(user: User, project: MakeProject) -> None:
    compare(user, project(truth=False))
    stay(user, "errors")
    assert titles(user) == ["Pane: A against B, instead of Errors of A: there are no labels"]
    user.wait(lambda: [legend.head for legend in legends(user)] == ["All classes"])
    assert not user.window.canvas_bar.segments.button("difference").isEnabled()
    for key in COMPARE_LAYOUTS:
        stay(user, key)
    stay(user, "errors")
    user.window.choose_tool("brush")
    user.drag((10, 10), (20, 20))
    user.wait(lambda: titles(user) == ["Pane: Errors of A, a"])
    assert not user.errors()


def test_with_a_truth_alone_it_is_shown_and_the_rest_says_what_to_do(user: User, project: MakeProject) -> None:
    compare(user, project(runs=""), both=False)
    for key in COMPARE_LAYOUTS:
        stay(user, key)
    stay(user, "panes")
    assert all(title.startswith("Pane: Truth") for title in titles(user))
    button = user.window.canvas_bar.segments.button("errors")
    assert not button.isEnabled()
    assert Need.PREDICTION.value in button.toolTip()
    action = user.window.actions_by_name["look difference"]
    user.wait(lambda: not action.isEnabled())
    assert Need.PREDICTION.value in action.toolTip()
    assert not user.errors()


def test_nothing_at_all_is_no_failure_either(user: User, project: MakeProject) -> None:
    compare(user, project(truth=False, runs=""), both=False)
    for key in COMPARE_LAYOUTS:
        stay(user, key)
    assert not user.errors()


def test_a_run_without_confidence_says_how_to_keep_it(user: User, project: MakeProject) -> None:
    compare(user, project(confidence=False), both=False)
    stay(user, "confidence")
    assert titles(user) == ["Pane: Prediction A, instead of Confidence of A: the run kept none"]
    assert "Keep confidence" in user.window.actions_by_name["look confidence"].toolTip()


def test_the_layout_stays_when_one_steps_to_another_image(user: User, project: MakeProject) -> None:
    compare(user, project())
    look(user, "panes 4")
    first = user.window.session.current
    user.window.samples.step(1)
    user.wait(lambda: user.window.session.current is not first)
    assert len(titles(user)) == 4
    user.wait(lambda: len(legends(user)) >= 2)


def test_legends_of_many_panes_are_folded_until_one_is_clicked(user: User, project: MakeProject) -> None:
    compare(user, project())
    user.wait(lambda: legends(user))
    boxes = user.window.captions.boxes
    open_height = boxes[0].height()
    look(user, "panes 3")
    user.wait(lambda: sum(box.isVisible() for box in boxes) > 1)
    box = next(box for box in boxes if box.isVisible())
    folded = box.height()
    assert folded < open_height
    user.bot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert box.sizeHint().height() > folded
    look(user, "errors")
    user.wait(lambda: boxes[0].isVisible())
    assert boxes[0].height() == open_height, "of one pane they are as they were"


def test_messages_do_not_lie_over_legends(user: User, project: MakeProject) -> None:
    compare(user, project())
    user.window.resize(1280, 720)
    user.wait(lambda: legends(user))
    user.window.bench.messages.warn("Something is as it should not be, and it takes long to say.", "So it is said.")
    user.wait(lambda: user.window.stage.findChildren(Toast))
    box = next(box for box in user.window.captions.boxes if box.isVisible())
    for toast in user.window.stage.findChildren(Toast):
        assert not toast.geometry().intersects(box.geometry())


def test_legends_can_be_left_away(user: User, project: MakeProject) -> None:
    compare(user, project())
    look(user, "errors")
    user.wait(lambda: legends(user))
    user.window.actions_by_name["legends"].trigger()
    assert not legends(user)
    user.window.actions_by_name["legends"].trigger()
    user.wait(lambda: legends(user))


@pytest.mark.parametrize("name", ["confidence", "entropy", "error distances", "signed contours"])
def test_the_second_prediction_is_seen_in_a_pane_of_its_own(user: User, project: MakeProject, name: str) -> None:
    compare(user, project())
    look(user, "panes")
    user.window.presenter.show_in(0, name)
    user.window.presenter.show_in(1, f"other {name}")
    assert [title.rsplit(", ", 1)[1] for title in titles(user)] == ["a", "b"]
    assert "instead of" not in "".join(titles(user))
    shown = user.window.canvas.grab().toImage()
    user.window.presenter.show_in(1, name)
    assert user.window.canvas.grab().toImage() != shown, "B is drawn from its own labels and confidence"
