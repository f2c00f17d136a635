"""Pictures of bright discs, of which a small network learns in seconds."""

from collections.abc import Sequence

import numpy as np
from torch import nn

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description
from segstudio.models.training.examples import Example
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import PixelScoring

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(9, "disc", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)
DISCS = Description("unet", {"in_channels": 3, "classes": 2, "width": 4, "depth": 2}, SCHEMA)
PLAN = Plan(crop=24, epochs=3, batch=2, seed=7, augmentation=Augmentation(turns=True, scale=1.5, light=0.1))


def disc(seed: int) -> Example:
    """A bright disc on a dark noisy ground, with an ignored frame that looks bright too."""
    random_ = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    inside = (y - random_.integers(10, 22)) ** 2 + (x - random_.integers(10, 22)) ** 2 < 40
    labels = np.where(inside, 9, 0).astype(np.uint8)
    labels[:2] = 255
    image = np.where((inside | (labels == 255))[..., None], 190, 60) + random_.integers(-20, 20, (32, 32, 3))
    return image.astype(np.uint8), labels


EXAMPLES = [disc(seed) for seed in range(4)]
UNSEEN = [disc(100), disc(101)]


def mean_iou(network: nn.Module, description: Description, examples: Sequence[Example]) -> float:
    scoring = PixelScoring(network, description)
    for example in examples:
        scoring.add(*example)
    return scoring.score
