"""The drawing tools, in the order of the tool strip."""

from segstudio.tools.base import Tool
from segstudio.tools.brush import Brush, Eraser
from segstudio.tools.cut import Cut
from segstudio.tools.edge_snap import EdgeBrush
from segstudio.tools.ellipse import Ellipse
from segstudio.tools.fill import Fill
from segstudio.tools.grabcut import GrabCut
from segstudio.tools.lasso import Lasso
from segstudio.tools.livewire import Livewire
from segstudio.tools.pick import Hand, Pick
from segstudio.tools.polygon import Polygon
from segstudio.tools.rectangle import Rectangle
from segstudio.tools.select import Select
from segstudio.tools.superpixel import Superpixel
from segstudio.tools.threshold import ThresholdBrush
from segstudio.tools.wand import Wand

TOOLS: dict[str, type[Tool]] = {
    "brush": Brush,
    "threshold": ThresholdBrush,
    "snap": EdgeBrush,
    "eraser": Eraser,
    "polygon": Polygon,
    "lasso": Lasso,
    "livewire": Livewire,
    "rectangle": Rectangle,
    "ellipse": Ellipse,
    "fill": Fill,
    "wand": Wand,
    "superpixel": Superpixel,
    "grabcut": GrabCut,
    "select": Select,
    "cut": Cut,
    "pick": Pick,
    "pan": Hand,
}
