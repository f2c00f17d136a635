"""The classes a project labels with."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import plane_dtype

Color: TypeAlias = tuple[int, int, int]

BYTE_ID, MAX_ID = 255, 65535
"""The largest ids that planes of 8 and of 16 bits hold."""

UNKNOWN_COLOR: Color = (128, 136, 144)
"""Drawn where a pixel's value has no class."""

DEFAULT_COLORS: tuple[Color, ...] = (
    (0x14, 0x8E, 0xFA),
    (0xBD, 0x51, 0x14),
    (0x14, 0x79, 0x4C),
    (0xFA, 0xE8, 0x67),
    (0x70, 0x45, 0xA3),
    (0xE9, 0x9C, 0xA3),
    (0x5C, 0xFA, 0xF1),
    (0xDA, 0xFA, 0xB8),
    (0xA9, 0xB5, 0xFA),
    (0xA1, 0x62, 0x91),
    (0xBE, 0xA5, 0x64),
)
"""Any two differ clearly, also as seen with deuteranopia, protanopia and tritanopia."""


def hex_of(color: Color) -> str:
    """Return a colour as ``#rrggbb``."""
    return "#" + bytes(color).hex()


def color_of(text: str) -> Color:
    """Return the colour of ``#rrggbb``, with or without the ``#``; raises ``ValueError`` for anything else."""
    digits = text.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"{text!r} is no colour")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class: ``id`` is the value its pixels hold, 0..65535; ``color`` is RGB."""

    id: int
    name: str
    color: Color
    thing: bool = False
    ignore: bool = False
    background: bool = False
    group: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.id <= MAX_ID:
            raise ValueError(f"a class id lies within 0..{MAX_ID}, not {self.id}")

    def entry(self) -> dict[str, Any]:
        """Return the class as files have it: the colour as ``#rrggbb``, and of the rest what is set."""
        optional = {"background": self.background, "thing": self.thing, "ignore": self.ignore, "group": self.group}
        always = {"id": self.id, "name": self.name, "color": hex_of(self.color)}
        return always | {key: value for key, value in optional.items() if value}


@dataclass(frozen=True)
class LabelSchema:
    """The class table: ids are pixel values, order is the order shown; ids are distinct.

    ``deleted`` are classes that were taken out of it, the last one last: masks may still hold their ids.
    """

    classes: tuple[LabelClass, ...]
    deleted: tuple[LabelClass, ...] = field(default=(), repr=False)  # nothing that is kept by the table depends on it

    def __post_init__(self) -> None:
        ids = [c.id for c in (*self.classes, *self.deleted)]
        if len(set(ids)) != len(ids):
            raise ValueError(f"class ids must be distinct: {ids}")

    def __len__(self) -> int:
        return len(self.classes)

    def get(self, class_id: int) -> LabelClass | None:
        return self._by_id.get(class_id)

    @cached_property
    def scored(self) -> tuple[LabelClass, ...]:
        """The classes that metrics count: all but the ignored ones."""
        return tuple(c for c in self.classes if not c.ignore)

    @property
    def ignored_ids(self) -> tuple[int, ...]:
        return tuple(c.id for c in self.classes if c.ignore)

    @cached_property
    def background(self) -> int:
        """The id a new mask is filled with and the eraser writes: the class marked so, else the first ignored one.

        Raises ``ValueError`` where there is neither; ``with_background`` sees to one.
        """
        for chosen in (*(c for c in self.classes if c.background), *(c for c in self.classes if c.ignore)):
            return chosen.id
        raise ValueError("no class is background and none is ignored")

    @property
    def scored_background(self) -> tuple[int, ...]:
        """The id of the background where that is scored: where no class is marked so, an ignored one serves as it."""
        background = self.with_background().background
        return (background,) if any(c.id == background for c in self.scored) else ()

    @cached_property
    def things(self) -> frozenset[int]:
        """The ids of the classes whose objects are told apart: those marked so, else all scored but the background."""
        marked = frozenset(c.id for c in self.classes if c.thing)
        return marked or frozenset(c.id for c in self.scored if not c.background)

    @property
    def marked(self) -> bool:
        """Whether any class is marked as one of things."""
        return any(c.thing for c in self.classes)

    def telling_apart(self) -> "LabelSchema":
        """Return a schema in which all classes whose objects are told apart are marked as things."""
        return LabelSchema(tuple(replace(c, thing=c.id in self.things) for c in self.classes))

    def with_background(self) -> "LabelSchema":
        """Return a schema that can start a new mask: where no class can, an ignored "unlabelled" one is added."""
        if any(c.background or c.ignore for c in self.classes):
            return self
        taken = {*self._by_id, *(c.id for c in self.deleted)}
        free = next(i for i in range(BYTE_ID, -1, -1) if i not in taken)
        added = LabelClass(free, "unlabelled", UNKNOWN_COLOR, ignore=True)
        return replace(self, classes=(*self.classes, added))

    def with_beside(self, classes: Iterable[LabelClass]) -> "LabelSchema":
        """Return a schema with those of ``classes`` after its own whose ids it lacks."""
        return LabelSchema((*self.classes, *(c for c in classes if c.id not in self._by_id)))

    def with_ignored(self, ids: Iterable[int]) -> "LabelSchema":
        """Return a schema in which the classes ``ids`` are ignored too, added where they are missing."""
        wanted = set(ids)
        kept = tuple(replace(c, ignore=c.ignore or c.id in wanted) for c in self.classes)
        added = sorted(wanted - self._by_id.keys())
        return LabelSchema((*kept, *(LabelClass(i, f"ignored {i}", UNKNOWN_COLOR, ignore=True) for i in added)))

    def replaced(self, changed: LabelClass) -> "LabelSchema":
        """Return a schema in which ``changed`` stands for the class of its id."""
        return replace(self, classes=tuple(changed if c.id == changed.id else c for c in self.classes))

    def moved(self, class_id: int, by: int) -> "LabelSchema":
        """Return a schema in which a class stands ``by`` places further down, or up, as far as there are places."""
        others = [c for c in self.classes if c.id != class_id]
        at = [c.id for c in self.classes].index(class_id)
        others.insert(min(max(at + by, 0), len(others)), self.classes[at])
        return replace(self, classes=tuple(others))

    def with_background_at(self, class_id: int) -> "LabelSchema":
        """Return a schema in which one class, and no other, is marked as background."""
        return replace(self, classes=tuple(replace(c, background=c.id == class_id) for c in self.classes))

    def without(self, class_id: int) -> "LabelSchema":
        """Return a schema without a class, which is remembered as deleted."""
        kept = tuple(c for c in self.classes if c.id != class_id)
        return LabelSchema(kept, (*self.deleted, *(c for c in self.classes if c.id == class_id)))

    def restored(self, class_id: int) -> "LabelSchema":
        """Return a schema with a deleted class behind the others."""
        back = tuple(c for c in self.deleted if c.id == class_id)
        return LabelSchema((*self.classes, *back), tuple(c for c in self.deleted if c.id != class_id))

    def extended(self, name: str, held: Iterable[int] = ()) -> "LabelSchema":
        """Return a schema with one more class, of an id that masks do not hold, and of the next colour not yet used.

        ``held`` are values that are known to be in masks. Ids below those of the scored classes are taken last: masks
        older than the table may hold them. It is one of things where all the others are that could be.
        """
        taken = {*self._by_id, *(c.id for c in self.deleted), *held}
        above = max((c.id for c in self.scored), default=0) + 1
        widest = MAX_ID if above > BYTE_ID else BYTE_ID
        free = next(i for i in chain(range(above, widest + 1), range(1, MAX_ID + 1)) if i not in taken)
        others = [c.thing for c in self.scored if not c.background]
        added = LabelClass(free, name, self.next_color(), thing=bool(others) and all(others))
        return replace(self, classes=(*self.classes, added))

    def next_color(self) -> Color:
        used = {c.color for c in self.classes}
        return next((c for c in DEFAULT_COLORS if c not in used), DEFAULT_COLORS[len(self) % len(DEFAULT_COLORS)])

    @cached_property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """The dtype of a label plane of these classes, and of those deleted, whose pixels are still there."""
        return plane_dtype(max((c.id for c in (*self.classes, *self.deleted)), default=0))

    def palette(self) -> NDArray[np.uint8]:
        """Return RGB by pixel value: shape (256, 3), or (65536, 3) where an id is above 255."""
        palette = np.full((np.iinfo(self.dtype).max + 1, 3), UNKNOWN_COLOR, np.uint8)
        for c in self.classes:
            palette[c.id] = c.color
        return palette

    @cached_property
    def _by_id(self) -> dict[int, LabelClass]:
        return {c.id: c for c in self.classes}
