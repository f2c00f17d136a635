"""Two predictions and no label at all, and labels without a prediction: what there is to see, and the ways on."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from segstudio.core.confusion import PairCounter
from segstudio.core.raster import LabelPlane
from segstudio.gui.panels.predictions_choice import ADD
from segstudio.gui.widgets import percent
from segstudio.metrics import overlap
from tests.journeys.compared import STREET, choose_b, write, write_project
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton
CLASSES = {name: STREET[name] for name in ("road", "car")}


def masks(seed: int) -> LabelPlane:
    return np.random.default_rng(seed).integers(0, 2, (24, 32)).astype(np.uint8)


@pytest.fixture
def street(tmp_path: Path) -> Path:
    """Two images and no label."""
    planes = {f"images/{name}": masks(7) * 200 for name in ("a", "b")}
    return write_project(tmp_path / "street", planes, CLASSES, "road")


def test_two_predictions_are_held_against_each_other_until_there_are_labels(user: User, street: Path) -> None:
    for n, run in enumerate(("one", "two")):
        for m, name in enumerate(("a", "b")):
            write(street / "predictions" / run / f"{name}.png", masks(10 * n + m))
    user.open(street)
    window, metrics = user.window, user.window.metrics
    window.set_mode("compare")
    user.wait(lambda: "Choose a second one" in metrics._hint.text())
    choose_b(user, "one")
    project = window.session.project
    assert project is not None
    pairs = [(masks(10 + m), masks(m)) for m in range(2)]
    image, *rest = (PairCounter(project.schema).count(*pair) for pair in pairs)
    headline = metrics.headline
    user.wait(lambda: headline.numbers[0].text() == percent(overlap.mean_iou(image)))
    user.wait(lambda: headline.sets[2].text() == f"set {percent(overlap.pixel_accuracy(image + rest[0]))}")
    assert headline.names[2].text() == "Labelled alike"
    assert "how much A and B agree" in metrics._hint.text()
    assert not headline.others[0].isVisible()
    model = metrics.model
    row = model.row_of(1)
    assert row is not None
    assert model.data(model.index(row, 2)) == percent(float(overlap.iou(image)[1]))

    window.choose_tool("brush")
    user.drag((4, 4), (20, 12))  # now there is a truth
    user.wait(lambda: headline.others[0].isVisible())
    assert headline.names[2].text() == "Pixel accuracy"
    assert "agree" not in metrics._hint.text()


def test_labels_alone_lead_to_a_prediction(user: User, street: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        write(street / "masks" / f"{name}.png", masks(1))
    elsewhere = street.parent / "elsewhere"
    for name in ("a", "b"):
        write(elsewhere / f"{name}.png", masks(2))
    user.open(street)
    window, metrics = user.window, user.window.metrics
    window.set_mode("compare")
    user.wait(lambda: metrics.ways_out.isVisible())
    assert "There is no prediction yet" in metrics._hint.text()
    user.bot.mouseClick(metrics.predict, LEFT)
    assert window.presenter.mode == "predict"
    window.set_mode("compare")

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    runs = metrics.predictions.runs
    last = runs.count() - 1
    assert runs.currentIndex() == -1, "it stands there to be chosen, not as what is chosen"
    assert runs.itemData(last) == ADD
    runs.setCurrentIndex(last)
    runs.activated.emit(last)
    user.wait(lambda: len(window.session.scores) == 2)
    assert runs.currentText() == "elsewhere"
    user.wait(lambda: not metrics.ways_out.isVisible())
