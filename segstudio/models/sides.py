"""Sides of images that networks insist on: which are tried to find out. Without torch."""

from typing import Final, NamedTuple

DIVISORS: Final = (1, 2, 4, 7, 8, 14, 16, 28, 32, 56, 64, 128)
"""What sides may have to be multiples of: powers of two, and the patches of vision transformers."""

USUAL: Final = (
    *((side, side) for side in (224, 256, 512, 384, 320, 416, 448, 480, 128, 64, 96, 192, 572, 640, 768, 1024)),
    (480, 640), (360, 480), (384, 768), (512, 1024), (720, 960), (1024, 2048), (720, 1280), (1080, 1920),
)  # fmt: skip
"""Sizes (height, width) that networks of one size are commonly made for."""


PLUS: Final = (0, 1)
"""What sides may have beyond a multiple: one pixel, where the corners of feature maps are to lie upon one another."""


class Sides(NamedTuple):
    """What a network asks of images: one ``size`` (height, width), or sides of k * ``multiple`` + ``plus`` pixels that
    are not below ``least``.
    """

    size: tuple[int, int] | None = None
    multiple: int = 1
    plus: int = 0
    least: int = 1

    def near(self, about: int) -> tuple[int, int]:
        """Return a size (height, width) near ``about`` and twice that that fits; or the only one.

        The height is an odd multiple and the width an even one, so that a network that takes both asks for no other.
        """
        if self.size is not None:
            return self.size
        height, width = about // self.multiple | 1, max(about // self.multiple, 1) * 2
        return self.multiple * height + self.plus, self.multiple * width + self.plus


RULES: Final = tuple(Sides(None, multiple, plus) for plus in PLUS for multiple in DIVISORS if multiple > plus)
"""The rules that are tried, the first that holds is taken."""
