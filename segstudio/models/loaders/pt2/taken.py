"""What images a program of torch.export takes: the shape of its input, and what holds for the sides. Without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from segstudio.models.loaders.pt2.sizes import Expression, UnreadableSize
from segstudio.models.sides import RULES, Sides

_PROBES: Final = (250, 330, 516)
"""Heights near which sizes are tried."""
_SMALLEST: Final = 512
"""From where the smallest side that a program takes is looked for."""

Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """The input of a program: ``sides`` are numbers or expressions of symbols, ``example`` what it was made with.

    ``ranges`` are the least and the largest of symbols, ``guards`` what must hold. Where any of them could not be
    read, ``bound`` is True, and the program is given what it was made with and nothing else.
    """

    sides: tuple[int | Expression, ...]
    example: tuple[int, ...]
    dtype: str = "float32"
    ranges: Mapping[str, Range] = field(default_factory=dict)
    guards: tuple[Expression, ...] = ()
    bound: bool = False

    @property
    def usual(self) -> tuple[int, int]:
        """The size (height, width) that it was made with."""
        return self.example[-2], self.example[-1]

    def batch(self, size: tuple[int, int]) -> int | None:
        """Return how many images of a size (height, width) it takes at once; None for any number."""
        free = all(self.accepts((count, *self.example[1:-2], *size)) for count in (1, 2, 5))
        return None if free else self.example[0]

    def accepts(self, shape: tuple[int, ...]) -> bool:
        """Tell whether an input of this shape keeps to all that was noted when the program was made."""
        if self.bound or len(shape) != len(self.sides):
            return shape == self.example
        known = {f"side {axis}": side for axis, side in enumerate(shape)}
        try:
            for side, expected in zip(shape, self.sides, strict=True):
                if isinstance(expected, int):
                    if side != expected:
                        return False
                elif not self._solved(expected, side, known):
                    return False
            return all(guard.value(known) for guard in self.guards)
        except UnreadableSize:
            return False

    def rule(self) -> Sides:
        """Return what holds for the sides of images: the usual rules are tried; that of the example, without any."""
        example = Sides(self.usual)
        if self.bound or any(isinstance(side, int) for side in self.sides[-2:]):
            return example
        for rule in RULES:
            if all(self.takes(rule.near(about)) for about in _PROBES):
                return rule._replace(least=self._least(rule))
        return example

    def takes(self, size: tuple[int, int]) -> bool:
        """Tell whether images of a size (height, width) can be given, as many at once as when it was made."""
        return self.accepts((*self.example[:-2], *size))

    def _least(self, rule: Sides) -> int:
        """Return the least side, where halving it again leads to what is not taken."""
        least = side = rule.multiple * (_SMALLEST // rule.multiple)
        while side >= rule.multiple and self.takes((side + rule.plus, side + rule.plus)):
            least, side = side + rule.plus, side // 2 // rule.multiple * rule.multiple
        return least

    def _solved(self, expected: Expression, side: int, known: dict[str, int]) -> bool:
        """Find what the symbol of a side is worth, where it is a multiple of it, and keep it among the ``known``."""
        symbol = expected.symbol()
        steps = [expected.value({symbol: count}) for count in range(3)]
        factor = steps[1] - steps[0]
        if factor <= 0 or steps[2] - steps[1] != factor or (side - steps[0]) % factor:
            return False
        worth = (side - steps[0]) // factor
        least, largest = self.ranges.get(symbol, (None, None))
        # torch writes 2 for a side that was not 1 when the program was made, and does not insist on it either.
        low = least is not None and least > 2 and worth < least
        if low or (largest is not None and worth > largest):
            return False
        return known.setdefault(symbol, worth) == worth
