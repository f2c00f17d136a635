"""What is said of a network that came as a program: our own metadata where it has them, else the likeliest."""

import json
from pathlib import Path
from typing import Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelSchema
from segstudio.models.description import ORDERS, Description, Preprocess
from segstudio.models.loaders.families import assumed_classes
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.sides import Sides

METADATA: Final = "segstudio.json"
"""The extra file in which a program of ours has its description."""

OUTPUTS: Final = ("out", "logits", "semantic_logits", "masks", "output")
"""What scores by class and pixel are called, where a network returns several things by name; the first counts."""

_FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


def program_description(
    path: Path,
    architecture: str,
    family: str,
    outputs: tuple[int, int],
    sides: Sides,
    *,
    metadata: str = "",
    classes_told: LabelSchema | None = None,
    preprocess: Preprocess | None = None,
    assumed: tuple[str, ...] = (),
) -> Description:
    """Describe a program of some ``outputs``: classes and input channels; what its sidecar says counts.

    ``classes_told`` are those that the file names, ``preprocess`` is the likeliest where that is not the usual one.
    ``assumed`` is what was only found by trying. Raises ``UnreadableFile`` where it takes what is no image, where
    ``metadata`` is damaged or of another network, and for the sidecar.
    """
    classes, channels = outputs
    if channels not in ORDERS.values():
        raise UnreadableFile(path, f"it takes {channels} channels, and images have three or one", "It was not loaded.")
    if metadata:
        return with_sidecar(path, _told(path, metadata, classes, channels))
    said = Description(
        architecture,
        {"classes": classes, "in_channels": channels},
        classes_told or assumed_classes(family, classes),
        preprocess or assumed_preparation(channels, sides.size, sides.multiple),
        assumed=(*(() if classes_told else ("classes",)), "preprocess", *assumed),
        family=family,
    )
    return with_sidecar(path, said)


def assumed_preparation(channels: int, size: tuple[int, int] | None = None, divisor: int = 1) -> Preprocess:
    """Return how images are most often prepared: as for ImageNet, or the same of luminance."""
    usual = Preprocess(size=size, divisor=divisor)
    if channels == usual.channels:
        return usual
    return Preprocess("gray", usual.scale, (sum(usual.mean) / 3,), (sum(usual.std) / 3,), size, divisor)


def _told(path: Path, metadata: str, classes: int, channels: int) -> Description:
    try:
        said = Description.from_json(json.loads(metadata))
        if said.preprocess.channels != channels:
            raise ValueError(f"it takes {channels} channels, and {said.preprocess.channels} are described")
        if classes and classes != said.config.get("classes"):
            raise ValueError(f"it has {classes} outputs, and {said.config.get('classes')} are described")
        if len(said.classes.scored) != max(classes, 2) and classes:
            raise ValueError(f"it has {classes} outputs, and {len(said.classes.scored)} classes are named")
    except _FAULTS as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UnreadableFile(path, f"its {METADATA} is damaged: {fault}", "It was not loaded.") from error
    return said
