"""What may be drawn over, as the user chose it, and as the document of a sample is told."""

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

from numpy.typing import NDArray

from segstudio.core.schema import LabelSchema
from segstudio.editing.rules import PaintRule
from segstudio.services.seen import Seen

Over = Literal["all", "background", "classes"]


@dataclass(frozen=True, slots=True)
class PaintRules:
    """After the masking of 3D Slicer's segment editor; the default allows everything.

    ``over`` says whether all classes are drawn over, only the background, or only the classes ``chosen``. Classes that
    are ``locked`` keep their pixels and get no others. Where ``ranged``, only pixels change whose value in the picture
    lies within ``low``..``high``, both included: the brightness of a colour, else the value in the file, of many
    channels in the first one shown.
    """

    over: Over = "all"
    chosen: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()
    ranged: bool = False
    low: float = -math.inf
    high: float = math.inf

    @property
    def free(self) -> bool:
        """Whether everything is allowed."""
        return self.over == "all" and not self.locked and not self.bounded

    @property
    def bounded(self) -> bool:
        """Whether the picture's values are looked at."""
        return self.ranged and (self.low, self.high) != (-math.inf, math.inf)

    def known(self, schema: LabelSchema) -> "PaintRules":
        """Return the rules without classes that a table does not have."""
        ids = {c.id for c in schema.classes}
        return replace(self, chosen=self.chosen & ids, locked=self.locked & ids)

    def rule(self, schema: LabelSchema, seen: Seen) -> PaintRule:
        """Return what a document under a picture is told."""
        ids = {"all": None, "background": {schema.background}, "classes": self.chosen}[self.over]
        rule = PaintRule.of(ids, self.locked)
        return replace(rule, picture=_values(seen), low=self.low, high=self.high) if self.bounded else rule

    def texts(self, schema: LabelSchema) -> list[str]:
        """Return what is not allowed everything, a few words each."""
        names = [c.name for c in schema.classes if c.id in self.chosen]
        over = {"all": "", "background": "Over background", "classes": f"Over {_listed(names)}"}[self.over]
        locked = [c.name for c in schema.classes if c.id in self.locked]
        lock = f"{_listed(locked)} locked" if locked else ""
        return [text for text in (over, lock, self._range()) if text]

    def _range(self) -> str:
        if not self.bounded:
            return ""
        ends = [
            f"from {self.low:.5g}" if self.low > -math.inf else "",
            f"up to {self.high:.5g}" if self.high < math.inf else "",
        ]
        return " ".join(("Values", *filter(None, ends)))


def _listed(names: list[str]) -> str:
    return ", ".join(names) if 0 < len(names) <= 2 else f"{len(names)} classes" if names else "nothing"


def _values(seen: Seen) -> NDArray[Any]:
    if seen.kind.plain or seen.samples.ndim == 2:
        return seen.samples
    channel: NDArray[Any] = seen.samples[:, :, seen.display.channels[0]]
    return channel
