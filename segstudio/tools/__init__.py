"""The drawing tools, in the order of the tool strip."""

from segstudio.tools.base import Tool
from segstudio.tools.brush import Brush, Eraser
from segstudio.tools.fill import Fill
from segstudio.tools.pick import Hand, Pick
from segstudio.tools.polygon import Polygon
from segstudio.tools.wand import Wand

TOOLS: dict[str, type[Tool]] = {
    "brush": Brush,
    "eraser": Eraser,
    "polygon": Polygon,
    "fill": Fill,
    "wand": Wand,
    "pick": Pick,
    "pan": Hand,
}
