"""Choose the class under the pointer."""

from segstudio.tools.base import Pointer, Tool


class Pick(Tool):
    """Reads; never writes."""

    text = "Pick class"
    icon = "eyedropper-variant"
    hint = "Click to draw with the class under the pointer (Ctrl+click with any tool)."

    def press(self, pointer: Pointer) -> None:
        labels = self.easel.document.labels
        row, column = int(pointer.y // 1), int(pointer.x // 1)
        if 0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]:
            self.easel.options.choose(int(labels[row, column]))


class Hand(Tool):
    """Moves the view; what is dragged is for the canvas to do."""

    text = "Pan"
    icon = "hand-back-right-outline"
    hint = "Drag to move the picture (hold Space with any tool)."
    pans = True
