"""Two models asked of the open image alone are A and B in Compare, under their own names."""

from pathlib import Path

from segstudio.core.schema import LabelClass, LabelSchema
from tests.gui.by_hand import Uniform
from tests.journeys.user import User

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))


def test_a_and_b_of_this_image_are_named_and_scored(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    predictor, metrics = user.window.bench.predictor, user.window.metrics
    predictor.take("a", Uniform(tmp_path / "a.pth", CLASSES))
    predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES))
    predictor.predict_current()
    user.wait(lambda: not predictor.busy)
    user.window.set_mode("compare")
    choice = metrics.predictions
    names = [(each.currentIndex(), each.placeholderText()) for each in (choice.runs, choice.others)]
    assert names == [(-1, "This image, by a.pth"), (-1, "This image, by b.pth")]
    user.wait(lambda: metrics.headline.others[0].isVisible())
    assert "%" in metrics.headline.others[2].text() or metrics.headline.others[2].text()[0].isdigit()
    assert metrics.headline.others[2].text() == metrics.headline.numbers[2].text(), "both say the same of each pixel"

    predictor.take("b", None)
    user.wait(lambda: not metrics.headline.others[0].isVisible())
    assert choice.others.currentText() == "No second prediction"
    predictor.take("a", Uniform(tmp_path / "c.pth", CLASSES))
    assert choice.runs.placeholderText() == "No predictions yet"
