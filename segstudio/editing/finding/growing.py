"""Find an area around a pixel without looking at more of a large picture than it takes."""

from collections.abc import Callable

from segstudio.core.raster import Mask, Rect
from segstudio.core.stopping import go_on
from segstudio.editing.shapes import Placed, everywhere, reached

START = 256
"""How far around the pixel is looked first, in pixels: most areas that are clicked are no larger."""

WHOLE = 4
"""A rectangle of more than this part of the picture is not looked at for itself: the whole may follow anyway."""


def connected(shape: tuple[int, int], seed: tuple[int, int], allowed: Callable[[Rect], Mask]) -> Placed:
    """Return the 4-connected area around ``seed`` (row, column) of what is allowed, in a picture of ``shape``.

    ``allowed`` gives the mask of a rectangle, in which the seed always counts as allowed.
    """

    def find(rect: Rect) -> Placed:
        mask = allowed(rect)
        if everywhere(mask):
            return mask, (0, 0)
        mask[seed[0] - rect.y0, seed[1] - rect.x0] = True
        return reached(mask, (seed[0] - rect.y0, seed[1] - rect.x0))

    return growing(shape, seed, find)


def growing(shape: tuple[int, int], seed: tuple[int, int], find: Callable[[Rect], Placed], margin: int = 1) -> Placed:
    """Call ``find`` for larger and larger rectangles around ``seed`` until its area keeps clear of what is cut off.

    ``find`` returns an area placed in the rectangle. An area that comes nearer than ``margin`` pixels to a side of
    the rectangle, where the picture goes on behind it, may be cut off.
    """
    window, by = Rect(*seed, seed[0] + 1, seed[1] + 1), START
    while True:
        go_on()
        window = window.grown(by).clipped(shape)
        if window.shape[0] * window.shape[1] * WHOLE > shape[0] * shape[1]:
            window = Rect(0, 0, *shape)
        mask, (top, left) = find(window)
        area = Rect(top, left, top + mask.shape[0], left + mask.shape[1])
        if _clear(area, window, shape, margin):
            return mask, (window.y0 + top, window.x0 + left)
        by = max(window.shape)


def _clear(area: Rect, window: Rect, shape: tuple[int, int], margin: int) -> bool:
    """Return whether an area, placed in ``window``, keeps ``margin`` from the sides at which the window cuts."""
    height, width = window.shape
    return (
        (area.y0 >= margin or window.y0 == 0)
        and (area.x0 >= margin or window.x0 == 0)
        and (height - area.y1 >= margin or window.y1 == shape[0])
        and (width - area.x1 >= margin or window.x1 == shape[1])
    )
