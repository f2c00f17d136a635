"""How sure a model was, kept beside the masks of a run: 8-bit gray pictures of one value a pixel, 0..255 for 0..1."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import Confidence, Probabilities
from segstudio.io.decoder import opened
from segstudio.io.files import write_atomically

Kind: TypeAlias = Literal["confidence", "probability"]
"""The probability of the class that was chosen, or, of a binary model, of the object."""


def beside(mask: Path, kind: Kind) -> Path:
    """Return the file that says how sure a model was of ``mask``."""
    return mask.with_name(f"{mask.stem}.{kind}.png")


def read_sureness(path: Path) -> Confidence:
    """Read such a file. Raises ``UnreadableFile``, also where it is not gray with 8 bits."""
    with opened(path) as picture:
        if picture.mode != "L":
            raise UnreadableFile(path, f"it should be gray with 8 bits, and is of the mode {picture.mode}")
        return np.array(picture)


def write_sureness(path: Path, plane: Confidence) -> None:
    """Write such a file, whole or not at all. Raises ``UnwritableFile``."""
    stream = io.BytesIO()
    Image.fromarray(plane).save(stream, "PNG", compress_level=1)
    write_atomically(path, stream.getvalue())


def write_probabilities(mask: Path, planes: Probabilities, class_ids: Sequence[int]) -> None:
    """Write what a model says of each class to ``x.probabilities.npz`` beside a mask, whole or not at all.

    It holds ``probabilities``, uint8 of shape (classes, height, width), and ``classes``, their ids in the mask.
    Raises ``UnwritableFile``.
    """
    stream = io.BytesIO()
    np.savez_compressed(stream, probabilities=planes, classes=np.asarray(class_ids, np.int64))
    write_atomically(mask.with_name(f"{mask.stem}.probabilities.npz"), stream.getvalue())
