"""Fill the connected area around a pixel: of one class, or of similar colour."""

from collections.abc import Callable

from segstudio.core.raster import Mask, Rect
from segstudio.editing.finding.growing import connected, growing
from segstudio.editing.finding.sealed import sealed
from segstudio.editing.finding.similar import similar
from segstudio.editing.shapes import Placed, alike
from segstudio.tools.area import MODE
from segstudio.tools.options import Number, Pick, Setting, ToolOptions
from segstudio.tools.seeded import TOLERANCE, Seeded, View

BY = Pick("fill_by", "By", {"class": "Class", "color": "Colour"}, "What hangs together: one class, or one colour")
GAP = Number("fill_gap", "Close gaps", 0, 30, 0, "px", "Gaps up to this wide in an outline do not let the fill out")


class Fill(Seeded):
    """The area takes the chosen class. Where gaps are closed, it stops at them as at an outline."""

    text = "Fill"
    icon = "format-color-fill"
    group = "fill"
    hint = "Click an area to give it the chosen class. Right-click empties it. By colour, drag for more or less."
    settings = (MODE, BY, TOLERANCE, GAP)

    @classmethod
    def relevant(cls, options: ToolOptions) -> tuple[Setting, ...]:
        return cls.settings if options.pick(BY) == "color" else (MODE, BY, GAP)

    def tolerant(self) -> bool:
        return self.easel.options.pick(BY) == "color"

    def find(self, view: View, tolerance: int) -> Callable[[], Placed]:
        image, labels, seed = view.image, view.labels, view.seed
        by_color, gap = self.tolerant(), self.easel.options.number(GAP) // view.step

        def allowed(rect: Rect) -> Mask:
            if by_color:
                return similar(image, rect, seed, tolerance)
            return alike(labels[rect.slices], int(labels[seed]))

        def stopped(rect: Rect) -> Placed:
            return sealed(allowed(rect), (seed[0] - rect.y0, seed[1] - rect.x0), gap)

        shape = (labels.shape[0], labels.shape[1])
        if gap:
            return lambda: growing(shape, seed, stopped, gap + 1)
        return lambda: connected(shape, seed, allowed)
