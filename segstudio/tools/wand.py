"""Take the area of similar colour around a pixel."""

from collections.abc import Callable

from segstudio.editing.finding.similar import Wish, similar_area
from segstudio.editing.shapes import Placed
from segstudio.tools.area import MODE
from segstudio.tools.options import Flag
from segstudio.tools.seeded import TOLERANCE, Seeded, View

CONTIGUOUS = Flag("contiguous", "Contiguous", True, "Only what hangs together with the pixel; else all of that colour")
WITHIN = Flag("wand_within", "Within one class", False, "Stop where the class under the pointer ends")
TIDY = Flag("wand_tidy", "Smooth", True, "Smooth the border and fill holes of up to 64 pixels")


class Wand(Seeded):
    """The area takes the chosen class; with the right button, or Alt, the background class."""

    text = "Magic wand"
    icon = "magic-staff"
    group = "fill"
    hint = "Press to see what has that colour, drag right for more or left for less. Right-drag erases, Esc cancels."
    settings = (MODE, TOLERANCE, CONTIGUOUS, WITHIN, TIDY)

    def find(self, view: View, tolerance: int) -> Callable[[], Placed]:
        options = self.easel.options
        labels = view.labels if options.flag(WITHIN) else None
        tidy = options.flag(TIDY) and view.step == 1  # of fewer pixels it would take away more than specks
        wish = Wish(view.seed, tolerance, options.flag(CONTIGUOUS), labels, tidy)
        return lambda: similar_area(view.image, wish)
