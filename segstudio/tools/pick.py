"""Choose the class under the pointer, and the object where they are told apart."""

from segstudio.tools.base import Pointer, Tool


class Pick(Tool):
    """Reads; never writes."""

    text = "Pick class"
    icon = "eyedropper-variant"
    hint = "Click to draw with the class and the instance under the pointer (Ctrl+click with any tool)."

    def press(self, pointer: Pointer) -> None:
        document, at = self.easel.document, self.easel.pixel(pointer)
        if at is not None:
            number = 0 if document.instances is None else int(document.instances[at])
            self.easel.options.choose(int(document.labels[at]), number)


class Hand(Tool):
    """Moves the view; what is dragged is for the canvas to do."""

    text = "Pan"
    icon = "hand-back-right-outline"
    hint = "Drag to move the picture (hold Space with any tool)."
    draws = False
    pans = True
