"""Networks that came as programs and are not built here: whatever they return becomes scores."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, first_line
from segstudio.core.schema import LabelSchema
from segstudio.models.device import is_out_of_memory
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.outputs import Output, UnknownClass, classes_last, kind_of, logits_of, main_output, note_on
from segstudio.models.sides import RULES, USUAL, Sides

ABOUT: Final = (72, 250)
"""Heights near which a network is tried that does not tell what it takes; multiples of 8 near them are none of 7."""

_ANY: Final = Sides()


class Told(NamedTuple):
    """What a network was found to return, and what it asks of images; ``batch`` is how many it takes at once, None for
    any number.

    Of labels ``classes`` are as many as were seen: there may be more. ``last`` says that classes are the last axis.
    ``note`` is a sentence on which of several maps is taken, or empty.
    """

    output: Output
    classes: int
    sides: Sides
    batch: int | None = None
    last: bool = False
    note: str = ""

    @property
    def size(self) -> tuple[int, int] | None:
        """The size (height, width) that it insists on; None for any."""
        return self.sides.size


class ProgramFailed(SegstudioError, ValueError):
    """A network of a stranger that stops at an image, or returns for it what has no meaning."""


class Interruptible(nn.Module):
    """A network that another library runs, which may not come to an end."""

    def interrupt(self) -> None:
        """Stop what is at work, from another thread, and whatever comes after it: both raise ``Interrupted``."""
        raise NotImplementedError

    def resume(self) -> None:
        """Let it be run again."""
        raise NotImplementedError


class Program(nn.Module):
    """``run`` takes (N, channels, H, W) float32 and returns anything in which ``main_output`` finds scores.

    Images are grown to what ``sides`` asks for, and the results cut to their size again; ``run`` is given ``batch`` of
    them at once, or as many as there are. With ``last`` classes are the last axis of what it returns. ``ids`` are what
    labels stand for its classes, and for what it ignores: 0, 1, ... by default.
    """

    def __init__(
        self,
        run: Callable[[Tensor], Any],
        output: Output,
        classes: int,
        sides: Sides = _ANY,
        batch: int | None = None,
        last: bool = False,
        ids: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.output: Output = output
        self.network, self.sides, self.batch = run, sides, batch
        self._ids, self._last = tuple(ids) or tuple(range(classes)), last

    @classmethod
    def of(cls, run: Callable[[Tensor], Any], told: Told, classes: LabelSchema) -> "Program":
        """Return a program by what was found out of it, and what its classes are said to be."""
        made = cls(run, told.output, told.classes, told.sides, told.batch, told.last)
        return made.renumbered(classes) if told.output == "labels" else made

    def run_by(self, run: Callable[[Tensor], Any]) -> "Program":
        """Return what makes the same of what another network returns, which takes any number of images."""
        return Program(run, self.output, len(self._ids), self.sides, None, self._last, self._ids)

    def renumbered(self, classes: LabelSchema) -> "Program":
        """Return the same network, whose labels are the ids of all ``classes``, in their order."""
        other = copy(self)
        other._ids = tuple(c.id for c in classes.classes)
        return other

    def forward(self, pixels: Tensor) -> Tensor:
        """Return logits (N, classes, H, W) of images; raises ``ProgramFailed`` where none are returned."""
        grown = self.grown(pixels)
        try:
            scores = logits_of(self._in_batches(grown), self.output, self._ids)
        except SegstudioError:
            raise
        except UnknownClass as error:
            raise _unknown(error) from error
        except Exception as error:  # whatever a stranger's program raises
            if isinstance(error, RuntimeError) and is_out_of_memory(error):
                raise
            raise stopped(pixels, error) from error
        if scores.shape[-2:] != grown.shape[-2:]:
            scores = resized(scores, grown, align_corners=False)
        return cropped(scores, pixels)

    def grown(self, pixels: Tensor) -> Tensor:
        """Return images as the network is given them."""
        sides = self.sides
        return pixels if sides.size else padded(pixels, sides.multiple, plus=sides.plus, at_least=sides.least)

    def _in_batches(self, images: Tensor) -> Tensor:
        if self.batch is None:
            return self._map(images)
        found = []
        for part in torch.split(images, self.batch):
            filled = torch.cat((part, part[-1:].expand(self.batch - len(part), -1, -1, -1)))
            found.append(self._map(filled)[: len(part)])
        return torch.cat(found)

    def _map(self, images: Tensor) -> Tensor:
        return _ordered(main_output(self.network(images)), self._last)


def _ordered(found: Tensor, last: bool) -> Tensor:
    return found.movedim(-1, 1) if last else found


def stopped(pixels: Tensor, error: Exception) -> ProgramFailed:
    """Return the sentence for a network of a stranger that raised an error for images (N, C, H, W)."""
    height, width = pixels.shape[-2:]
    return ProgramFailed(
        f"The network stops at an image of {width} x {height} pixels: {first_line(error)}.",
        "Its file does not tell which sizes it takes. Try an image of the size that it was made for.",
    )


def _unknown(error: UnknownClass) -> ProgramFailed:
    return ProgramFailed(
        f"The network returns {error.value:g} at a pixel, which is the id of none of its {error.classes} classes.",
        "Name the classes in the sidecar, <model file>.segstudio.toml: a [[class]] for each id that it returns, with "
        "ignore = true where that is no class.",
    )


@torch.inference_mode()
def tried(run: Callable[[Tensor], Any], channels: int, size: tuple[int, int] | None = None) -> Told:
    """Find out what a network returns by giving it noise: loud, so that scores leave 0..1 where nothing holds them.

    Without ``size`` odd sizes are tried, then multiples of more and more, then usual sizes alone. Raises ``ValueError``
    where it takes none of them, or returns no scores.
    """
    fault: Exception | None = None
    for sides, shape in _candidates(size):
        try:
            returned = run(_noise(1, channels, shape))
            found = main_output(returned)
        except Exception as error:  # whatever a stranger's program raises at a size that it does not take
            fault = error
            continue
        last = classes_last(found, shape)
        found = _ordered(found, last)
        output = kind_of(found)
        classes = int(found.max()) + 1 if output == "labels" else found.shape[1] if found.ndim == 4 else 1
        if sides.size is None and (traced := _traced_size(run, channels, sides, last, found)):
            sides, shape = Sides(traced), traced
        return Told(output, classes, sides, _batch(run, channels, shape), last, note_on(returned))
    raise ValueError(f"it runs on no image that was tried: {first_line(fault)}") from fault


def _candidates(size: tuple[int, int] | None) -> Iterator[tuple[Sides, tuple[int, int]]]:
    """Return rules for sides, and a size (height, width) by each to try it with."""
    for about in ABOUT if size is None else ():
        yield from ((rule, rule.near(about)) for rule in RULES)
    yield from ((Sides(each), each) for each in (USUAL if size is None else (size,)))


def _noise(images: int, channels: int, size: tuple[int, int]) -> Tensor:
    return 4 * torch.randn((images, channels, *size), generator=torch.Generator().manual_seed(0))


def _traced_size(
    run: Callable[[Tensor], Any], channels: int, sides: Sides, last: bool, found: Tensor
) -> tuple[int, int] | None:
    """Return the size of a network whose results have one size whatever it is given; it was traced with that."""
    height, width = found.shape[-2:]
    try:
        other = _ordered(main_output(run(_noise(1, channels, sides.near(2 * max(ABOUT))))), last)
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
