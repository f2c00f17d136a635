"""What a step has done, in figures: how many pixels it changed, and to which class."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segstudio.core.raster import Rect
from segstudio.editing.edit import Edit, Patch


@dataclass(frozen=True, slots=True)
class Written:
    """``pixels`` hold another class, or are of another object, than before.

    ``classes`` are the ids that were written; none where only objects were changed.
    """

    pixels: int = 0
    classes: frozenset[int] = frozenset()


def counting(edit: Edit) -> Iterator[Written]:
    """Yield what the tiles of a step hold so far, a tile at a time, and so at last all of it.

    A tile takes about a tenth of a millisecond; the step that fills a picture may have a hundred thousand.
    """
    found = Written()
    by_rect: dict[Rect, list[Patch]] = {}
    for patch in edit.patches:
        by_rect.setdefault(patch.rect, []).append(patch)
    for patches in by_rect.values():
        pixels, classes = _counted(patches)
        found = Written(found.pixels + pixels, found.classes | classes)
        yield found


def _counted(patches: list[Patch]) -> tuple[int, frozenset[int]]:
    """Return how many pixels the patches of one rectangle change, and the classes that they write."""
    changed = np.zeros(patches[0].rect.shape, np.bool_)
    classes: frozenset[int] = frozenset()
    for patch in patches:
        after = patch.after.pixels()
        differs = patch.before.pixels() != after
        changed |= differs
        if patch.plane == "classes":
            classes = frozenset(np.unique(after[differs]).tolist())
    return int(np.count_nonzero(changed)), classes
