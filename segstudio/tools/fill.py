"""Fill the connected area under the pointer."""

from segstudio.editing import shapes
from segstudio.editing.document import Document
from segstudio.tools.base import Pointer, Tool, ToolOptions


class Fill(Tool):
    """The area of one class that the clicked pixel belongs to takes the chosen class."""

    text = "Fill"
    icon = "format-color-fill"
    hint = "Click an area of one class to give it the chosen class. Right-click empties it."

    def press(self, document: Document, pointer: Pointer, options: ToolOptions) -> None:
        area = shapes.flood(document.labels, pointer.point)
        if area is not None:
            stroke = document.begin("Fill")
            stroke.paint(*area, options.value(pointer))
            stroke.commit()
