"""Sentences for weights of no network that is built here, and for those that do not fit the one they look like."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.description import Description
from segstudio.models.zoo import ARCHITECTURES

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Fit

ELSEWHERE: Final = "Export it to ONNX or TorchScript in the program that made it; both are read here."
"""The way out for every network that is not built here: such files bring their network along."""

_NAMED: Final = ("nnU-Net",)
"""Families whose files say which network they are of."""
_ANEW: Final = "Copy it again, or ask whoever trained it."
_FEW: Final = 10
"""One tensor in so many may not fit a network, and the weights are still those of that network."""


def known_here() -> str:
    """Return which networks are built here, and what to do with another one."""
    return f"Known here: {', '.join(ARCHITECTURES)}. {ELSEWHERE}"


def unfit(path: Path, description: Description, fits: "Fit") -> UnreadableFile:
    """Return the error for weights that do not fit; a file that names its network itself is of no other.

    Of a file that lacks a few tensors it is said that it is incomplete, and not that it is another network's.
    """
    detail = f"{description.architecture} lacks or differs in {listed(fits.misfits())}"
    if description.family in _NAMED:
        return UnreadableFile(path, f"its weights do not fit what it says of its network ({detail})", _ANEW)
    if len(fits.misfits()) * _FEW > fits.tensors:
        return UnreadableFile(path, f"its weights are of another architecture ({detail})", known_here())
    reason = "; ".join(_few(ARCHITECTURES[description.architecture].title, fits))
    return UnreadableFile(path, reason, _ANEW if fits.missing else ELSEWHERE)


def _few(title: str, fits: "Fit") -> list[str]:
    """Return what is missing, what is left over and what has another shape, each as the part of a sentence."""
    said = []
    if fits.missing:
        said.append(f"it is incomplete: of the {fits.tensors} tensors of {title} it lacks {_named(fits.missing)}")
    if fits.unexpected:
        said.append(f"it has {_named(fits.unexpected)}, of which {title} knows nothing")
    if fits.differing:
        said.append(f"it is {title} but for the shape of {_named(fits.differing)}")
    return said


def _named(names: list[str]) -> str:
    return f"one, {names[0]}" if len(names) == 1 else f"{len(names)}: {listed(names)}"
