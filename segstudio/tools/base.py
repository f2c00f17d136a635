"""What a drawing tool is: pointer events in, strokes on a document out."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import RgbImage
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of_parts, refuses
from segstudio.editing.edit import Edit
from segstudio.editing.shapes import Placed, Point, Spans
from segstudio.tools.options import Setting, ToolOptions

T = TypeVar("T")

SMALL = 1 << 20
"""Pixels of a picture on which finding an area takes less than a frame."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in image pixels.

    ``erase``: the second button, or Alt; what is drawn is taken away. ``intersect``: of the areas that it touches
    only what is drawn over stays. ``constrain``: Shift. ``reach``: how far counts as near, in image pixels.
    ``pressure`` of a pen, 0..1.
    """

    x: float
    y: float
    erase: bool = False
    reach: float = 8.0
    pressure: float = 1.0
    intersect: bool = False
    constrain: bool = False

    @property
    def point(self) -> Point:
        return self.x, self.y


class Work(Protocol):
    """Runs something long in a worker, and what is to be done with its result where tools live.

    ``text`` says what is worked at. What was asked for earlier is done earlier. ``done`` may return what is left to be
    done a slice at a time. It is not called where the work was cancelled or the document is no longer shown.
    """

    def __call__(self, text: str, compute: Callable[[], T], done: Callable[[T], Iterable[None] | None]) -> None: ...


class Look(Protocol):
    """Computes something in a worker for a preview: nobody is kept from drawing meanwhile.

    While one thing is computed, of those asked for only the newest waits. ``done`` is called where tools live.
    """

    def __call__(self, compute: Callable[[], T], done: Callable[[T], None]) -> None: ...


def at_once(text: str, compute: Callable[[], T], done: Callable[[T], Iterable[None] | None]) -> None:
    """Work where there is no worker, as in a script."""
    for _ in done(compute()) or ():
        pass


def look_at_once(compute: Callable[[], T], done: Callable[[T], None]) -> None:
    """Look where there is no worker."""
    done(compute())


Area: TypeAlias = Placed | Spans
"""Pixels that a tool found: as a mask or, where there may be very many, as stretches of rows."""


@dataclass(eq=False)
class Easel:
    """What a tool works on: the labels, the picture below them as it is shown, and what the user chose.

    ``say`` tells the user why nothing came of what they did.
    ``image`` has the shape (height, width, 3), RGB, uint8; it may be a view that is not contiguous.
    """

    document: Document
    image: RgbImage
    options: ToolOptions
    work: Work = at_once
    look: Look = look_at_once
    say: Callable[[str], None] = lambda _: None

    @property
    def small(self) -> bool:
        """Whether finding an area in the picture takes less than a frame."""
        return self.document.labels.size <= SMALL

    def pixel(self, pointer: Pointer) -> tuple[int, int] | None:
        """Return the row and column of the pixel under the pointer, or None beside the picture."""
        row, column = math.floor(pointer.y), math.floor(pointer.x)
        height, width = self.document.labels.shape
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def target(self, erase: bool) -> tuple[int, int]:
        """Return the class and the instance that drawing, or erasing, writes."""
        return (self.options.background_id, 0) if erase else (self.options.class_id, self.options.instance)

    def fill(self, text: str, area: Callable[[], Area | None], erase: bool = False) -> None:
        """Draw an area as one step; on a large picture it is found and compared in a worker, to hold nobody up."""
        target, document = self.target(erase), self.document

        def compute() -> Edit | None:
            found = area()
            if found is None:
                return None
            edit = edit_of_parts(document, text, _parts(found), *target)
            forbidden = not edit.patches and not document.rule.free and refuses(document, _parts(found), *target)
            return edit if edit.patches or forbidden else None

        self.change(text, compute)

    def change(
        self,
        text: str,
        compute: Callable[[], Edit | None],
        then: Callable[[], object] = lambda: None,
        nothing: Callable[[], object] = lambda: None,
    ) -> None:
        """Make a step that ``compute`` finds, in a worker where the picture is large; ``then`` follows once it is made.

        ``compute`` may only read the document. It returns None where there is nothing to do, ``nothing`` being called
        then, and a step without patches where the document's rule forbids all there is. It is called again where the
        labels or the rule have changed before it was done.
        """
        document = self.document
        document.settle()
        basis = document.basis

        def done(edit: Edit | None) -> Iterable[None]:
            if document.basis != basis:
                self.change(text, compute, then, nothing)
            elif edit is None:
                nothing()
            elif edit.patches:
                yield from document.applying(edit)
                then()
            else:
                document.refused.emit(None)

        work = at_once if document.labels.size <= SMALL else self.work
        work(text, compute, done)


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The pieces that a part of the picture is cut into, whose borders are drawn.

    ``numbers`` has the number of each pixel's piece, at most 65,535; ``at`` is the row and column of its top left.
    """

    numbers: NDArray[np.uint16]
    at: tuple[int, int]

    def piece(self, row: int, column: int) -> int | None:
        """Return the number of the piece of a pixel of the picture, or None beside the part."""
        row, column = row - self.at[0], column - self.at[1]
        height, width = self.numbers.shape
        return int(self.numbers[row, column]) if 0 <= row < height and 0 <= column < width else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A shape under way, to go on with later: the ``mode`` it was begun in, and the ``shape`` as its tool knows it."""

    mode: str
    shape: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """What the canvas draws over the picture while nothing is committed yet; places in image pixels.

    ``points`` are corners joined by a line, which is closed where ``closing``; the last is ``loose`` where it only
    follows the pointer. ``outline`` is a line around what would be drawn. ``handles`` can be taken hold of.
    ``paths`` are further lines, ``more`` and ``less`` those that say what was missed and what is too much;
    ``closing_path`` is the one by which the shape would be closed. ``area`` is what would
    be drawn, each pixel of its mask standing for ``area_step`` pixels each way; ``mesh`` is what there is to choose
    from, and ``text`` stands beside the pointer.
    """

    points: Sequence[Point] = ()
    closing: bool = False
    loose: bool = False
    outline: Sequence[Point] = ()
    more: Sequence[Sequence[Point]] = ()
    less: Sequence[Sequence[Point]] = ()
    handles: Sequence[Point] = ()
    paths: Sequence[Sequence[Point]] = ()
    closing_path: Sequence[Point] = ()
    area: Placed | None = None
    area_step: int = 1
    text: str = ""
    mesh: Mesh | None = None


class Tool:
    """Made for an easel. A tool sees press, move, release, finish and cancel, never Qt. The base does nothing."""

    text: ClassVar[str]
    icon: ClassVar[str]
    """Name of the icon in the icon library."""
    group: ClassVar[str] = ""
    """Tools of one group, which follow each other in ``TOOLS``, share a button where there is no room for each."""
    hint: ClassVar[str] = ""
    """What to do with it, for the status bar."""
    sized: ClassVar[bool] = False
    """Whether the brush size applies: the canvas then shows its outline."""
    shapes: ClassVar[bool] = False
    """Whether it has a preview: the canvas then draws it."""
    drags: ClassVar[bool] = False
    """Whether it is drawn by one drag: a double click is then two presses, where for others it finishes a shape."""
    draws: ClassVar[bool] = True
    """Whether it draws with the chosen class, which is then said."""
    pans: ClassVar[bool] = False
    """Whether dragging moves the view."""
    settings: ClassVar[tuple[Setting, ...]] = ()
    """What the user can set of it, beside the size."""

    @classmethod
    def relevant(cls, options: ToolOptions) -> tuple[Setting, ...]:
        """Return the settings that mean something as the tool is set."""
        return cls.settings

    @classmethod
    def hint_now(cls, options: ToolOptions, scale: float, selected: bool) -> str:
        """Return what to do with it as things are.

        A pixel of the picture is ``scale`` of the screen; ``selected`` says whether regions are.
        """
        return cls.hint

    def __init__(self, easel: Easel) -> None:
        self.easel = easel

    def press(self, pointer: Pointer) -> None:
        """The button went down on the picture."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved, with the button down or up."""

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

    def draft(self) -> Draft | None:
        """Return what is under way where it has taken work that must not be lost."""
        return None

    def resume(self, draft: Draft) -> None:
        """Go on with what was under way, at this or another easel, with the same labels."""

    @property
    def drawn(self) -> int:
        """The class that would be drawn by what is under way."""
        return self.easel.options.class_id

    def leave(self) -> None:
        """The pointer left the picture: what is shown only where it is goes away."""

    def tuned(self) -> None:
        """A setting or the class changed: what is previewed may have to follow."""

    def preview(self) -> Preview | None:
        return None

    @classmethod
    def square(cls, options: ToolOptions) -> bool:
        """Return whether a sized tool draws squares, not discs."""
        return False


def _parts(area: Area) -> Iterable[Placed]:
    return area.bands() if isinstance(area, Spans) else (area,)
