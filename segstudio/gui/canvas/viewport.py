"""Where the picture lies in a pane: pure arithmetic, no painting."""

import math
from dataclasses import dataclass

MIN_SCALE, MAX_SCALE = 1 / 256, 64.0
SNAP = 0.02
"""How near 1:1 counts as 1:1, as a logarithm of scale."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """``screen = image * scale + offset``, in device pixels. Offsets are whole: 1:1 shows each pixel as it is."""

    scale: float = 1.0
    dx: int = 0
    dy: int = 0

    @classmethod
    def fitting(cls, image: tuple[int, int], pane: tuple[int, int]) -> "Viewport":
        """Return the view of the whole picture, centred with a narrow margin. Sizes are (width, height)."""
        margin = 12 if min(pane) > 100 else 0
        scale = min((pane[0] - 2 * margin) / image[0], (pane[1] - 2 * margin) / image[1])
        return cls.centred(image, pane, min(max(scale, MIN_SCALE), MAX_SCALE))

    @classmethod
    def centred(cls, image: tuple[int, int], pane: tuple[int, int], scale: float) -> "Viewport":
        return cls(scale, round((pane[0] - image[0] * scale) / 2), round((pane[1] - image[1] * scale) / 2))

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.dx) / self.scale, (y - self.dy) / self.scale

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        return x * self.scale + self.dx, y * self.scale + self.dy

    def zoomed(self, factor: float, x: float, y: float) -> "Viewport":
        """Zoom so that the image point under screen point (x, y) stays there, within the limits of scale.

        A step that comes near 1:1 ends there; one that leaves it does not, or small steps would never get away.
        """
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        if abs(math.log(scale)) < min(SNAP, abs(math.log(self.scale))):
            scale = 1.0
        ratio = scale / self.scale
        return Viewport(scale, round(x + (self.dx - x) * ratio), round(y + (self.dy - y) * ratio))

    def panned(self, dx: float, dy: float) -> "Viewport":
        return Viewport(self.scale, self.dx + round(dx), self.dy + round(dy))
