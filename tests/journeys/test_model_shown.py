"""Whose prediction is shown in Predict: that of the model whose card is open, and it says so."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from segstudio.core.schema import LabelClass, LabelSchema
from tests.gui.by_hand import Uniform, add_run
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton
CLASSES = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (200, 0, 0)),
        LabelClass(7, "bubble", (0, 0, 250)),
    )
)


@pytest.fixture
def two(user: User, tiny_project: Path, tmp_path: Path) -> User:
    """Predict an image with A, which finds the second class everywhere, and B, which finds one of its own."""
    user.open(tiny_project)
    user.window.set_mode("predict")
    predictor = user.window.bench.predictor
    predictor.take("a", Uniform(tmp_path / "one.pth", CLASSES, 1))
    predictor.take("b", Uniform(tmp_path / "two.pth", CLASSES, 7))
    predictor.predict_current()
    user.wait(lambda: user.window.session.current is not None and user.window.session.current.other_by)
    return user


def title(user: User) -> str:
    """Return what stands over the picture, "" for nothing."""
    return ", ".join(t.accessibleName().removeprefix("Pane: ") for t in user.window.captions.titles if t.isVisible())


def shares(user: User) -> list[str]:
    return [entry.rsplit(" ", 2)[0] for entry in user.window.model_panel.found.bars.accessibleDescription().split(", ")]


def test_the_picture_and_the_shares_are_of_the_model_whose_card_is_open(two: User) -> None:
    sides = two.window.model_panel.card.sides
    assert title(two) == "Prediction A, this image, by one.pth"
    assert shares(two) == ["cell"]
    of_a = two.color_at(5.5, 5.5)
    two.bot.mouseClick(sides.button("b"), LEFT)
    assert title(two) == "Prediction B, this image, by two.pth"
    assert shares(two) == ["bubble"]
    two.wait(lambda: two.color_at(5.5, 5.5).blue() > of_a.blue() + 40)
    two.bot.mouseClick(sides.button("a"), LEFT)
    two.wait(lambda: two.color_at(5.5, 5.5) == of_a)
    assert shares(two) == ["cell"]


def test_a_model_that_predicted_nothing_shows_nothing_of_the_other(two: User, tmp_path: Path) -> None:
    two.bot.mouseClick(two.window.model_panel.card.sides.button("b"), LEFT)
    two.window.bench.predictor.take("b", Uniform(tmp_path / "three.pth", CLASSES, 1))
    two.wait(lambda: two.window.session.current is not None and two.window.session.current.other is None)
    assert title(two) == "Prediction B, there is no prediction B"
    assert not two.window.model_panel.found.isVisible()
    two.window.actions_by_name["remove model"].trigger()
    two.wait(lambda: title(two) == "Prediction, this image, by one.pth")


def test_the_run_of_another_model_is_named(user: User, tiny_project: Path, tmp_path: Path) -> None:
    add_run(tiny_project, "before", 0, "a")
    user.open(tiny_project)
    user.window.set_mode("predict")
    user.window.bench.predictor.take("a", Uniform(tmp_path / "one.pth", CLASSES, 1))
    user.wait(lambda: title(user) == "Prediction, run before")
    user.bot.mouseClick(user.window.canvas_bar.segments.button("off"), LEFT)
    assert title(user) == ""
    user.window.set_mode("label")
    assert title(user) == ""


def test_the_pixel_below_the_pointer_is_told_of_the_prediction_that_is_seen(two: User) -> None:
    def told() -> str:
        return next(part.text() for part in two.window.status.findChildren(QLabel, "pixelClass"))

    def ends(name: str) -> bool:
        return told().endswith(name)

    for side, name in (("b", "prediction B bubble"), ("a", "prediction cell")):
        two.bot.mouseClick(two.window.model_panel.card.sides.button(side), LEFT)
        two.bot.mouseMove(two.window.canvas, two.at(5, 5 + len(name) % 3))
        two.wait(partial(ends, name))


def test_runs_are_counted_as_they_grow_and_their_names_give_way(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    predictor, dock = user.window.bench.predictor, user.window.run_dock
    predictor.take("a", Uniform(tmp_path / "a_network_with_quite_a_long_name_of_its_own.pth", CLASSES, 1))
    counts: list[str] = []
    predictor.stepped.connect(lambda _: counts.append(dock.runs.item(0).text().rpartition("\n")[2]))
    cancel = user.window.actions_by_name["cancel"]
    cancel.setEnabled(True)
    user.window.action_states.refresh()
    assert not cancel.isEnabled()
    with user.bot.waitSignal(predictor.run_ended):
        user.window.actions_by_name["predict folder"].trigger()
        user.window.action_states.refresh()
        assert cancel.isEnabled()
    assert counts == ["1 image", *(f"{n} images" for n in range(2, len(counts) + 1))]
    assert len(counts) > 1
    assert not dock.runs.horizontalScrollBar().isVisible()
    assert dock.runs.item(0).text().partition("\n")[0] in dock.runs.item(0).toolTip()
