"""How well a network does on examples that it does not learn from."""

from typing import Final

import numpy as np
import torch
from torch import nn

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.models.description import Description
from segstudio.models.inference import to_input


class Scoring:
    """Counts summed over examples, one after the other, and what follows from them."""

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
    def mean_iou(self) -> float:
        """The mean IoU over the classes present in truth or prediction; 0 where nothing was counted."""
        counts = self._counts.counts
        both, hit = counts[:, :-1], counts.diagonal()
        union = both.sum(0) + both.sum(1) - hit
        return float((hit[union > 0] / union[union > 0]).mean()) if union.any() else 0.0
