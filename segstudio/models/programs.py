"""Networks that came as programs and are not built here: whatever they return becomes scores."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import torch
from torch import Tensor, nn

from segstudio.models.layers.sizes import cropped, padded, resized

Output = Literal["logits", "probabilities", "labels"]
"""What a network returns: (N, C, H, W) scores before or after softmax or sigmoid, or (N, H, W) numbers of channels."""

SIDES: Final = (64, 96, 256, 512, 1024)
"""Sides of the images that a network is tried with where it does not tell what it takes."""

_OUT: Final = ("out", "logits", "semantic_logits", "masks", "output")
_SURE: Final = 30.0
"""The logit of a channel that was chosen by the network itself."""
_LEAST: Final = 1e-12


class Told(NamedTuple):
    """What a network was found to return, and the ``size`` (height, width) that it insists on; None for any."""

    output: Output
    classes: int
    size: tuple[int, int] | None


class Program(nn.Module):
    """``run`` takes (N, channels, H, W) float32 and returns anything in which ``main_output`` finds scores.

    Images are grown to multiples of ``divisor`` and the results cut to their size again.
    """

    def __init__(self, run: Callable[[Tensor], Any], output: Output, classes: int, divisor: int = 1) -> None:
        super().__init__()
        self._run, self._output, self._classes, self._divisor = run, output, classes, divisor
        if isinstance(run, nn.Module):
            self.inner = run  # so that it goes to devices, and its weights are counted

    def forward(self, pixels: Tensor) -> Tensor:
        """Return logits (N, classes, H, W) of images; raises ``ValueError`` where none are returned."""
        grown = padded(pixels, self._divisor)
        scores = logits_of(main_output(self._run(grown)), self._output, self._classes)
        if scores.shape[-2:] != grown.shape[-2:]:
            scores = resized(scores, grown, align_corners=False)
        return cropped(scores, pixels)


def main_output(found: Any) -> Tensor:
    """Return the scores in what a network returned: itself, the first of several, or that of a usual name.

    Raises ``ValueError`` where there is no tensor of three or four dimensions.
    """
    if isinstance(found, Mapping):
        known = [found[name] for name in _OUT if name in found]
        found = (known or list(found.values()) or [None])[0]
    elif isinstance(found, Sequence) and found:
        found = found[0]
    elif hasattr(found, "logits"):
        found = found.logits
    if not isinstance(found, Tensor) or found.ndim not in (3, 4):
        shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        raise ValueError(f"it returns {shape}, and no scores by class and pixel")
    return found


def logits_of(found: Tensor, output: Output, classes: int) -> Tensor:
    """Return logits (N, classes, H, W), float32, of any kind of output."""
    if output == "labels":
        planes = found.reshape(found.shape[0], *found.shape[-2:]).long().clamp(0, classes - 1)
        return nn.functional.one_hot(planes, classes).movedim(-1, 1).float() * _SURE
    scores = (found.unsqueeze(1) if found.ndim == 3 else found).float()
    if output == "logits":
        return scores
    if scores.shape[1] == 1:
        return scores.clamp(_LEAST, 1 - 1e-7).logit()
    return scores.clamp(min=_LEAST).log()


def kind_of(found: Tensor) -> Output:
    """Tell what an output is by its numbers: whole, between 0 and 1 with a sum of 1 over classes, or other ones."""
    if not found.is_floating_point():
        return "labels"
    within = bool((found >= 0).all()) and bool((found <= 1).all())
    if not within or found.ndim == 3:
        return "logits"
    sums = found.sum(1)
    return "probabilities" if found.shape[1] == 1 or bool(((sums - 1).abs() < 1e-3).all()) else "logits"


@torch.inference_mode()
def tried(run: Callable[[Tensor], Any], channels: int, size: tuple[int, int] | None = None) -> Told:
    """Find out what a network returns by giving it noise: loud, so that scores leave 0..1 where nothing holds them.

    Without ``size`` the smallest square of ``SIDES`` that it takes is used, and another one to see whether it insists.
    Raises ``ValueError`` where it takes none of them, or returns no scores.
    """
    noise = torch.Generator().manual_seed(0)
    found: Tensor | None = None
    fault: Exception | None = None
    taken: list[tuple[int, int]] = []
    for height, width in [size] if size is not None else [(side, side) for side in SIDES]:
        try:
            found = main_output(run(4 * torch.randn((1, channels, height, width), generator=noise)))
        except Exception as error:  # whatever a stranger's program raises at a size that it does not take
            fault = error
            continue
        taken.append((height, width))
        if size is not None or len(taken) == 2:
            break
    if found is None:
        raise ValueError(f"it runs on no image that was tried: {_first_line(fault)}") from fault
    output = kind_of(found)
    classes = int(found.max()) + 1 if output == "labels" else found.shape[1] if found.ndim == 4 else 1
    return Told(output, classes, None if len(taken) > 1 else taken[0])


def _first_line(error: Exception | None) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
