"""What is known of an architecture without building it: plain data, without torch. One file a family beside this."""

from collections.abc import Mapping
from dataclasses import dataclass

from segstudio.models.references import Option, Reference

SIDE, CLASSES, CHANNELS = 512, 21, 3
"""The input and output for which ``Variant`` states its figures."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A configuration as published, and what it costs.

    ``parameters`` counts what is learnt, for ``CLASSES`` classes and ``CHANNELS`` channels; ``gmacs`` are 10^9
    multiplications for a ``SIDE`` x ``SIDE`` image, None where they depend on what is in it. Both without auxiliary
    heads. ``output_stride`` is that of the logits before they are brought to the size of the image. ``published`` are
    the parameters of the network that this one is held to, and its classes; None where no such figure is known.
    """

    options: Mapping[str, Option]
    parameters: int
    gmacs: float | None
    output_stride: int
    published: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Architecture:
    """``build`` is ``module:function``; it takes ``in_channels``, ``classes`` and the options as keywords and returns
    a ``torch.nn.Module``: (N, in_channels, H, W) float to (N, classes, H, W) logits, for any H and W from 1.

    With ``instances`` it is an ``ObjectNetwork`` and gives a list of objects found instead.

    It raises ``ValueError`` for values that it cannot be built with. ``backbones`` are the names in ``BACKBONES`` that
    its option ``backbone`` takes, the most usual first; none where there is no such option. ``Reference.options`` has
    ``classes`` too, and ``in_channels`` where that is not ``CHANNELS``.
    """

    title: str
    paper: str
    year: int
    build: str
    variants: tuple[Variant, ...]
    backbones: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    instances: bool = False
