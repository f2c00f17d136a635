"""What an overlay is: labels of what is on the screen in, premultiplied colours out.

Overlays see the labels as sampled to screen pixels, so that an outline is as thin at any zoom.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask
from segstudio.core.schema import Color, LabelSchema

Pixels: TypeAlias = NDArray[np.uint32]
"""Shape (height, width), premultiplied 0xAARRGGBB."""

HATCH_PERIOD, HATCH_WIDTH = 8, 3


@dataclass(frozen=True, eq=False)
class Style:
    """How labels are coloured: made once from a schema and the user's choices, used for every rectangle.

    ``fill`` and ``line`` are palettes by class id, premultiplied; ``ignored`` and ``background`` say by class id
    what is not scored and what counts as "nothing there". ``focus`` is the one class to look at, or None for all.
    """

    fill: Pixels
    line: Pixels
    ignored: Mask
    background: Mask
    opacity: float
    focus: int | None = None

    @classmethod
    def of(
        cls, schema: LabelSchema, opacity: float, hidden: frozenset[int] = frozenset(), focus: int | None = None
    ) -> "Style":
        rgb = schema.palette()
        size = len(rgb)
        ignored, background = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
        ignored[list(schema.ignored_ids)] = True
        background[[c.id for c in schema.classes if c.background]] = True
        fill, line = palette(rgb, opacity), palette(rgb, min(1.0, opacity + 0.35))
        unseen = background.copy()
        unseen[list(hidden)] = True
        fill[unseen] = 0
        line[unseen] = 0
        return cls(fill, line, ignored, background, opacity, focus)


@dataclass(frozen=True, slots=True, eq=False)
class OverlayInput:
    """The same screen rectangle of everything an overlay may look at.

    ``truth`` and ``prediction`` have one shape; where there is no prediction it is None. ``origin`` is the row and
    column of the rectangle on the screen, so that a hatch goes on over the seam of two rectangles.
    """

    truth: LabelPlane
    prediction: LabelPlane | None
    style: Style
    origin: tuple[int, int]


Overlay: TypeAlias = Callable[[OverlayInput], Pixels]


def premultiplied(color: Color, opacity: float) -> np.uint32:
    """Return one colour as a premultiplied pixel."""
    alpha = round(255 * opacity)
    r, g, b = (c * alpha // 255 for c in color)
    return np.uint32(alpha << 24 | r << 16 | g << 8 | b)


def palette(rgb: NDArray[np.uint8], opacity: float) -> Pixels:
    """Turn colours of shape (n, 3) into n premultiplied pixels."""
    alpha = round(255 * opacity)
    r, g, b = (rgb.astype(np.uint32) * alpha // 255).T
    pixels: Pixels = np.uint32(alpha << 24) | (r << 16) | (g << 8) | b
    return pixels


def edges(labels: LabelPlane) -> Mask:
    """Return the pixels whose left or upper neighbour has another label: a line one pixel wide."""
    found = np.zeros(labels.shape, np.bool_)
    np.not_equal(labels[1:], labels[:-1], out=found[1:])
    found[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    return found


def wide_edges(labels: LabelPlane) -> Mask:
    """Return the pixels on either side of a border between labels: a line two pixels wide."""
    found = edges(labels)
    found[:-1] |= labels[1:] != labels[:-1]
    found[:, :-1] |= labels[:, 1:] != labels[:, :-1]
    return found


def hatch(shape: tuple[int, ...], origin: tuple[int, int]) -> Mask:
    """Return the stripes of a diagonal hatch, in place on the screen."""
    rows = (np.arange(shape[0]) + origin[0])[:, None]
    columns = np.arange(shape[1]) + origin[1]
    striped: Mask = (rows + columns) % HATCH_PERIOD < HATCH_WIDTH
    return striped
