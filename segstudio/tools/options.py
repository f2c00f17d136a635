"""What the user chose for the tools, and what there is to choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from segstudio.core.events import Event

MIN_SIZE, MAX_SIZE = 1, 2000
USUAL_SIZE = 24


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within ``low``..``high``, both included. Tools with the same ``key`` share it."""

    key: str
    text: str
    low: int
    high: int
    default: int
    unit: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that is on or off."""

    key: str
    text: str
    default: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """One of a few: ``choices`` by what is kept to what is shown, the first being the default."""

    key: str
    text: str
    choices: Mapping[str, str]
    tip: str = ""


Setting: TypeAlias = Number | Flag | Pick


@dataclass(slots=True)
class ToolOptions:
    """What the user chose for all tools.

    ``class_id`` is drawn with, and ``instance`` where objects are told apart (0: none); erasing writes
    ``background_id``. ``size`` is the brush's diameter in pixels. ``values`` has the settings that were changed, by
    key.
    """

    class_id: int = 1
    background_id: int = 0
    size: int = USUAL_SIZE
    instance: int = 0
    values: dict[str, int | bool | str] = field(default_factory=dict)
    changed: Event[None] = field(default_factory=Event)
    _larger: int = 0
    _swapped: int | None = None
    _declared: frozenset[int] | None = None

    def choose(self, class_id: int, instance: int | None = None) -> None:
        """Draw with a class, and with an instance where one is given.

        A class that the class table has not, as a stray pixel may hold, is not chosen.
        """
        if self._declared is None or class_id in self._declared:
            self.class_id = class_id
            self.instance = self.instance if instance is None else instance
            self.changed.emit(None)

    def start(self, class_id: int, background_id: int, declared: frozenset[int]) -> None:
        """Begin with another class table: what was chosen from the one before is forgotten."""
        self.background_id, self._swapped, self._declared = background_id, None, declared
        self.choose(class_id)

    def swap(self) -> None:
        """Draw with the background class, or again with the one before."""
        if self.class_id != self.background_id:
            self._swapped = self.class_id
            self.choose(self.background_id)
        elif self._swapped is not None:
            self.choose(self._swapped)

    def resize(self, size: int) -> None:
        self.size, self._larger = min(max(size, MIN_SIZE), MAX_SIZE), 0
        self.changed.emit(None)

    def fit(self, shape: tuple[int, ...], anew: bool) -> None:
        """Bound the size by half of the shorter side of a picture (height, width) that is opened.

        It is again what it was set to in a picture that is large enough; not where one is the first of a project.
        """
        before, wanted = self.size, self.size if anew else max(self.size, self._larger)
        self.size = min(wanted, max(min(shape) // 2, USUAL_SIZE))
        self._larger = wanted if wanted > self.size and not anew else 0
        if self.size != before:
            self.changed.emit(None)

    def resize_by(self, steps: float) -> None:
        """Change the size by a tenth a step, up or down, by one pixel at the least; no step changes nothing."""
        wanted = round(self.size * 1.1**steps)
        self.resize(wanted if wanted != self.size or not steps else self.size + (1 if steps > 0 else -1))

    def number(self, setting: Number) -> int:
        value = self.values.get(setting.key, setting.default)
        return min(max(int(value), setting.low), setting.high)

    def flag(self, setting: Flag) -> bool:
        return bool(self.values.get(setting.key, setting.default))

    def pick(self, setting: Pick) -> str:
        """Return the choice made; the default where one was kept that there is no more."""
        value = str(self.values.get(setting.key, ""))
        return value if value in setting.choices else next(iter(setting.choices))

    def set(self, setting: Setting, value: int | bool | str) -> None:
        self.values[setting.key] = value
        self.changed.emit(None)
