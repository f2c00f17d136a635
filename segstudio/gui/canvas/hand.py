"""What the mouse and the keys do on the canvas: move the view, or work with the chosen tool."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from segstudio.core.events import Event
from segstudio.core.raster import RgbImage
from segstudio.editing.document import Document
from segstudio.gui.canvas.viewport import Viewport
from segstudio.tools import TOOLS
from segstudio.tools.base import Draft, Easel, Pointer, Preview, Tool
from segstudio.tools.options import ToolOptions

REACH = 10
"""Screen pixels within which the pointer counts as on a point."""


@dataclass(slots=True)
class Drag:
    """A move of the view under way: where it began, the view there, and the button that holds it."""

    start: QPointF
    view: Viewport
    button: Qt.MouseButton


@dataclass(frozen=True, slots=True, eq=False)
class LaidAside:
    """A shape under way of a document, and the tool it was begun with."""

    document: Document
    tool: str
    draft: Draft


class Hand:
    """Turns presses and moves into calls of a tool. Positions are in device pixels relative to the pane's origin."""

    def __init__(self, options: ToolOptions) -> None:
        self.options = options
        self.name = "brush"
        self.tool: Tool | None = None
        self.space = False
        self.busy = False
        """While something is computed of the labels: a shape is not finished, and none of its points taken back."""
        self.pressure = 1.0
        """How hard a pen is pressed, 0..1; a mouse always presses as hard as can be."""
        self._easel: Easel | None = None
        self._drag: Drag | None = None
        self._drawing: Qt.MouseButton | None = None
        self.laid_aside: Event[LaidAside] = Event()
        """What would be lost with the tool or the easel that is left."""
        self.taken_up: Event[None] = Event()
        """There is another tool, or another easel for it."""
        options.changed.connect(lambda _: self.tool.tuned() if self.tool is not None else None)

    @property
    def easel(self) -> Easel | None:
        """What is worked at, for whatever else works on it."""
        return self._easel

    @property
    def kind(self) -> type[Tool]:
        """What the chosen tool is, whether there is something to work on or not."""
        return TOOLS[self.name]

    def choose(self, name: str) -> None:
        if name != self.name:
            self._lay_aside()
            self.name = name
            self._take_up()

    def sit(self, easel: Easel | None) -> None:
        """Work at another easel, or at none; what is under way was meant for the one before."""
        self._lay_aside()
        self._drag = None
        self._easel = easel
        self._take_up()

    def see(self, image: RgbImage) -> None:
        """Work on the picture as it looks now; what is under way goes on."""
        if self._easel is not None:
            self._easel.image = image

    def _take_up(self) -> None:
        self._drawing = None
        self.tool = None if self._easel is None else self.kind(self._easel)
        if self.tool is not None:
            self.taken_up.emit(None)

    def _lay_aside(self) -> None:
        """End what is under way, and tell of it where it has taken work."""
        draft = self.tool.draft() if self.tool is not None else None
        self.cancel()
        if draft is not None and self._easel is not None:
            self.laid_aside.emit(LaidAside(self._easel.document, self.name, draft))

    def leave(self) -> None:
        if self.tool is not None:
            self.tool.leave()

    def finish(self) -> None:
        if self.tool is not None and not self.busy:
            self.tool.finish()

    def cancel(self) -> bool:
        """Leave no trace of what is under way; return whether there was anything."""
        return self.tool is not None and self.tool.cancel()

    def unpress(self) -> None:
        """Take a press back that was not meant; of a shape under way the rest stays."""
        pressed, self._drawing = self._drawing is not None, None
        if pressed and not (self.tool is not None and self.tool.draft() is not None and self.tool.back()):
            self.cancel()

    def back(self) -> bool:
        """Take the last point back; return whether there was one."""
        return self.tool is not None and not self.busy and self.tool.back()

    @property
    def panning(self) -> bool:
        return self._drag is not None

    @property
    def ready_to_pan(self) -> bool:
        return self.space or self.kind.pans

    def press(
        self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier, view: Viewport, twice: bool = False
    ) -> None:
        """Begin a pan (middle button, Space, the pan tool), pick a class (Ctrl), or hand the press to the tool.

        ``twice``: this is the second press of a double click, which finishes a shape.
        """
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self.ready_to_pan):
            self._drag = Drag(at, view, button)
        elif self._drawing not in (None, button) or self.tool is None or self._easel is None:
            return  # a second button during a stroke changes nothing
        elif keys & Qt.KeyboardModifier.ControlModifier:
            TOOLS["pick"](self._easel).press(pointer(at, view))
        elif twice and self.kind.shapes and not self.kind.drags:
            self.tool.finish()
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._drawing = button
            self.tool.press(self._pointer(at, view, keys, button))

    def move(self, at: QPointF, keys: Qt.KeyboardModifier, view: Viewport) -> Viewport:
        """Follow the pointer; return the view, moved where it is being dragged."""
        if self._drag is not None:
            moved = at - self._drag.start
            return self._drag.view.panned(moved.x(), moved.y())
        if self.tool is not None:
            self.tool.move(self._pointer(at, view, keys, self._drawing))
        return view

    def release(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier, view: Viewport) -> None:
        if self._drag is not None and button == self._drag.button:
            self._drag = None
        elif button == self._drawing and self.tool is not None:
            self._drawing = None
            self.tool.release(self._pointer(at, view, keys, button))

    def _pointer(
        self, at: QPointF, view: Viewport, keys: Qt.KeyboardModifier, button: Qt.MouseButton | None
    ) -> Pointer:
        return pointer(at, view, keys, button == Qt.MouseButton.RightButton, self.pressure)

    def preview(self) -> Preview | None:
        return self.tool.preview() if self.tool is not None else None


NO_KEYS = Qt.KeyboardModifier.NoModifier
_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def pointer(
    at: QPointF, view: Viewport, keys: Qt.KeyboardModifier = NO_KEYS, erase: bool = False, pressure: float = 1.0
) -> Pointer:
    """Return where a screen position is on the picture. Alt takes away, Shift constrains; both together intersect."""
    x, y = view.to_image(at.x(), at.y())
    alt, shift = keys != NO_KEYS and bool(keys & _ALT), keys != NO_KEYS and bool(keys & _SHIFT)
    return Pointer(
        x, y, erase or (alt and not shift), REACH / view.scale, pressure, intersect=alt and shift, constrain=shift
    )
