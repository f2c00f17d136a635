"""What a drawing tool is: pointer events in, strokes on a document out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from segstudio.core.events import Event
from segstudio.editing.document import Document
from segstudio.editing.shapes import Point

MIN_SIZE, MAX_SIZE = 1, 2000


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in image pixels. ``erase``: the second button; ``reach``: how far counts as near."""

    x: float
    y: float
    erase: bool = False
    reach: float = 8.0

    @property
    def point(self) -> Point:
        return self.x, self.y


@dataclass(slots=True)
class ToolOptions:
    """What the user chose for all tools: the class to draw, what erasing writes, the brush's diameter in pixels."""

    class_id: int = 1
    background_id: int = 0
    size: int = 24
    changed: Event[None] = field(default_factory=Event)
    _swapped: int | None = None
    _declared: frozenset[int] | None = None

    def choose(self, class_id: int) -> None:
        """Draw with a class; one that the class table has not, as a stray pixel may hold, is not chosen."""
        if self._declared is None or class_id in self._declared:
            self.class_id = class_id
            self.changed.emit(None)

    def start(self, class_id: int, background_id: int, declared: frozenset[int]) -> None:
        """Begin with another class table: what was chosen from the one before is forgotten."""
        self.background_id, self._swapped, self._declared = background_id, None, declared
        self.choose(class_id)

    def swap(self) -> None:
        """Draw with the background class, or again with the one before."""
        if self.class_id != self.background_id:
            self._swapped = self.class_id
            self.choose(self.background_id)
        elif self._swapped is not None:
            self.choose(self._swapped)

    def resize(self, size: int) -> None:
        self.size = min(max(size, MIN_SIZE), MAX_SIZE)
        self.changed.emit(None)

    def resize_by(self, steps: float) -> None:
        """Change the size by a tenth a step, up or down, by one pixel at the least; no step changes nothing."""
        wanted = round(self.size * 1.1**steps)
        self.resize(wanted if wanted != self.size or not steps else self.size + (1 if steps > 0 else -1))

    def value(self, pointer: Pointer) -> int:
        """Return the class id that drawing with this pointer writes."""
        return self.background_id if pointer.erase else self.class_id


@dataclass(frozen=True, slots=True)
class Preview:
    """What the canvas draws over the picture while a shape is not yet committed: corners in image pixels."""

    points: Sequence[Point]
    closing: bool = False


class Tool:
    """A tool sees press, move, release, finish and cancel; it never sees Qt. The base does nothing."""

    text: ClassVar[str]
    icon: ClassVar[str]
    """Name of the icon in the icon library."""
    hint: ClassVar[str] = ""
    """What to do with it, for the status bar."""
    sized: ClassVar[bool] = False
    """Whether the brush size applies: the canvas then shows its outline."""
    shapes: ClassVar[bool] = False
    """Whether it collects points before it writes: the canvas then draws its preview."""
    pans: ClassVar[bool] = False
    """Whether dragging moves the view."""

    def press(self, document: Document, pointer: Pointer, options: ToolOptions) -> None:
        """The button went down on the picture."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved, with the button down or, for tools that click, up."""

    def release(self, pointer: Pointer) -> None:
        """The button went up."""

    def finish(self) -> None:
        """Enter or a double click: commit the shape under way."""

    def cancel(self) -> bool:
        """Escape: leave no trace of what is under way; return whether there was anything."""
        return False

    def back(self) -> bool:
        """Backspace: take the last point back; return whether there was one."""
        return False

    def preview(self) -> Preview | None:
        return None
