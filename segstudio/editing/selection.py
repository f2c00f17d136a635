"""The regions that were selected, for what is done to them next."""

from segstudio.core.events import Event
from segstudio.editing.shapes import Placed


class Selection:
    """An area of a document, until its labels change: what was selected may then be no region any more.

    ``first`` is the class and the number of the region that was selected first, and ``changed`` tells of another one.
    """

    def __init__(self) -> None:
        self.area: Placed | None = None
        self.first = (0, 0)
        self.changed: Event[None] = Event()

    def select(self, area: Placed | None, first: tuple[int, int] | None = None) -> None:
        """Select an area instead of what was; without ``first`` that stays as it is."""
        self.area = area
        self.first = self.first if first is None else first
        self.changed.emit(None)

    def clear(self) -> None:
        if self.area is not None:
            self.select(None)
