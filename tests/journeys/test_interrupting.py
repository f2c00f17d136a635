"""A model that hangs: cancelling twice, or closing, ends the whole job; then it can be asked again."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import Interrupted
from tests.gui.by_hand import Uniform
from tests.journeys.user import User

CLASSES = LabelSchema(
    (LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0), thing=True))
)


class Hanging(Uniform):
    """Comes to no end of an image until it is interrupted."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, CLASSES)
        self.interrupted, self.asked = threading.Event(), 0

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        self.asked += 1
        assert self.interrupted.wait(60)
        raise Interrupted

    def interrupt(self) -> None:
        self.interrupted.set()

    def resume(self) -> None:
        self.interrupted.clear()


@pytest.fixture
def model(user: User, tiny_project: Path, tmp_path: Path) -> Hanging:
    user.open(tiny_project)
    model = Hanging(tmp_path / "net.safetensors")
    user.window.bench.predictor.take("a", model)
    return model


def predict_all(user: User, model: Hanging, batch: int) -> None:
    """Begin to predict the folder, and wait until it hangs."""
    project = user.window.session.project
    assert project is not None
    user.window.bench.predictor.predict_all(project.samples, batch)
    user.wait(lambda: model.asked == 1)


@pytest.mark.parametrize("batch", [1, 3])
def test_cancelling_twice_ends_the_job(user: User, model: Hanging, batch: int) -> None:
    predictor = user.window.bench.predictor
    predict_all(user, model, batch)
    predictor.cancel()
    assert predictor.busy
    predictor.cancel()
    user.wait(lambda: not predictor.busy)
    assert model.asked == 1, "neither the next image nor one of the batch is tried"
    predictor.predict_current()
    user.wait(lambda: model.asked == 2)
    predictor.cancel()
    predictor.cancel()
    user.wait(lambda: not predictor.busy)
    assert not user.errors(), "whoever interrupted it knows"


@pytest.mark.parametrize("batch", [1, 3])
def test_closing_ends_the_job(user: User, model: Hanging, batch: int) -> None:
    predict_all(user, model, batch)
    user.window.bench.predictor.close()
    assert model.asked == 1
