"""Two models beside each other: A and B, dropped, run, compared and changed."""

from collections.abc import Callable
from pathlib import Path

from tests.journeys.models import LEFT, drop, loaded, predict
from tests.journeys.user import User


def test_two_models_dropped_are_a_and_b(user: User, tiny_project: Path, weights: Callable[[str, int], Path]) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    panel, session = user.window.model_panel, user.window.session
    assert panel.card.sides.isVisible()
    assert panel.card.file.accessibleDescription() == "b.pth"
    user.bot.mouseClick(panel.card.sides.button("a"), LEFT)
    assert panel.card.file.accessibleDescription() == "a.pth"
    with user.bot.waitSignals([user.window.bench.predictor.run_ended] * 2, timeout=60_000):
        user.bot.mouseClick(panel.predict.folder, LEFT)
    assert session.run is not None
    assert session.other_run is not None
    assert session.run.name.startswith("a-")
    assert session.other_run.name.startswith("b-")
    user.window.actions_by_name["remove model"].trigger()
    loaded(user, "a.pth")
    assert not panel.card.sides.isVisible()
    assert panel.card.file.accessibleDescription() == "a.pth"


def test_a_second_model_of_one_image_is_in_the_confusion_of_that_image_alone(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    choice, current, told = user.window.confusion_choice, user.window.session.current, list[bool]()
    choice.changed.connect(lambda: told.append(choice.paired))
    assert not choice.paired
    user.window.set_mode("compare")
    predict(user)
    assert told == [True]
    assert current is not None
    assert current.other_by == "b.pth"
    choice.choose(of="B", scope="image")
    matrix = choice.matrix()
    assert matrix is not None
    assert current.other_scored is not None
    assert matrix.confusion is current.other_scored.confusion
    choice.choose(scope="set")
    assert choice.matrix() is None
    assert user.window.confusion_panel.plot.note.startswith("b.pth has predicted this image alone.")
    user.window.bench.predictor.take("b", None)
    assert not choice.paired


def test_what_is_loaded_is_shown_though_the_card_of_the_other_is_open(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    panel, predictor = user.window.model_panel, user.window.bench.predictor
    user.bot.mouseClick(panel.card.sides.button("b"), LEFT)
    predictor.load(weights("c.pth", 2))
    loaded(user, "c.pth", "b.pth")
    assert panel.card.file.accessibleDescription() == "c.pth"
    assert panel.card.sides.button("a").isChecked()
    assert panel.card.visibleRegion().contains(panel.card.file.geometry().center())
    assert user.heard[-1].title == "A is now c.pth"
    predictor.load(weights("d.pth", 3), "b")
    loaded(user, "c.pth", "d.pth")
    assert panel.card.file.accessibleDescription() == "d.pth"
    assert user.heard[-1].title == "B is now d.pth"
