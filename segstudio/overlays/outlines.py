"""The borders of truth and predictions over each other: told apart by colour, and the second prediction by dashes."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import Color
from segstudio.overlays.base import (
    COLOR_A,
    COLOR_B,
    OverlayInput,
    Pixels,
    Style,
    nothing,
    premultiplied,
    put,
    wide_edges,
)
from segstudio.overlays.errors import TRUE_POSITIVE

TRUTH_LINE: Color = TRUE_POSITIVE
OTHER_GAP: Color = (0x2B, 0x22, 0x04)
"""Between the dashes of the second prediction: dark and not open, so that a line of any slope is seen whole."""
DASH = 6
_TILE = 512


def outlines(source: OverlayInput) -> Pixels:
    """The borders of all three: the truth on top of the prediction, and that on top of the second one."""
    pixels = nothing(source)
    if source.other is not None:
        put(pixels, _dashes(source.truth.shape, source.origin), _border(source.other, source.style))
    for plane, color in ((source.prediction, COLOR_A), (source.truth, TRUTH_LINE)):
        if plane is not None:
            line = np.full_like(pixels, premultiplied(color, 1.0))
            put(pixels, line, _border(plane, source.style))
    return pixels


def _border(plane: LabelPlane, style: Style) -> NDArray[np.uint8]:
    """Return not 0 on borders, but not in what is ignored: its specks would be nothing but border."""
    if style.focus is not None:
        return wide_edges((plane == style.focus).view(np.uint8))
    edges = wide_edges(plane)
    edges[style.ignored[plane] > 0] = 0
    return edges


def _dashes(shape: tuple[int, ...], origin: tuple[int, int]) -> Pixels:
    """Return a dashed line's colours wherever it runs, in place on the screen; a part of a pattern that is kept."""
    period = 2 * DASH
    y, x = origin[0] % period, origin[1] % period
    height, width = (-(-(side + period) // _TILE) * _TILE for side in shape)
    return _pattern(height, width)[y : y + shape[0], x : x + shape[1]]


@lru_cache(maxsize=4)
def _pattern(height: int, width: int) -> Pixels:
    # Twice as steep as it is wide: along lines that often occur, level, upright and at 45 degrees, it alternates.
    rows, columns = np.arange(height)[:, None], np.arange(width)
    dashes = (columns + 2 * rows) // DASH % 2 == 0
    pixels = np.where(dashes, premultiplied(COLOR_B, 1.0), premultiplied(OTHER_GAP, 1.0)).astype(np.uint32)
    pixels.flags.writeable = False
    return pixels
