"""Which network that is built here a program has the weights of, told by their names and shapes. Without torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.recognition import Recognised, Unrecognised, recognise
from segstudio.models.loaders.stored import StoredTensor, packed
from segstudio.models.loaders.unwrapping import unwrapped


def recognised(shapes: Mapping[str, Sequence[int]]) -> Recognised | None:
    """Return what weights are of, None for no network known here; the position of each is its place in ``shapes``."""
    stored = {
        name: StoredTensor("float32", tuple(shape), packed(shape), place)
        for place, (name, shape) in enumerate(shapes.items())
    }
    try:
        return recognise(unwrapped(Path(), stored).weights)
    except (Unrecognised, UnreadableFile):
        return None


def kin_of(shapes: Mapping[str, Sequence[int]]) -> str:
    """Return the architecture whose weights these are, by its name in ``ARCHITECTURES``; empty for none."""
    found = recognised(shapes)
    return "" if found is None else found.architecture
