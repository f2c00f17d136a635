"""Steps computed of a document without making them: a worker may do it.

The document must not be written to meanwhile, nor get another rule: its ``basis`` tells.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import TILE, LabelPlane, Mask, Rect
from segstudio.core.stopping import go_on
from segstudio.editing.document import Document, differing, part_of
from segstudio.editing.edit import Edit, Packed, Patch, Plane, Values
from segstudio.editing.shapes import Placed


def edit_of(
    document: Document, text: str, mask: Mask, at: tuple[int, int], value: Values | int, instance: Values | int = 0
) -> Edit:
    """Return the step that ``Stroke.paint`` would make."""
    return Edit(text, tuple(_patches(document, mask, at, value, instance)))


def edit_of_parts(document: Document, text: str, parts: Iterable[Placed], value: int, instance: int = 0) -> Edit:
    """Return the step that draws areas; no two of them may touch the same tile, and they go from the top to the left.

    An area may be as large as the picture: in parts, it need not all be in memory.
    """
    return Edit(text, tuple(patch for mask, at in parts for patch in _patches(document, mask, at, value, instance)))


def step_of(
    document: Document, text: str, mask: Mask, at: tuple[int, int], value: Values | int, instance: Values | int = 0
) -> Edit | None:
    """Return the step that ``Stroke.paint`` would make, or None where the pixels hold all that already.

    A step without patches is one that the document's rule forbids.
    """
    edit = edit_of(document, text, mask, at, value, instance)
    if edit.patches:
        return edit
    forbidden = not document.rule.free and refuses(document, [(mask, at)], value, instance)
    return edit if forbidden else None


def refuses(document: Document, parts: Iterable[Placed], value: Values | int, instance: Values | int = 0) -> bool:
    """Return whether there is a pixel in areas that would change, did the document's rule not forbid it."""
    return any(
        bool((differing(document, rect, part_of(value, inside), part_of(instance, inside)) & mask[inside]).any())
        for mask, at in parts
        for rect, inside in _tiles(document, mask, at)
    )


def _patches(
    document: Document, mask: Mask, at: tuple[int, int], value: Values | int, instance: Values | int
) -> Iterator[Patch]:
    plain = document.instances is None and document.rule.free and isinstance(value, int)
    for rects in _rows(document, mask, at):
        band = Rect(*rects[0][:2], *rects[-1][2:])
        inside = mask[band.y0 - at[0] : band.y1 - at[0], band.x0 - at[1] : band.x1 - at[1]]
        starts = [rect.x0 - band.x0 for rect in rects]
        touched = np.logical_or.reduceat(inside.any(axis=0), starts)
        covered = np.logical_and.reduceat(inside.all(axis=0), starts) & plain
        held = _same(document.labels[band.slices], starts) if covered.any() else [None] * len(rects)
        for rect, some, whole, before in zip(rects, touched.tolist(), covered.tolist(), held, strict=True):
            if whole and before is not None and isinstance(value, int):
                yield from _plain(document, rect, before, value)
            elif some:
                part = slice(rect.y0 - at[0], rect.y1 - at[0]), slice(rect.x0 - at[1], rect.x1 - at[1])
                yield from _tile(document, rect, mask[part], part_of(value, part), part_of(instance, part))


def _rows(document: Document, mask: Mask, at: tuple[int, int]) -> Iterator[list[Rect]]:
    """Yield what of each tile lies in the mask's rectangle, a row of tiles at a time."""
    rect = Rect(at[0], at[1], at[0] + mask.shape[0], at[1] + mask.shape[1]).clipped(document.labels.shape)
    if rect.empty:
        return
    columns = _cuts(rect.x0, rect.x1)
    for top, below in pairwise(_cuts(rect.y0, rect.y1)):
        go_on()
        yield [Rect(top, left, below, right) for left, right in pairwise(columns)]


def _cuts(start: int, stop: int) -> list[int]:
    """Return both ends of a stretch, and where the grid of tiles cuts it."""
    return [start, *range((start // TILE + 1) * TILE, stop, TILE), stop]


def _tiles(document: Document, mask: Mask, at: tuple[int, int]) -> Iterator[tuple[Rect, tuple[slice, slice]]]:
    for rects in _rows(document, mask, at):
        for rect in rects:
            yield rect, (slice(rect.y0 - at[0], rect.y1 - at[0]), slice(rect.x0 - at[1], rect.x1 - at[1]))


def _same(classes: LabelPlane, starts: list[int]) -> list[int | None]:
    """Return for each tile of a row the class that all its pixels have, or None where they have several."""
    # Column by column first: so much faster than tile by tile that an area of 10,000 tiles takes a tenth of the time.
    least: NDArray[np.unsignedinteger] = np.minimum.reduceat(classes.min(axis=0), starts)
    most: NDArray[np.unsignedinteger] = np.maximum.reduceat(classes.max(axis=0), starts)
    return [low if low == high else None for low, high in zip(least.tolist(), most.tolist(), strict=True)]


def _plain(document: Document, rect: Rect, before: int, value: int) -> Iterator[Patch]:
    if before != value:
        shape, dtype = rect.shape, document.labels.dtype
        yield Patch(rect, Packed.full(shape, dtype, before), Packed.full(shape, dtype, value))


def _tile(document: Document, rect: Rect, inside: Mask, value: Values | int, instance: Values | int) -> Iterator[Patch]:
    changed = differing(document, rect, value, instance) & inside
    classes = document.labels[rect.slices]
    if (allowed := document.rule.allowed(classes, rect, value)) is not None:
        changed &= allowed
    if not changed.any():
        return
    yield from _changed(rect, classes, changed, value, "classes")
    if document.instances is not None:
        yield from _changed(rect, document.instances[rect.slices], changed, instance, "instances")


def _changed(rect: Rect, plane: Values, changed: Mask, value: Values | int, name: Plane) -> Iterator[Patch]:
    after = plane.copy()
    np.copyto(after, np.asarray(value, plane.dtype), where=changed)
    if not np.array_equal(plane, after):
        yield Patch.between(rect, plane.copy(), after, name)
