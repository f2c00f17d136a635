"""How sure a model was, kept beside the masks of a run: 8-bit gray pictures of one value a pixel, 0..255 for 0..1."""

from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import Confidence
from segstudio.io.decoder import opened

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
