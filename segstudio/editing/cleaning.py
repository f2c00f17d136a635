"""Grow, shrink, open, close and smooth labels, a block at a time.

Distances are Euclidean, between pixel centres, and exact (Felzenszwalb and Huttenlocher, "Distance transforms of
sampled functions", 2012, as OpenCV has it): growing by n takes what is at most n pixels away. What the picture's border
cuts does not shrink from there. A pixel that several classes could gain goes to the nearest, else to the lower id.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import TILE, LabelMap, LabelPlane, Mask, Rect
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit, Patch
from segstudio.editing.scope import Scope, numbers_after

BLOCK = 8 * TILE
"""Pixels a side that are worked at in one go: so little memory is needed on pictures of any size."""


@dataclass(slots=True, eq=False)
class Block:
    """A rectangle of a document, the classes to clean up in it, and where their pixels are."""

    classes: LabelPlane
    parts: dict[int, Mask]
    scope: Scope


Change = Callable[[Block, int], LabelPlane]
"""Returns the classes of a block as they should be; the number says how much, in pixels."""


def cleaned(document: Document, text: str, change: Change, by: int, scope: Scope) -> Edit | None:
    """Return the step that a change makes by a number of pixels.

    None where there is nothing to do, and a step without patches where the document's rule forbids all there is.
    """
    shape, patches, forbidden = document.labels.shape, list[Patch](), False
    reach = _REACH[change] * by + 1
    for rect in scope.rect(document).grown(reach).clipped(shape).tiles(shape, BLOCK):
        outer = rect.grown(reach).clipped(shape)
        planes = LabelMap(
            document.labels[outer.slices], None if document.instances is None else document.instances[outer.slices]
        )
        parts = dict(scope.parts(planes.classes, outer))
        if parts and (
            edit := _block_step(document, text, rect, outer, planes, change(Block(planes.classes, parts, scope), by))
        ):
            forbidden = forbidden or not edit.patches
            patches += edit.patches
    return Edit(text, tuple(sorted(patches, key=lambda patch: patch.rect))) if patches or forbidden else None


def grown(block: Block, by: int) -> LabelPlane:
    return _gained(block, {i: _away(mask) <= by for i, mask in block.parts.items()})


def shrunk(block: Block, by: int) -> LabelPlane:
    return _lost(block, {i: _eroded(mask, by) for i, mask in block.parts.items()})


def opened(block: Block, by: int) -> LabelPlane:
    """Take away what a disc that stays inside cannot reach: thin bridges, small bumps."""
    return _lost(block, {i: _away(_eroded(mask, by)) <= by for i, mask in block.parts.items()})


def closed(block: Block, by: int) -> LabelPlane:
    """Fill what a disc that stays outside cannot reach: gaps, narrow bays."""
    return _gained(block, {i: _eroded(_away(mask) <= by, by) for i, mask in block.parts.items()})


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


def _block_step(
    document: Document, text: str, rect: Rect, outer: Rect, before: LabelMap, classes: LabelPlane
) -> Edit | None:
    if np.array_equal(classes, before.classes):
        return None
    inside = slice(rect.y0 - outer.y0, rect.y1 - outer.y0), slice(rect.x0 - outer.x0, rect.x1 - outer.x0)
    numbers = numbers_after(before, classes)
    changed = (classes != before.classes)[inside]
    at = rect.y0, rect.x0
    return step_of(
        document, text, changed, at, classes[inside], numbers if isinstance(numbers, int) else numbers[inside]
    )


def _gained(block: Block, masks: dict[int, Mask]) -> LabelPlane:
    """Return a block in which each part has its mask too, as far as it may, and as far as no other part is nearer."""
    classes, free = block.classes.copy(), block.scope.free(block.classes, block.parts)
    nearest = np.full(classes.shape, np.inf, np.float32)
    for class_id, mask in masks.items():
        away = _away(block.parts[class_id])
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
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def _eroded(mask: Mask, by: int) -> Mask:
    return _away(~mask) > by


def _all_parts(block: Block) -> tuple[list[int], list[Mask]]:
    """Return the ids and masks of what is cleaned up, and after them those of all the rest; together they are all."""
    rest = ~np.logical_or.reduce(list(block.parts.values()))
    others = {i: rest & (block.classes == i) for i in np.unique(block.classes[rest]).tolist()}
    return [*block.parts, *others], [*block.parts.values(), *others.values()]


def _blurred(mask: Mask, by: int) -> NDArray[np.float32]:
    size = 2 * 3 * by + 1
    return np.asarray(
        cv2.GaussianBlur(mask.astype(np.float32), (size, size), by, borderType=cv2.BORDER_REPLICATE), np.float32
    )
