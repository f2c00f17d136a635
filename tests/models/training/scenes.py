"""Pictures of bright discs and reddish squares that may touch, of which a small Mask R-CNN learns in a minute."""

import numpy as np

from segstudio.core.raster import LabelMap, RgbImage
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description
from segstudio.models.references import Option

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(9, "disc", (255, 0, 0), thing=True),
        LabelClass(4, "square", (0, 255, 0), thing=True),
    )
)
SIDE = 64
OPTIONS: dict[str, Option] = {
    "in_channels": 3,
    "classes": 3,
    "backbone": "resnet18",
    "min_size": SIDE,
    "max_size": SIDE,
}
OBJECTS = Description("mask_rcnn", OPTIONS, SCHEMA)


def scene(seed: int) -> tuple[RgbImage, LabelMap]:
    """Return a dark noisy picture of up to four objects, the later ones on top, and its labels."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    classes, numbers = np.zeros((SIDE, SIDE), np.uint8), np.zeros((SIDE, SIDE), np.uint32)
    colors = np.full((SIDE, SIDE, 3), 40)
    for number in range(1, int(random.integers(2, 5))):
        (row, column), radius = random.integers(12, SIDE - 12, 2), random.integers(8, 13)
        disc = bool(random.integers(2))
        inside = (
            (y - row) ** 2 + (x - column) ** 2 < radius**2
            if disc
            else np.maximum(abs(y - row), abs(x - column)) < radius
        )
        classes[inside], numbers[inside] = (9, number) if disc else (4, number)
        colors[inside] = (210, 210, 210) if disc else (220, 90, 60)
    noisy = colors + random.integers(-15, 16, (SIDE, SIDE, 3))
    return noisy.clip(0, 255).astype(np.uint8), LabelMap(classes, numbers)
