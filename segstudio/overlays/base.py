"""What an overlay is: labels of what is on the screen in, premultiplied colours out.

Overlays see the labels as sampled to screen pixels, so that an outline is as thin at any zoom.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Confidence, InstancePlane, LabelPlane, Mask
from segstudio.core.schema import MAX_ID, UNKNOWN_COLOR, Color, LabelSchema

Pixels: TypeAlias = NDArray[np.uint32]
"""Shape (height, width), premultiplied 0xAARRGGBB."""

Table: TypeAlias = NDArray[np.uint8]
"""One small number by class id."""

HATCH_PERIOD, HATCH_WIDTH = 8, 3
STRIPE = 8
"""Added to a small number that stands for a colour where the stripe of a hatch runs."""
COLOR_A: Color = (0x8B, 0x5C, 0xF6)
COLOR_B: Color = (0xEB, 0xC2, 0x1F)
"""Of the first and the second prediction, wherever they are told apart: far from each other for every eye."""
FAINT = 0.2
"""Of the opacity, for what is right in a picture most of which is right: as strong as errors it would veil it."""
_HATCH_STEP = 512
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


@dataclass(frozen=True, eq=False)
class Style:
    """How labels are coloured: made once from a schema and the user's choices, used for every rectangle.

    Its tables have an entry for every id there can be, since a prediction may hold wider ones than the schema.
    ``fill`` and ``line`` are palettes by class id, premultiplied. By class id too, ``ignored`` is 1 for what is drawn
    hatched, ``scored`` for the classes that metrics count (neither ignored nor undeclared), and ``background`` for
    what counts as "nothing there". ``focus`` is the one class to look at, or None. With ``by_instance`` each object of
    the truth has a colour of its own; those whose numbers are ``lit`` are outlined so that they stand out. ``rgb`` are
    the colours by class id as they are, shape (ids, 3), of what is hidden, too.
    """

    rgb: NDArray[np.uint8]
    fill: Pixels
    line: Pixels
    ignored: Table
    scored: Table
    background: Table
    opacity: float
    focus: int | None = None
    by_instance: bool = False
    lit: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        schema: LabelSchema,
        opacity: float,
        hidden: frozenset[int] = frozenset(),
        focus: int | None = None,
        seen: LabelSchema | None = None,
    ) -> "Style":
        """``seen`` has the colours where more classes than those of ``schema``, which are judged, can be in sight."""
        colors = (seen or schema).palette()
        rgb = np.full((MAX_ID + 1, 3), UNKNOWN_COLOR, np.uint8)
        rgb[: len(colors)] = colors
        ignored = _table(schema.ignored_ids)
        scored = _table(c.id for c in schema.scored)
        background = _table(c.id for c in schema.classes if c.background)
        fill, line = palette(rgb, opacity), palette(rgb, line_opacity(opacity))
        unseen = background.astype(np.bool_)
        unseen[list(hidden)] = True
        fill[unseen] = 0
        line[unseen] = 0
        return cls(rgb, fill, line, ignored, scored, background, opacity, focus)

    @cached_property
    def objects(self) -> Table:
        """1 for the class in focus, or for every scored class but the background."""
        if self.focus is None:
            return self.scored & (1 - self.background)
        found = np.zeros_like(self.scored)
        found[self.focus] = self.scored[self.focus]
        return found

    @cached_property
    def plain(self) -> Pixels:
        """The fill of every class, of the background and of what is hidden, too."""
        return palette(self.rgb, self.opacity)

    @cached_property
    def strong(self) -> Pixels:
        """The line of every class, of the background and of what is hidden, too."""
        return palette(self.rgb, line_opacity(self.opacity))

    @cached_property
    def faint(self) -> Pixels:
        """A veil for each object class that is looked at, and nothing for the rest."""
        return palette(self.rgb, FAINT * self.opacity) * self.objects

    @cached_property
    def truth_kinds(self) -> Table:
        """What a truth is: 0 where it is not scored, 1 for nothing there, 2 for an object."""
        return np.where(self.scored, 1 + self.objects, 0).astype(np.uint8)

    @cached_property
    def prediction_kinds(self) -> Table:
        """What a prediction is: 0 for nothing there, 3 for an object. Added to the truth's kind it tells all pairs."""
        return 3 * self.objects


@dataclass(frozen=True, slots=True, eq=False)
class OverlayInput:
    """The same screen rectangle of everything an overlay may look at.

    ``truth`` and ``prediction`` have one shape; where there is no prediction it is None. ``origin`` is the row and
    column of the rectangle on the screen, so that a hatch goes on over the seam of two rectangles. ``instances``, of
    the same shape, numbers the objects of the truth; it is None where they are not told apart. ``other`` is a second
    prediction, and ``confidence`` and ``other_confidence`` are how sure the models of the first and the second were, of
    the same shape, None where there is none.
    ``depth`` is how far each pixel lies from the borders of the truth, as ``distances.depth`` has it, None for overlays
    that do not ask for it: what lies further away than the rectangle goes counts, too. ``found`` numbers the objects
    of the prediction, None where it does not tell them apart.
    """

    truth: LabelPlane
    prediction: LabelPlane | None
    style: Style
    origin: tuple[int, int]
    instances: InstancePlane | None = None
    other: LabelPlane | None = None
    confidence: Confidence | None = None
    depth: NDArray[np.uint8] | None = None
    found: InstancePlane | None = None
    other_confidence: Confidence | None = None


Overlay: TypeAlias = Callable[[OverlayInput], Pixels]


def line_opacity(opacity: float) -> float:
    """Return the opacity of the line round an area that is filled with ``opacity``."""
    return min(1.0, opacity + 0.35)


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


def _table(ids: Iterable[int]) -> Table:
    table = np.zeros(MAX_ID + 1, np.uint8)
    table[list(ids)] = 1
    return table


def colored(colors: Pixels, labels: LabelPlane) -> Pixels:
    """Return the colour of each label; ``colors`` has an entry for every value of the labels' dtype, or more."""
    if labels.dtype == np.uint8:  # a fifth of the time that indexing takes
        return np.asarray(cv2.LUT(labels, colors[:256].view(np.int32))).view(np.uint32)
    return colors.take(labels, mode="clip")  # every uint16 has an entry: "clip" only spares the check


def looked_up(table: Table, labels: LabelPlane) -> NDArray[np.uint8]:
    """Return the number that ``table`` has for each label."""
    if labels.dtype == np.uint8:
        return np.asarray(cv2.LUT(labels, table[:256]), np.uint8)
    return table.take(labels, mode="clip")


def put(pixels: Pixels, others: Pixels, where: NDArray[np.uint8]) -> None:
    """Put the pixels of ``others`` in place where ``where`` is not 0, in a quarter of the time of numpy's indexing."""
    cv2.copyTo(_channels(others), where, _channels(pixels))


def wide_edges(labels: LabelPlane) -> NDArray[np.uint8]:
    """Return not 0 for the pixels on either side of a border between labels: a line two pixels wide."""
    different = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, _CROSS)  # the largest neighbour less the smallest
    if labels.dtype == np.uint8:
        return np.asarray(different, np.uint8)
    return np.asarray(different != 0).view(np.uint8)


def nothing(source: OverlayInput) -> Pixels:
    """Return no colour at all, for what there is nothing to show of."""
    return np.zeros(source.truth.shape, np.uint32)


def of_other(overlay: Overlay) -> Overlay:
    """Return the overlay that has the second prediction in place of the first."""

    def drawn(source: OverlayInput) -> Pixels:
        return overlay(replace(source, prediction=source.other, confidence=source.other_confidence))

    return drawn


def hatch(shape: tuple[int, ...], origin: tuple[int, int]) -> Mask:
    """Return the stripes of a diagonal hatch, in place on the screen; a part of a pattern that is kept."""
    y, x = origin[0] % HATCH_PERIOD, origin[1] % HATCH_PERIOD
    height, width = (-(-(side + HATCH_PERIOD) // _HATCH_STEP) * _HATCH_STEP for side in shape)
    return _stripes(height, width)[y : y + shape[0], x : x + shape[1]]


def striped(codes: NDArray[np.uint8], origin: tuple[int, int]) -> NDArray[np.uint8]:
    """Return small numbers with ``STRIPE`` added where the stripes of the hatch run."""
    return codes + hatch(codes.shape, origin).view(np.uint8) * np.uint8(STRIPE)


@lru_cache(maxsize=4)
def _stripes(height: int, width: int) -> Mask:
    rows, columns = np.arange(height, dtype=np.int32)[:, None], np.arange(width, dtype=np.int32)
    stripes: Mask = (rows + columns) % HATCH_PERIOD < HATCH_WIDTH
    stripes.flags.writeable = False
    return stripes


def _channels(pixels: Pixels) -> NDArray[np.uint8]:
    return pixels.view(np.uint8).reshape(*pixels.shape, 4)
