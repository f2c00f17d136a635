"""How one looked at pictures and numbers, as it is kept from one start to the next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class LooksKept:
    """By mode the layout and the opacity, per cent; by layout what its panes show, and what while the key is held.

    ``part`` is that of the middle of the window which the analysis has, 0..1.
    """

    layouts: dict[str, str] = field(default_factory=dict)
    opacity: dict[str, int] = field(default_factory=dict)
    panes: dict[str, list[list[str]]] = field(default_factory=dict)
    legends: bool = True
    lens: bool = False
    lens_content: str = ""
    lens_factor: int = 0
    analysis: bool = False
    page: str = ""
    part: float = 0.0
    filters: bool = False
    keep_confidence: bool = True

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "LooksKept":
        """Return what was kept, without what somebody edited into something else."""
        plain = cls()
        kinds = {each.name: type(getattr(plain, each.name)) for each in fields(cls)}
        found = {name: value for name, value in kept.items() if name in kinds and type(value) is kinds[name]}
        for name, kind in (("layouts", str), ("opacity", int), ("panes", list)):
            found[name] = {key: each for key, each in found.get(name, {}).items() if type(each) is kind}
        return cls(**found)

    def as_kept(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)
