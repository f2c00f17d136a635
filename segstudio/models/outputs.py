"""What networks return that are not built here: which map it is, what its numbers mean, and how they become scores."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import torch
from torch import Tensor

from segstudio.core.errors import listed
from segstudio.models.loaders.program_description import OUTPUTS

Output = Literal["logits", "probabilities", "labels"]
"""What a network returns: (N, C, H, W) scores before or after softmax or sigmoid, or (N, H, W) ids of classes."""

_SURE: Final = 30.0
"""The logit of a class that was chosen by the network itself."""
_LEAST: Final = 1e-12
_REDUCED: Final = (1, 2, 4)
"""By what maps are smaller than images whose last axis is that of classes."""
_AUXILIARY: Final = "aux"
"""How names begin of maps that are for training alone."""


class UnknownClass(ValueError):
    """A number in a map of labels that is the id of no class."""

    def __init__(self, value: float, classes: int) -> None:
        super().__init__(f"it returns {value:g} at a pixel, which is none of its {classes} classes")
        self.value, self.classes = value, classes


def main_output(found: Any) -> Tensor:
    """Return the scores in what a network returned: itself, that of a usual name, or the first of several.

    Raises ``ValueError`` where there is no tensor of three or four dimensions.
    """
    for _, each in _maps(found):
        return each
    shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
    raise ValueError(f"it returns {shape}, and no scores by class and pixel")


def note_on(found: Any) -> str:
    """Return a sentence on which of several maps is taken where no name tells it; nothing where there is no doubt."""
    names = [name for name, _ in _maps(found)]
    rest = [name for name in names[1:] if not name.startswith(_AUXILIARY)]
    if not rest or names[0] in OUTPUTS:
        return ""
    others = listed([name[:40] for name in rest])
    return f"It returns several maps: '{names[0][:40]}' is taken for the scores of classes, and not {others}."


def _maps(found: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Give the maps in what a network returned, with their names: usual ones first, auxiliary ones last."""
    if isinstance(found, Tensor):
        if found.ndim in (3, 4):
            yield name, found
    elif hasattr(found, "logits"):
        yield from _maps(found.logits, "logits")
    elif isinstance(found, Mapping):
        for key in sorted(found, key=_rank):
            yield from _maps(found[key], str(key))
    elif isinstance(found, Sequence) and not isinstance(found, str):
        for number, each in enumerate(found, start=1):
            yield from _maps(each, name or f"output {number}")


def _rank(key: object) -> int:
    if key in OUTPUTS:
        return OUTPUTS.index(str(key))
    return len(OUTPUTS) + str(key).startswith(_AUXILIARY)


def classes_last(found: Tensor, size: tuple[int, int]) -> bool:
    """Tell whether classes are the last axis of what a network returned of images of a ``size`` (height, width)."""
    if found.ndim != 4:
        return False
    sizes = [tuple(-(-side // by) for side in size) for by in _REDUCED]
    return tuple(found.shape[1:3]) in sizes and tuple(found.shape[2:]) not in sizes


def logits_of(found: Tensor, output: Output, ids: Sequence[int]) -> Tensor:
    """Return logits (N, classes, H, W), float32, of any kind of output; ``ids`` are what labels stand for classes.

    Raises ``UnknownClass`` for a label that is not among them.
    """
    if output == "labels":
        return _chosen(found.reshape(found.shape[0], *found.shape[-2:]), ids)
    scores = (found.unsqueeze(1) if found.ndim == 3 else found).float()
    if output == "logits":
        return scores
    if scores.shape[1] == 1:
        return scores.clamp(_LEAST, 1 - 1e-7).logit()
    return scores.clamp(min=_LEAST).log()


def _chosen(labels: Tensor, ids: Sequence[int]) -> Tensor:
    """Return logits (N, ids, H, W) of labels (N, H, W), in the order of the ids."""
    chosen = labels.unsqueeze(1) == torch.tensor(ids, device=labels.device).view(1, -1, 1, 1)
    if not labels.is_meta and not torch.compiler.is_compiling():  # while it is exported nothing is known of numbers
        unknown = ~chosen.any(1)
        if bool(unknown.any()):
            raise UnknownClass(float(labels[unknown].max()), len(ids))
    return chosen.float() * _SURE


def kind_of(found: Tensor) -> Output:
    """Tell what an output is by its numbers: whole ones of one channel, those within 0..1, or others."""
    if not found.is_floating_point():
        return "labels"
    single = found.ndim == 3 or found.shape[1] == 1
    if single and bool((found == found.round()).all()) and bool((found >= 0).all()):
        return "labels"
    return "probabilities" if bool(((found >= 0) & (found <= 1)).all()) else "logits"
