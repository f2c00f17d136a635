"""What is done to a region as a whole: taken away, moved, copied, given another class, made one with others.

Every function returns a step to be made, None where there is nothing to do, and a step without patches where the
document's rule forbids all there is.
"""

from dataclasses import dataclass

import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, Rect
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.objects import numbers_copied, numbers_kept
from segstudio.editing.regions import on_rect, placed_rect
from segstudio.editing.shapes import Placed


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Pixels taken out of labels, with what they hold: all arrays have the mask's shape."""

    mask: Mask
    at: tuple[int, int]
    classes: LabelPlane
    instances: InstancePlane | None


def lifted(document: Document, area: Placed) -> Piece:
    """Return a copy of an area, which lies in the picture."""
    rect = placed_rect(area)
    numbers = None if document.instances is None else document.instances[rect.slices].copy()
    return Piece(area[0], area[1], document.labels[rect.slices].copy(), numbers)


def kept(document: Document, piece: Piece) -> Placed | None:
    """Return the pixels of a piece that hold what they held when it was lifted, None where none do."""
    rect = placed_rect((piece.mask, piece.at))
    same: Mask = piece.mask & (document.labels[rect.slices] == piece.classes)
    if piece.instances is not None and document.instances is not None:
        same &= document.instances[rect.slices] == piece.instances
    return (same, piece.at) if same.any() else None


def shifted(area: Placed, by: tuple[int, int]) -> Placed:
    return area[0], (area[1][0] + by[0], area[1][1] + by[1])


def emptied(document: Document, area: Placed, background: int) -> Edit | None:
    """Give an area to the background."""
    return step_of(document, "Delete region", *area, background)


def reclassed(document: Document, area: Placed, class_id: int, thing: bool) -> Edit | None:
    """Give an area another class, of objects if it is a ``thing``; their numbers are as ``numbers_kept`` has them."""
    numbers = numbers_kept(document, area, class_id) if thing and document.instances is not None else 0
    return step_of(document, "Change class", *area, class_id, numbers)


def merged(document: Document, area: Placed, first: tuple[int, int]) -> Edit | None:
    """Give all of an area the class and the number of one region."""
    return step_of(document, "Merge regions", *area, *first)


def moved(document: Document, area: Placed, by: tuple[int, int], background: int) -> Edit | None:
    """Move an area down and to the right; what it leaves is background, what lies where it goes is drawn over.

    Only pixels that the document's rule allows to be taken away move along: else they would be doubled.
    """
    source = placed_rect(area)
    allowed = document.rule.allowed(document.labels[source.slices], source, background)
    piece = lifted(document, area if allowed is None else (area[0] & allowed, area[1]))
    if by == (0, 0) or (area[0].any() and not piece.mask.any()):
        return Edit("Move region", ()) if by != (0, 0) else None
    goal = placed_rect(shifted(area, by)).clipped(document.labels.shape)
    rect = source if goal.empty else Rect(*map(min, source[:2], goal[:2]), *map(max, source[2:], goal[2:]))
    leaving, coming = (on_rect(at, rect) for at in ((piece.mask, piece.at), shifted((piece.mask, piece.at), by)))
    classes = _put_down(document.labels[rect.slices], rect, leaving, background, piece, piece.classes, by)
    numbers: InstancePlane | int = 0
    if document.instances is not None and piece.instances is not None:
        numbers = _put_down(document.instances[rect.slices], rect, leaving, 0, piece, piece.instances, by)
    return step_of(document, "Move region", leaving | coming, (rect.y0, rect.x0), classes, numbers)


def pasted(document: Document, piece: Piece, schema: LabelSchema) -> Edit | None:
    """Put a piece down where it was taken; its objects are new ones, beside those it was copied from.

    A piece of another document may hold no numbers or reach beyond the picture. What it holds of classes that the
    schema lacks, or that the document cannot hold, is left out.
    """
    known = [c.id for c in schema.classes if c.id <= np.iinfo(document.labels.dtype).max]
    mask, numbers = piece.mask & np.isin(piece.classes, known), None
    if document.instances is not None:
        last = int(document.instances.max(initial=0))
        numbers = numbers_copied(LabelMap(piece.classes, piece.instances), mask, schema.things, last)
    classes = piece.classes.astype(document.labels.dtype)
    return step_of(document, "Paste region", mask, piece.at, classes, 0 if numbers is None else numbers)


def _put_down(
    plane: LabelPlane, rect: Rect, leaving: Mask, empty: int, piece: Piece, values: LabelPlane, by: tuple[int, int]
) -> LabelPlane:
    """Return what a rectangle of a plane holds when a piece has been moved in it."""
    found = plane.copy()
    found[leaving] = empty
    goal = placed_rect(shifted((piece.mask, piece.at), by))
    part = Rect(*map(max, goal[:2], rect[:2]), *map(min, goal[2:], rect[2:]))
    if not part.empty:
        inside = slice(part.y0 - goal.y0, part.y1 - goal.y0), slice(part.x0 - goal.x0, part.x1 - goal.x0)
        target = found[part.y0 - rect.y0 : part.y1 - rect.y0, part.x0 - rect.x0 : part.x1 - rect.x0]
        np.copyto(target, values[inside], where=piece.mask[inside])
    return found
