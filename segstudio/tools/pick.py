"""Choose the class under the pointer."""

from segstudio.editing.document import Document
from segstudio.tools.base import Pointer, Tool, ToolOptions


class Pick(Tool):
    """Reads; never writes."""

    text = "Pick class"
    icon = "eyedropper-variant"
    hint = "Click to draw with the class under the pointer (Ctrl+click with any tool)."

    def press(self, document: Document, pointer: Pointer, options: ToolOptions) -> None:
        row, column = int(pointer.y // 1), int(pointer.x // 1)
        if 0 <= row < document.labels.shape[0] and 0 <= column < document.labels.shape[1]:
            options.choose(int(document.labels[row, column]))


class Hand(Tool):
    """Moves the view; what is dragged is for the canvas to do."""

    text = "Pan"
    icon = "hand-back-right-outline"
    hint = "Drag to move the picture (hold Space with any tool)."
    pans = True
