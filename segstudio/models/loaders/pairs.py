"""Networks of CSAILVision, whose encoder and decoder are kept in two files: ``encoder_epoch_N.pth`` and its fellow."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders.stored import Stored

_OTHER: Final = {"encoder": "decoder", "decoder": "encoder"}
_MARKS: Final = {
    "encoder": ("conv3.weight", "bn3.running_mean", "layer4.0.conv1.weight"),
    "decoder": ("ppm.0.1.weight", "conv_last.0.weight", "conv_last.4.weight"),
}
_TOGETHER: Final = "Put encoder_epoch_N.pth and decoder_epoch_N.pth into one folder, under these names."


def half_of(weights: Stored) -> str | None:
    """Tell whether weights are the "encoder" or the "decoder" of such a network; None where they are neither."""
    if "fc.weight" in weights:  # with a classifier it is a network by itself
        return None
    return next((half for half, marks in _MARKS.items() if all(mark in weights for mark in marks)), None)


def fellow_of(path: Path, half: str) -> Path:
    """Return the file with the other half; raises ``UnreadableFile``, naming it, where it is not beside this one."""
    other = _OTHER[half]
    if half not in path.name:
        raise UnreadableFile(
            path, f"it is the {half} of a network, and its name does not tell the {other}'s", _TOGETHER
        )
    fellow = path.with_name(path.name.replace(half, other))
    if not fellow.is_file():
        raise UnreadableFile(path, f"it is the {half} of a network, and {fellow.name} is not beside it", _TOGETHER)
    return fellow


def joined(half: str, weights: Stored, fellow: Path, others: Stored) -> Stored:
    """Return the tensors of both files, behind "encoder." and "decoder."."""
    elsewhere = {name: replace(tensor, file=fellow) for name, tensor in others.items()}
    parts = {half: weights, _OTHER[half]: elsewhere}
    return {f"{part}.{name}": tensor for part, tensors in parts.items() for name, tensor in tensors.items()}
