"""Grow, shrink, open, close and smooth labels, a block at a time.

Distances are Euclidean, between pixel centres, and exact (Felzenszwalb and Huttenlocher, "Distance transforms of
sampled functions", 2012, as OpenCV has it): growing by n takes what is at most n pixels away. What the picture's border
cuts does not shrink from there. A pixel that several classes could gain goes to the nearest, else to the lower id.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import TILE, LabelMap, LabelPlane, Mask, Rect
from segstudio.core.stopping import go_on, told
from segstudio.editing.document import Document, part_of
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.regions import present
from segstudio.editing.scope import Scope, classes_of, numbers_after

BLOCK = 8 * TILE
"""Pixels a side that are worked at in one go: so little memory is needed on pictures of any size."""


@dataclass(slots=True, eq=False)
class Block:
    """A rectangle of a document, as ``Scope.split`` has it, and where the pixels are of the classes to clean up."""

    classes: LabelPlane
    parts: dict[int, Mask]
    scope: Scope
    _far: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def away(self, class_id: int) -> NDArray[np.float32]:
        """Return how far each pixel is from those of a class that is cleaned up."""
        if class_id not in self._far:
            self._far[class_id] = _away(self.parts[class_id])
        return self._far[class_id]


Change = Callable[[Block, int], LabelPlane]
"""Returns the classes of a block as they should be; the number says how much, in pixels."""


def cleaned(document: Document, text: str, change: Change, by: int, scope: Scope) -> Edit | None:
    """Return the step that a change makes by a number of pixels.

    None where there is nothing to do, and a step without patches where the document's rule forbids all there is.
    """
    shape = document.labels.shape
    near = scope.rect(document).grown(_reach(change, by)).clipped(shape)
    steps = [_block_step(document, text, change, by, scope, rect) for rect in told(near.tiles(shape, BLOCK))]
    patches = [patch for step in steps if step is not None for patch in step.patches]
    found = Edit(text, tuple(sorted(patches, key=lambda patch: patch.rect)))
    return found if any(step is not None for step in steps) else None


def grown(block: Block, by: int) -> LabelPlane:
    return _gained(block, {i: block.away(i) <= by for i in block.parts})


def shrunk(block: Block, by: int) -> LabelPlane:
    return _lost(block, {i: _eroded(mask, by) for i, mask in block.parts.items()})


def opened(block: Block, by: int) -> LabelPlane:
    """Take away what a disc that stays inside cannot reach: thin bridges, small bumps."""
    return _lost(block, {i: _away(_eroded(mask, by)) <= by for i, mask in block.parts.items()})


def closed(block: Block, by: int) -> LabelPlane:
    """Fill what a disc that stays outside cannot reach: gaps, narrow bays."""
    return _gained(block, {i: _eroded(block.away(i) <= by, by) for i in block.parts})


def smoothed(block: Block, by: int) -> LabelPlane:
    """Give each pixel the class that has most around it, weighed by a Gaussian of ``by`` pixels.

    As the joint smoothing of 3D Slicer's segment editor: no gaps open between classes. Only what is cleaned up gains
    and loses.
    """
    ids, masks = _all_parts(block)
    shares = np.stack([_blurred(mask, by) for mask in masks])
    own = np.argmax(np.stack(masks), axis=0)
    held = np.take_along_axis(shares, own[None], axis=0)[0]
    wins = np.where(shares.max(axis=0) > held + _EVEN, shares.argmax(axis=0), own)
    counts = np.arange(len(ids)) < len(block.parts)
    wins = np.where(counts[wins] | counts[own], wins, own)
    found: LabelPlane = np.asarray(ids, block.classes.dtype)[wins]
    return found


_REACH: dict[Change, int] = {grown: 1, shrunk: 1, opened: 2, closed: 2, smoothed: 3}
"""How far a change looks, as a multiple of how much it does."""

_EVEN = 1e-5
"""Shares that differ by less are equal but for rounding: then nothing changes."""


def _reach(change: Change, by: int) -> int:
    """Return how many pixels around it decide over one."""
    return _REACH[change] * by + 1


def _block_step(document: Document, text: str, change: Change, by: int, scope: Scope, rect: Rect) -> Edit | None:
    """Return the step for a rectangle, likewise."""
    outer = rect.grown(_reach(change, by)).clipped(document.labels.shape)
    numbers = None if document.instances is None else document.instances[outer.slices]
    before = LabelMap(document.labels[outer.slices], numbers)
    if scope.area is None and before.classes.min() == before.classes.max():
        return None  # one class all over stays as it is, whatever is done
    kinds, parts = scope.split(before.classes, outer)
    found = change(Block(kinds, parts, scope), by) if parts else kinds
    inside = slice(rect.y0 - outer.y0, rect.y1 - outer.y0), slice(rect.x0 - outer.x0, rect.x1 - outer.x0)
    changed = (found != kinds)[inside]
    if not changed.any():
        return None
    classes, after = classes_of(found[inside], before.classes.dtype), numbers_after(LabelMap(kinds, numbers), found)
    return step_of(document, text, changed, rect[:2], classes, part_of(after, inside))


def _gained(block: Block, masks: dict[int, Mask]) -> LabelPlane:
    """Return a block in which each part has its mask too, as far as it may, and as far as no other part is nearer."""
    classes, free = block.classes.copy(), block.scope.free(block.classes, block.parts)
    nearest = np.full(classes.shape, np.inf, np.float32)
    for class_id, mask in masks.items():
        away = block.away(class_id)
        takes = mask & free & (away < nearest)
        classes[takes], nearest[takes] = class_id, away[takes]
    return classes


def _lost(block: Block, masks: dict[int, Mask]) -> LabelPlane:
    """Return a block in which each part has only its mask."""
    classes = block.classes.copy()
    for class_id, mask in masks.items():
        classes[block.parts[class_id] & ~mask] = block.scope.background
    return classes


def _away(mask: Mask) -> NDArray[np.float32]:
    """Return how far each pixel is from a mask."""
    go_on()
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def _eroded(mask: Mask, by: int) -> Mask:
    return _away(~mask) > by


def _all_parts(block: Block) -> tuple[list[int], list[Mask]]:
    """Return the ids and masks of what is cleaned up, and after them those of all the rest; together they are all."""
    rest = ~np.logical_or.reduce(list(block.parts.values()))
    others = {i: rest & (block.classes == i) for i in present(block.classes, rest)}
    return [*block.parts, *others], [*block.parts.values(), *others.values()]


def _blurred(mask: Mask, by: int) -> NDArray[np.float32]:
    go_on()
    size = 2 * 3 * by + 1
    return np.asarray(
        cv2.GaussianBlur(mask.astype(np.float32), (size, size), by, borderType=cv2.BORDER_REPLICATE), np.float32
    )
