"""Journals of planes that have another depth since, or of which there were more or fewer: made to fit those of now."""

from dataclasses import replace
from typing import Any

import numpy as np

from segstudio.core.raster import LabelMap
from segstudio.editing.edit import PLANES, Edit, Packed, Patch, Plane
from segstudio.editing.ledger import Digests, Mark
from segstudio.editing.replacing import plane_of
from segstudio.io.journal import Header, digests_of
from segstudio.io.journal_reader import Found


def fits(header: Header, planes: LabelMap) -> bool:
    """Tell whether a journal is of planes of this size and depth."""
    return replace(Header.of(planes), generation=header.generation) == header


def refitted(found: Found, planes: LabelMap) -> Found:
    """Return a journal with its changes as they are on these planes; of a plane that is no more they are left out.

    A plane that is new counts as saved. Raises ``ValueError`` for a picture of another size, and for values that the
    planes are not deep enough to hold.
    """
    if fits(found.header, planes):
        return found
    if found.header.shape != planes.classes.shape:
        raise ValueError("it was drawn on a picture of another size")
    depths = {name: plane.dtype for name in PLANES if (plane := plane_of(planes, name)) is not None}
    before, now = digests_of(_as_before(found.header, planes)), digests_of(planes)
    ledger = found.ledger.mapped(lambda edit: _cast(edit, depths), lambda mark: _renamed(mark, before, now))
    return replace(found, header=Header.of(planes, found.header.generation), ledger=ledger)


def _as_before(header: Header, planes: LabelMap) -> LabelMap:
    """Return planes of the depth that a journal knows; one that would not hold its values stays as it is."""
    depth = np.dtype(f"u{header.sizes['classes']}")
    shallow = int(planes.classes.max(initial=0)) <= np.iinfo(depth).max
    return LabelMap(planes.classes.astype(depth) if shallow else planes.classes, planes.instances)


def _renamed(mark: Mark, before: Digests, now: Digests) -> Mark:
    """Return a mark that knows planes that are as they were by what tells them now."""
    held = {name: mark.digests.get(name, before[name]) for name in now}
    return Mark(mark.number, {name: now[name] if digest == before[name] else digest for name, digest in held.items()})


def _cast(edit: Edit, depths: dict[Plane, np.dtype[Any]]) -> Edit:
    patches = (patch for patch in edit.patches if patch.plane in depths)
    return replace(edit, patches=tuple(_cast_patch(patch, depths[patch.plane]) for patch in patches))


def _cast_patch(patch: Patch, depth: np.dtype[Any]) -> Patch:
    return replace(patch, before=_cast_pixels(patch.before, depth), after=_cast_pixels(patch.after, depth))


def _cast_pixels(packed: Packed, depth: np.dtype[Any]) -> Packed:
    if packed.dtype.itemsize == depth.itemsize:
        return packed
    pixels = packed.pixels()
    if int(pixels.max(initial=0)) > np.iinfo(depth).max:
        raise ValueError("it has classes of higher numbers than there are now")
    cast = Packed.of(pixels.astype(depth))
    return Packed(cast.shape, cast.dtype, cast.data)  # compressed at once: a small file may hold very many
