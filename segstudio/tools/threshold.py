"""Paint only what is as bright, or as dark, as it should be."""

from segstudio.editing.finding.sides import like, within_range
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.brush import PRESSURE, TIP
from segstudio.tools.options import Number, Pick, Setting, ToolOptions
from segstudio.tools.seeing import SeeingBrush, Seen

BY = Pick(
    "threshold_by",
    "Brightness",
    {"otsu": "Automatic", "range": "A range"},
    "Automatic: what is as bright or dark as below the pointer, by the best limit within the brush (Otsu)",
)
LOW = Number("threshold_low", "From", 0, 255, 128, "", "The darkest that is painted, of a range; brightness as shown")
HIGH = Number("threshold_high", "To", 0, 255, 255, "", "The brightest that is painted, of a range; brightness as shown")


class ThresholdBrush(SeeingBrush):
    """A brush that sees brightness: of what it sweeps only one kind of pixels is painted, or erased."""

    text = "Threshold brush"
    icon = "brightness-6"
    group = "brush"
    hint = "Paints only what is as bright or dark as what it points at, or a range. Right-drag erases it."
    settings = (BY, LOW, HIGH, TIP, PRESSURE)

    @classmethod
    def relevant(cls, options: ToolOptions) -> tuple[Setting, ...]:
        limits = () if options.pick(BY) == "otsu" else (LOW, HIGH)
        return (BY, *limits, TIP, PRESSURE)

    def sift(self, area: Placed, last: Point, here: Point) -> Seen:
        options, image = self.easel.options, self.easel.image
        if options.pick(BY) == "otsu":
            return Seen(*like(image, area, here))
        return Seen(within_range(image, area, options.number(LOW), options.number(HIGH)))
