"""Whole planes against one another: the step from one to the other, and edits made on planes without a document."""

from collections.abc import Iterable, Iterator

import numpy as np

from segstudio.core.raster import LabelMap, Rect
from segstudio.editing.edit import PLANES, Edit, Patch, Plane, Values


def replacing(text: str, before: LabelMap, after: LabelMap) -> Edit:
    """Return the step that turns one pair of planes into another of the same size; it may hold no patch at all.

    A plane that either of them lacks is left alone.
    """
    height, width = before.classes.shape
    return Edit(text, tuple(_patches(before, after, Rect(0, 0, height, width))))


def copied(planes: LabelMap) -> LabelMap:
    """Return planes that may be written to."""
    return LabelMap(planes.classes.copy(), None if planes.instances is None else planes.instances.copy())


def write_edits(planes: LabelMap, edits: Iterable[Edit], only: Plane | None = None, touched: bool = False) -> None:
    """Write edits, in order, to planes that may be written to; ``only`` names the one plane that is meant.

    With ``touched`` only the pixels that an edit changed are written, so that it can be made on other labels than it
    was made of. Raises ``ValueError`` where an edit does not fit: its rectangle, or a value above the plane's.
    """
    for edit in edits:
        for patch in edit.patches:
            target = plane_of(planes, patch.plane)
            if target is not None and only in (None, patch.plane):
                _write(target, patch, touched)


def plane_of(planes: LabelMap, name: Plane) -> Values | None:
    return planes.classes if name == "classes" else planes.instances


def _write(target: Values, patch: Patch, touched: bool) -> None:
    if patch.rect != patch.rect.clipped(target.shape) or patch.after.dtype.itemsize > target.dtype.itemsize:
        raise ValueError("an edit does not fit the picture")
    after = patch.after.pixels()
    if touched:
        np.copyto(target[patch.rect.slices], after, where=after != patch.before.pixels())
    else:
        target[patch.rect.slices] = after


def _patches(before: LabelMap, after: LabelMap, whole: Rect) -> Iterator[Patch]:
    for tile in whole.tiles(before.classes.shape):
        for name in PLANES:
            old, new = plane_of(before, name), plane_of(after, name)
            if old is None or new is None or np.array_equal(old[tile.slices], new[tile.slices]):
                continue
            yield Patch.between(tile, old[tile.slices].copy(), new[tile.slices].copy(), name)
