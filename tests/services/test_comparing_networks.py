"""How near two models are: no difference hides behind what is no number, or behind the size of a picture."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage
from segstudio.models import Segmenter, load_model
from segstudio.models.inference import TorchSegmenter
from segstudio.services.comparing_networks import TOLERANCE, allowed_difference, compared, largest_difference
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource

NAN, INF = float("nan"), float("inf")
Change = Callable[[RgbImage, NDArray[np.float32]], NDArray[np.float32]]


def scores(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ((1, 2), (1, 2.5), 0.5),
        ((NAN, 1), (NAN, 1), 0),
        ((INF, -INF), (INF, -INF), 0),
        ((1, 2), (1, NAN), INF),
        ((NAN, 2), (1, 2), INF),
        ((INF, 2), (-INF, 2), INF),
        ((INF, 2), (NAN, 2), INF),
        ((INF, 2), (1, 2), INF),
        ((), (), 0),
    ],
)
def test_what_is_no_number_is_alike_only_to_itself(
    here: tuple[float, ...], there: tuple[float, ...], expected: float
) -> None:
    assert largest_difference(scores(*here), scores(*there)) == expected


class Changed(TorchSegmenter):
    """The sample model, which says something else of some pictures."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self.__dict__.update(sample().__dict__)

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        return self._change(image, super().scores(image))


def sample() -> Segmenter:
    return load_model(resource(MODEL), "cpu", 1)


def above(side: int) -> Change:
    return lambda image, found: found + 1 if max(image.shape[:2]) > side else found


def below(side: int) -> Change:
    return lambda image, found: found + 1 if min(image.shape[:2]) < side else found


def stopping(image: RgbImage, found: NDArray[np.float32]) -> NDArray[np.float32]:
    if image.shape[0] < 100:
        raise SegstudioError("It takes no image of that size.")
    return found


@pytest.mark.parametrize("change", [above(300), below(100), lambda _, found: found * np.nan])
def test_a_network_that_decides_by_the_size_of_a_picture_is_another_one(change: Change) -> None:
    *_, last = compared(sample(), Changed(change))
    assert last.difference >= 1


def test_the_size_decides_nothing_where_pictures_are_brought_to_one() -> None:
    model = sample()
    said = model.info
    sized = model.redescribed(replace(said.preprocess, size=(64, 96)), said.classes, ())
    assert len(list(compared(sized, sized))) == 2
    assert len(list(compared(model, model))) == 4


def test_a_size_that_the_model_does_not_take_is_left_out() -> None:
    assert len(list(compared(Changed(stopping), sample()))) == 3
    with pytest.raises(SegstudioError, match="no image of that size"):
        list(compared(sample(), Changed(stopping)))


def test_what_is_allowed_goes_by_the_range_of_the_class() -> None:
    """A network whose scores reach 1e12 may round by 1e6; a class that is far from the others hides nothing of them."""
    far, near = scores(-1e4, -1e4), scores(0, 5)
    assert allowed_difference(scores(0, 1e12)) == pytest.approx(1e8, rel=0.01)
    assert allowed_difference(near) == allowed_difference(scores(*near, INF)) == TOLERANCE
    assert allowed_difference(near, half=True) == pytest.approx(0.1, rel=0.01)
    assert allowed_difference(far) < 0.01
    assert allowed_difference(scores(NAN)) == TOLERANCE


def coarser(image: RgbImage, found: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(found[:, ::4, ::4])


def test_scores_of_another_size_are_brought_to_one_before_they_are_compared() -> None:
    """A graph may give what it computed, or that enlarged to its input: both predict the same."""
    coarse = Changed(coarser)
    *_, last = compared(coarse, Enlarging(coarse))
    assert last.part < 0.1
    assert last.faithful
    *_, last = compared(coarse, sample())
    assert not last.faithful


class Enlarging(Changed):
    """What another model says, as large as the picture that it is given."""

    def __init__(self, model: Changed) -> None:
        super().__init__(lambda image, found: found)
        self._model = model

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        found, shape = torch.from_numpy(self._model.scores(image)), super().scores(image).shape[1:]
        large = torch.nn.functional.interpolate(found[None], shape, mode="bilinear", align_corners=False)
        return np.asarray(large[0].numpy(), np.float32)
