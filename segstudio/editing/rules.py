"""Which pixels may be changed: by the class they have, and by how bright the picture is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.core.schema import MAX_ID
from segstudio.editing.edit import Values


@dataclass(frozen=True, slots=True, eq=False)
class PaintRule:
    """The default allows everything.

    ``editable`` is True by class id for what may be changed, shape (65536,), or None for all; ``drawable`` likewise for
    what it may be changed to. Where ``picture`` is given, shape (height, width) or (height, width, 3) RGB, only the
    pixels may change whose value, of a colour its brightness, lies within ``low``..``high``, both included.
    """

    editable: Mask | None = None
    drawable: Mask | None = None
    picture: NDArray[Any] | None = None
    low: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, ids: Iterable[int] | None, locked: Iterable[int] = ()) -> "PaintRule":
        """Return a rule by which only the classes ``ids``, or all where None, are drawn over.

        The classes ``locked`` keep their pixels and get no others.
        """
        locked = tuple(locked)
        if ids is None and not locked:
            return cls()
        editable = np.full(MAX_ID + 1, ids is None)
        editable[list(ids or ())] = True
        editable[list(locked)] = False
        drawable = np.ones(MAX_ID + 1, np.bool_) if locked else None
        if drawable is not None:
            drawable[list(locked)] = False
        return cls(editable, drawable)

    @property
    def free(self) -> bool:
        """Whether everything is allowed."""
        return self.editable is None and self.drawable is None and self.picture is None

    def allowed(self, labels: LabelPlane, rect: Rect, value: Values | int) -> Mask | None:
        """Return where the pixels of ``rect`` may be changed to ``value``; None for everywhere.

        Their classes are ``labels``; ``value`` is a class, or one for each pixel.
        """
        found: Mask | None = None
        if self.editable is not None:
            found = _looked_up(self.editable, labels)
        if self.drawable is not None:
            wanted = self.drawable[np.asarray(value)]
            found = np.broadcast_to(wanted, labels.shape) if found is None else found & wanted
        if self.picture is not None:
            seen = self.picture[rect.slices]
            gray = cv2.cvtColor(np.ascontiguousarray(seen), cv2.COLOR_RGB2GRAY) if seen.ndim == 3 else seen
            within: Mask = (gray >= self.low) & (gray <= self.high)
            found = within if found is None else found & within
        return found


def _looked_up(table: Mask, labels: LabelPlane) -> Mask:
    if labels.dtype == np.uint8:  # a fifth of the time that indexing takes
        return np.asarray(cv2.LUT(labels, table[:256].view(np.uint8))).view(np.bool_)
    return table.take(labels)
