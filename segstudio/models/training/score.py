"""How well a network does on examples that it does not learn from."""

from typing import Final, Protocol

import numpy as np
import torch
from torch import nn

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.raster import LabelMap, LabelPlane, RgbImage
from segstudio.models.description import Description
from segstudio.models.inference import to_input
from segstudio.models.instances import prediction_of


class PixelScoring:
    """Counts of pixels summed over examples, one after the other, and what follows from them."""

    def __init__(self, network: nn.Module, description: Description) -> None:
        self._network: Final = network
        self._preprocess: Final = description.preprocess
        self._ids: Final = np.array([c.id for c in description.classes.scored], description.classes.dtype)
        self._counter: Final = PairCounter(description.classes)
        self._counts = Confusion.zero(description.classes)

    @torch.inference_mode()
    def add(self, image: RgbImage, labels: LabelPlane) -> None:
        """Predict an image and count where the prediction agrees with its labels."""
        self._network.eval()
        pixels = to_input([image], self._preprocess, next(self._network.parameters()).device)
        channels = self._network(pixels).argmax(1)[0].cpu().numpy()
        self._counts += self._counter.count(labels, self._ids[channels])

    @property
    def score(self) -> float:
        """The mean IoU over the classes present in truth or prediction; 0 where nothing was counted."""
        counts = self._counts.counts
        both, hit = counts[:, :-1], counts.diagonal()
        union = both.sum(0) + both.sum(1) - hit
        return float((hit[union > 0] / union[union > 0]).mean()) if union.any() else 0.0

    @property
    def trivial(self) -> float:
        """What calling every pixel the most frequent class would score."""
        truth = self._counts.counts.sum(1)
        return float(truth.max() / truth.sum() / (truth > 0).sum()) if truth.any() else 1.0


class Quality(Protocol):
    """Adds up over images how well the objects that were found agree with those that there are."""

    def add(self, truth: LabelMap, found: LabelMap) -> None: ...

    @property
    def value(self) -> float:
        """0..1, the higher the better; 0 where there were no objects."""
        ...


class ObjectScoring:
    """The quality of the objects that are found in examples, one after the other."""

    def __init__(self, network: nn.Module, description: Description, quality: Quality) -> None:
        self._network: Final = network
        self._preprocess: Final = description.preprocess
        self._ids: Final[LabelPlane] = np.array([c.id for c in description.classes.scored], description.classes.dtype)
        self._quality: Final = quality
        self._any = False

    @torch.inference_mode()
    def add(self, image: RgbImage, labels: LabelMap) -> None:
        """Find the objects of an image and hold them against those of its labels."""
        self._network.eval()
        (found,) = self._network(to_input([image], self._preprocess, next(self._network.parameters()).device))
        prediction = prediction_of(found, self._ids)
        self._any = self._any or bool(labels.instances is not None and labels.instances.any())
        self._quality.add(labels, LabelMap(prediction.labels, prediction.instances))

    @property
    def score(self) -> float:
        return self._quality.value

    @property
    def trivial(self) -> float:
        """What finding nothing scores."""
        return 0.0 if self._any else 1.0
