"""What is said of a network that came as a program: our own metadata where it has them, else the likeliest."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelSchema
from segstudio.models.description import ORDERS, Description, Preprocess
from segstudio.models.loaders.families import MOST_CLASSES, assumed_classes
from segstudio.models.loaders.sidecar import sidecar_of, with_sidecar
from segstudio.models.sides import Sides

METADATA: Final = "segstudio.json"
"""The extra file in which a program of ours has its description."""

OUTPUTS: Final = ("out", "logits", "semantic_logits", "masks", "output")
"""What scores by class and pixel are called, where a network returns several things by name; the first counts."""

_UNREAD: Final = "It was not loaded."
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
    labels: bool = False,
    note: str = "",
) -> Description:
    """Describe a program of some ``outputs``: classes and input channels; what its sidecar says counts.

    ``classes_told`` are those that the file names, ``preprocess`` is the likeliest where that is not the usual one.
    ``assumed`` is what was only found by trying, and ``note`` a sentence on that. Of ``labels`` the classes are as many
    as were seen, and whoever names them knows how many there are. Raises ``UnreadableFile`` where it takes what is no
    image, for classes without end, where ``metadata`` or the sidecar are damaged or of another network.
    """
    classes, channels = outputs
    if classes > MOST_CLASSES:
        raise UnreadableFile(path, f"it returns {classes:,} classes, and {MOST_CLASSES:,} are the most", _UNREAD)
    if channels not in ORDERS.values():
        raise UnreadableFile(path, f"it takes {channels} channels, and images have three or one", _UNREAD)
    if metadata:
        said = _told(path, metadata, 0 if labels else classes, channels)
    else:
        said = Description(
            architecture,
            {"classes": classes, "in_channels": channels},
            classes_told or assumed_classes(family, classes),
            preprocess or assumed_preparation(channels, sides.size, sides.multiple),
            assumed=(*(() if classes_told else ("classes",)), "preprocess", *assumed),
            family=family,
        )
    said = with_sidecar(path, replace(said, notes=(*said.notes, note)) if note else said)
    return _counted(path, said, labels)


def _counted(path: Path, said: Description, labels: bool) -> Description:
    """Raise ``UnreadableFile`` where the sidecar names more or fewer classes than are returned, but for ``labels``."""
    named, classes = len(said.classes.scored), said.config["classes"]
    if labels:
        return replace(said, config={**said.config, "classes": named})
    if "classes" in said.corrected and isinstance(classes, int) and classes and named != max(classes, 2):
        reason = f"{named} classes are named, and {path.name} tells {max(classes, 2)} apart"
        raise UnreadableFile(sidecar_of(path), reason, "Mend or remove it; the model was not loaded.")
    return said


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
        raise UnreadableFile(path, f"its {METADATA} is damaged: {fault}", _UNREAD) from error
    return said
