"""Networks that came as programs and are not built here: whatever they return becomes scores."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError
from segstudio.models.device import is_out_of_memory
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.loaders.program_description import OUTPUTS
from segstudio.models.sides import RULES, USUAL, Sides

Output = Literal["logits", "probabilities", "labels"]
"""What a network returns: (N, C, H, W) scores before or after softmax or sigmoid, or (N, H, W) numbers of channels."""

ABOUT: Final = (72, 250)
"""Heights near which a network is tried that does not tell what it takes; multiples of 8 near them are none of 7."""

_SURE: Final = 30.0
"""The logit of a channel that was chosen by the network itself."""
_LEAST: Final = 1e-12
_ANY: Final = Sides()


class Told(NamedTuple):
    """What a network was found to return, and what it asks of images; ``batch`` is how many it takes at once, None for
    any number.
    """

    output: Output
    classes: int
    sides: Sides
    batch: int | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """The size (height, width) that it insists on; None for any."""
        return self.sides.size


class ProgramFailed(SegstudioError, ValueError):
    """A network of a stranger that stops at an image."""

    def __init__(self, pixels: Tensor, error: Exception) -> None:
        height, width = pixels.shape[-2:]
        super().__init__(
            f"The network stops at an image of {width} x {height} pixels: {first_line(error)}.",
            "Its file does not tell which sizes it takes. Try an image of the size that it was made for.",
        )


class Program(nn.Module):
    """``run`` takes (N, channels, H, W) float32 and returns anything in which ``main_output`` finds scores.

    Images are grown to what ``sides`` asks for, and the results cut to their size again; ``run`` is given ``batch`` of
    them at once, or as many as there are.
    """

    def __init__(
        self,
        run: Callable[[Tensor], Any],
        output: Output,
        classes: int,
        sides: Sides = _ANY,
        batch: int | None = None,
    ) -> None:
        super().__init__()
        self._run, self._output, self._classes = run, output, classes
        self._sides, self._batch = sides, batch
        if isinstance(run, nn.Module):
            self.inner = run  # so that it goes to devices, and its weights are counted

    def forward(self, pixels: Tensor) -> Tensor:
        """Return logits (N, classes, H, W) of images; raises ``ProgramFailed`` where none are returned."""
        sides = self._sides
        grown = pixels if sides.size else padded(pixels, sides.multiple, plus=sides.plus, at_least=sides.least)
        try:
            scores = logits_of(self._in_batches(grown), self._output, self._classes)
        except Exception as error:  # whatever a stranger's program raises
            if isinstance(error, RuntimeError) and is_out_of_memory(error):
                raise
            raise ProgramFailed(pixels, error) from error
        if scores.shape[-2:] != grown.shape[-2:]:
            scores = resized(scores, grown, align_corners=False)
        return cropped(scores, pixels)

    def _in_batches(self, images: Tensor) -> Tensor:
        if self._batch is None:
            return main_output(self._run(images))
        found = []
        for part in torch.split(images, self._batch):
            filled = torch.cat((part, part[-1:].expand(self._batch - len(part), -1, -1, -1)))
            found.append(main_output(self._run(filled))[: len(part)])
        return torch.cat(found)


def main_output(found: Any) -> Tensor:
    """Return the scores in what a network returned: itself, that of a usual name, or the first of several.

    Raises ``ValueError`` where there is no tensor of three or four dimensions.
    """
    if isinstance(found, Tensor) and found.ndim in (3, 4):
        return found
    if hasattr(found, "logits"):
        return main_output(found.logits)
    inner: list[Any] = []
    if isinstance(found, Mapping):
        inner = [found[name] for name in OUTPUTS if name in found] + list(found.values())
    elif isinstance(found, Sequence) and not isinstance(found, str):
        inner = list(found)
    for each in inner:
        try:
            return main_output(each)
        except ValueError:
            continue
    shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
    raise ValueError(f"it returns {shape}, and no scores by class and pixel")


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
    single = found.ndim == 3 or found.shape[1] == 1
    if single and bool((found == found.round()).all()) and bool((found >= 0).all()):
        return "labels"
    if not bool((found >= 0).all()) or not bool((found <= 1).all()):
        return "logits"
    return "probabilities" if single or bool(((found.sum(1) - 1).abs() < 1e-3).all()) else "logits"


@torch.inference_mode()
def tried(run: Callable[[Tensor], Any], channels: int, size: tuple[int, int] | None = None) -> Told:
    """Find out what a network returns by giving it noise: loud, so that scores leave 0..1 where nothing holds them.

    Without ``size`` odd sizes are tried, then multiples of more and more, then usual sizes alone. Raises ``ValueError``
    where it takes none of them, or returns no scores.
    """
    fault: Exception | None = None
    for sides, shape in _candidates(size):
        try:
            found = main_output(run(_noise(1, channels, shape)))
        except Exception as error:  # whatever a stranger's program raises at a size that it does not take
            fault = error
            continue
        output = kind_of(found)
        classes = int(found.max()) + 1 if output == "labels" else found.shape[1] if found.ndim == 4 else 1
        if sides.size is None and (traced := _traced_size(run, channels, sides, found)):
            sides, shape = Sides(traced), traced
        return Told(output, classes, sides, _batch(run, channels, shape))
    raise ValueError(f"it runs on no image that was tried: {first_line(fault)}") from fault


def _candidates(size: tuple[int, int] | None) -> Iterator[tuple[Sides, tuple[int, int]]]:
    """Return rules for sides, and a size (height, width) by each to try it with."""
    for about in ABOUT if size is None else ():
        yield from ((rule, rule.near(about)) for rule in RULES)
    yield from ((Sides(each), each) for each in (USUAL if size is None else (size,)))


def _noise(images: int, channels: int, size: tuple[int, int]) -> Tensor:
    return 4 * torch.randn((images, channels, *size), generator=torch.Generator().manual_seed(0))


def _traced_size(run: Callable[[Tensor], Any], channels: int, sides: Sides, found: Tensor) -> tuple[int, int] | None:
    """Return the size of a network whose results have one size whatever it is given; it was traced with that."""
    height, width = found.shape[-2:]
    try:
        other = main_output(run(_noise(1, channels, sides.near(2 * max(ABOUT)))))
    except Exception:  # it does not take that size, which tells nothing of results
        return None
    return (height, width) if other.shape[-2:] == (height, width) else None


def _batch(run: Callable[[Tensor], Any], channels: int, size: tuple[int, int]) -> int | None:
    """Tell whether it takes two images at once, and returns what it would return of each."""
    pair = _noise(2, channels, size)
    try:
        found, alone = main_output(run(pair)), main_output(run(pair[1:]))
    except Exception:  # whatever a stranger's program raises
        return 1
    alike = found.shape[0] == 2 and found.shape[1:] == alone.shape[1:]
    return None if alike and torch.allclose(found[1:].float(), alone.float(), rtol=1e-3, atol=1e-3) else 1


def first_line(error: Exception | None) -> str:
    """Return what a program says of a fault: the last line, for those before it are where it happened."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip().rstrip(".")
