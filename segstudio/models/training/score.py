"""How well a network does on examples that it does not learn from."""

import numpy as np
import torch
from torch import nn

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.models.description import Description
from segstudio.models.inference import to_input
from segstudio.models.training.examples import Examples


@torch.inference_mode()
def mean_iou(network: nn.Module, description: Description, examples: Examples) -> float:
    """Return the mean IoU over the classes present in truth or prediction, from counts summed over all examples."""
    network.eval()
    device = next(network.parameters()).device
    ids = np.array([c.id for c in description.classes.scored], description.classes.dtype)
    counter, counts = PairCounter(description.classes), Confusion.zero(description.classes)
    for index in range(len(examples)):
        image, labels = examples[index]
        pixels = to_input([image], description.preprocess, device)
        counts += counter.count(labels, ids[network(pixels).argmax(1)[0].cpu().numpy()])
    both, hit = counts.counts[:, :-1], counts.counts.diagonal()
    union = both.sum(0) + both.sum(1) - hit
    return float((hit[union > 0] / union[union > 0]).mean()) if union.any() else 0.0
