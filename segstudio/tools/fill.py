"""Fill the connected area under the pointer."""

from segstudio.editing import shapes
from segstudio.tools.base import Pointer, Tool


class Fill(Tool):
    """The area of one class that the clicked pixel belongs to takes the chosen class."""

    text = "Fill"
    icon = "format-color-fill"
    hint = "Click an area of one class to give it the chosen class. Right-click empties it."

    def press(self, pointer: Pointer) -> None:
        labels = self.easel.document.labels
        self.easel.fill("Fill", lambda: shapes.flood(labels, pointer.point), pointer.erase)
