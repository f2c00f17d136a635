"""What the mouse and the keys do on the canvas: move the view, or work with the chosen tool."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from segstudio.editing.document import Document
from segstudio.gui.canvas.viewport import Viewport
from segstudio.tools import TOOLS
from segstudio.tools.base import Pointer, Preview, Tool, ToolOptions

REACH = 10
"""Screen pixels within which the pointer counts as on a point."""


@dataclass(slots=True)
class Drag:
    """A move of the view under way: where it began, the view there, and the button that holds it."""

    start: QPointF
    view: Viewport
    button: Qt.MouseButton


class Hand:
    """Turns presses and moves into calls of a tool. Positions are in device pixels relative to the pane's origin."""

    def __init__(self, options: ToolOptions) -> None:
        self.options = options
        self.name = "brush"
        self.tool: Tool = TOOLS[self.name]()
        self.space = False
        self._drag: Drag | None = None
        self._drawing: Qt.MouseButton | None = None

    def choose(self, name: str) -> None:
        self.tool.cancel()
        self.name, self.tool = name, TOOLS[name]()

    def let_go(self) -> None:
        """Forget what is under way: it was meant for a document that is no longer shown."""
        self.tool.cancel()
        self._drag = self._drawing = None

    @property
    def panning(self) -> bool:
        return self._drag is not None

    @property
    def ready_to_pan(self) -> bool:
        return self.space or self.tool.pans

    def press(
        self,
        at: QPointF,
        button: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
        view: Viewport,
        document: Document,
        twice: bool = False,
    ) -> None:
        """Begin a pan (middle button, Space, the pan tool), pick a class (Ctrl), or hand the press to the tool.

        ``twice``: this is the second press of a double click, which finishes a shape.
        """
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self.ready_to_pan):
            self._drag = Drag(at, view, button)
        elif self._drawing not in (None, button):
            return  # a second button during a stroke changes nothing
        elif keys & Qt.KeyboardModifier.ControlModifier:
            TOOLS["pick"]().press(document, pointer(at, view), self.options)
        elif twice and self.tool.shapes:
            self.tool.finish()
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._drawing = button
            erase = button == Qt.MouseButton.RightButton
            self.tool.press(document, pointer(at, view, erase), self.options)

    def move(self, at: QPointF, view: Viewport) -> Viewport:
        """Follow the pointer; return the view, moved where it is being dragged."""
        if self._drag is not None:
            moved = at - self._drag.start
            return self._drag.view.panned(moved.x(), moved.y())
        self.tool.move(pointer(at, view))
        return view

    def release(self, at: QPointF, button: Qt.MouseButton, view: Viewport) -> None:
        if self._drag is not None and button == self._drag.button:
            self._drag = None
        elif button == self._drawing:
            self._drawing = None
            self.tool.release(pointer(at, view))

    def preview(self) -> Preview | None:
        return self.tool.preview()


def pointer(at: QPointF, view: Viewport, erase: bool = False) -> Pointer:
    """Return where a screen position is on the picture."""
    x, y = view.to_image(at.x(), at.y())
    return Pointer(x, y, erase, REACH / view.scale)
