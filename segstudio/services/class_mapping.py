"""Which class of a project each output of a model is written as: by name, by order, or as somebody chose by hand."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np

from segstudio.core.errors import listed
from segstudio.core.raster import Probabilities
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.segmenter import ModelInfo

Rule: TypeAlias = Literal["name", "order"]
How: TypeAlias = Literal["name", "order", "hand"]
Target: TypeAlias = int | Literal["new", "nothing"]
"""The id of a class of the project; a class of its own, beside those; or the background, which the eraser writes."""
Found: TypeAlias = Literal["name", "alike", "background", "number", "order", "hand", "new", "nothing"]
"""Why a class is written as it is. ``alike``: names that differ in plural, spaces and the like; ``number``: its id.

``background``: what lies between the objects that a model finds, for the background of the project.
"""

_STAND_IN: Final = re.compile(r"background|(class|label)[ _-]?\d+")
"""Names, without case, that say no more than the id: they stand in where a file names no classes."""
_JOINS: Final = re.compile(r"(?<!\d)[\s_]+|[\s_]+(?!\d)|(?<=[^\W\d_])-(?=\w)")


@dataclass(frozen=True, slots=True)
class ClassMapping:
    """What somebody wants. ``chosen`` counts with "hand", by the model's ids; what it has not goes by ``rule``.

    It is kept meanwhile with "name" and "order", so that one can go back to it.
    """

    how: How = "name"
    rule: Rule = "name"
    chosen: Mapping[int, Target] = field(default_factory=dict)

    def by(self, how: How) -> "ClassMapping":
        """Return the mapping with another ``how``; by hand one begins with what there was."""
        return replace(self, how=how, rule=self.rule if how == "hand" else how)

    def with_chosen(self, class_id: int, target: Target) -> "ClassMapping":
        """Return the mapping, by hand, with another target for one class of the model."""
        return replace(self, how="hand", chosen={**self.chosen, class_id: target})

    def confirming(self, rows: Iterable["MappedClass"]) -> "ClassMapping":
        """Return the mapping, by hand, with classes of the model chosen as they are written now."""
        return replace(self, how="hand", chosen={**self.chosen, **{row.source.id: row.target.id for row in rows}})

    def to_json(self) -> dict[str, Any]:
        return {"how": self.how, "rule": self.rule, "chosen": {str(i): to for i, to in self.chosen.items()}}

    @classmethod
    def from_json(cls, data: Any) -> "ClassMapping":
        """Read what ``to_json`` gave; for anything else that is by name, for it is what somebody's settings hold."""
        try:
            chosen = {int(i): to for i, to in data["chosen"].items() if to in ("new", "nothing") or type(to) is int}
            known = data["how"] in ("name", "order", "hand") and data["rule"] in ("name", "order")
            return cls(data["how"], data["rule"], chosen) if known else BY_NAME
        except (KeyError, TypeError, ValueError, AttributeError):
            return BY_NAME


BY_NAME: Final = ClassMapping()
BY_ORDER: Final = ClassMapping("order", "order")


class MappedClass(NamedTuple):
    """One output: the model's class, the class it is written as, and why."""

    source: LabelClass
    target: LabelClass
    found: Found


@dataclass(frozen=True, slots=True)
class ClassMap:
    """What comes of a mapping, for one model and one project: a row for each output of the model, in their order.

    ``schema`` names and colours all that can be written; ``written`` maps the model's ids to those in the masks.
    ``ignored`` are the model's ids of what is no class, for which an ignored class is written, or the background.
    """

    how: How
    rows: tuple[MappedClass, ...]
    schema: LabelSchema
    ignored: tuple[int, ...] = ()

    @property
    def written(self) -> dict[int, int]:
        written = {row.source.id: row.target.id for row in self.rows}
        if self.ignored:
            nothing = next(iter(self.schema.ignored_ids), None)
            written |= dict.fromkeys(self.ignored, self.schema.background if nothing is None else nothing)
        return written

    @property
    def outputs(self) -> tuple[LabelClass, ...]:
        """The model's classes in the order of its outputs, with the ids in the masks."""
        return tuple(replace(row.source, id=row.target.id) for row in self.rows)

    @property
    def unmapped(self) -> tuple[MappedClass, ...]:
        """The outputs that are no class of the project."""
        return tuple(row for row in self.rows if row.found in ("new", "nothing"))

    def sentence(self) -> str:
        """Say how many outputs are classes of the project, and which are not."""
        if self.by_number:
            return (
                "No name of the model's classes is one of this project's: "
                f"its {len(self.rows)} outputs are taken by their ids."
            )
        if self.how == "order":
            return self._in_order()
        if not (rest := self.unmapped):
            return f"All {len(self.rows)} classes of the model are classes of the project."
        names = listed([row.source.name for row in rest])
        return f"{len(rest)} of {len(self.rows)} classes of the model are not in this project: {names}."

    def _in_order(self) -> str:
        taken = [row for row in self.rows if row.found == "order"]
        said = f"The {len(taken)} outputs of the model are taken for the classes of the project in their order"
        rest = listed([row.source.name for row in self.unmapped])
        return f"{said}; not in this project: {rest}." if rest else f"{said}."

    @property
    def unchecked(self) -> tuple[MappedClass, ...]:
        """The outputs whose ids alone are taken to mean the same: no name says so, and nobody chose that."""
        return tuple(row for row in self.rows if row.found == "number")

    @property
    def by_number(self) -> bool:
        """Whether no name was found and nobody chose anything, so that ids are taken to mean the same."""
        return bool(self.unchecked) and all(row.found != "hand" for row in self.rows)

    def merged(self, planes: Probabilities) -> tuple[Probabilities, list[int]]:
        """Return the probabilities (outputs, H, W) of what is written, and the ids: outputs of one class add up."""
        ids = [row.target.id for row in self.rows]
        distinct = list(dict.fromkeys(ids))
        if len(distinct) == len(ids):
            return planes, ids
        outputs = {i: [output for output, at in enumerate(ids) if at == i] for i in distinct}
        sums = [planes[outputs[i]].sum(0, dtype=np.uint32).clip(max=255).astype(np.uint8) for i in distinct]
        return np.stack(sums), distinct


def map_classes(info: ModelInfo, schema: LabelSchema, mapping: ClassMapping = BY_NAME) -> ClassMap:
    """Find what each output of a model is written as.

    By name: the project's class of the same name, upper and lower case alike; else of the only one that is alike but
    for plural, spaces, underscores and hyphens. Names that are assumed count as those that are told do. Where no name
    matches, or there is none, ids are all there is to go by, and they are taken to mean the same; but the background
    of a model that finds objects is that of the project, or nothing. By order: output i is the project's i-th class
    that is not ignored.

    What has no target is a class of its own and keeps the model's id. Where that is another class of the project, a
    name that was matched would become ambiguous, so the lowest free one is taken.
    """
    rule = mapping.rule if mapping.how == "hand" else mapping.how
    targets = _by_order(info, schema) if rule == "order" else _by_name(info, schema)
    if mapping.how == "hand":
        targets |= {i: (target, "hand") for i, target in standing(mapping, info, schema).items()}
    if info.classes.ignored_ids or any(target == "nothing" for target, _ in targets.values()):
        schema = schema.with_background()
    return replace(_resolved(mapping.how, info.classes.scored, schema, targets), ignored=info.classes.ignored_ids)


def standing(mapping: ClassMapping, info: ModelInfo, schema: LabelSchema) -> dict[int, Target]:
    """Return what was chosen by hand for classes that the model has, of targets that are still there."""
    chosen = {c.id: mapping.chosen[c.id] for c in info.classes.scored if c.id in mapping.chosen}
    return {i: target for i, target in chosen.items() if isinstance(target, str) or schema.get(target) is not None}


def _by_order(info: ModelInfo, schema: LabelSchema) -> dict[int, tuple[Target, Found]]:
    return {c.id: (to.id, "order") for c, to in zip(info.classes.scored, schema.scored, strict=False)}


def _by_name(info: ModelInfo, schema: LabelSchema) -> dict[int, tuple[Target, Found]]:
    found: dict[int, tuple[Target, Found]] = {}
    if names_classes(info):
        names = {c.name.casefold(): c.id for c in schema.classes}
        same = {c.id: names[c.name.casefold()] for c in info.classes.scored if c.name.casefold() in names}
        found.update((i, (target, "name")) for i, target in same.items())
        rest, taken = [c for c in info.classes.scored if c.id not in same], set(same.values())
        others = [c for c in schema.classes if c.id not in taken] if rest else []
        found.update((i, (target, "alike")) for i, target in _alike(rest, others).items())
    found = found or {c.id: (c.id, "number") for c in info.classes.scored if schema.get(c.id) is not None}
    between = next((c for c in info.classes.scored if c.background), None) if info.instances else None
    if between is None or found.get(between.id, ("new", "new"))[1] not in ("number", "new"):
        return found
    own = next((c.id for c in schema.classes if c.background), None)
    return found | {between.id: ("nothing", "nothing") if own is None else (own, "background")}


def names_classes(info: ModelInfo) -> bool:
    """Tell whether a model's classes have names, told or assumed, that say more than their ids."""
    said = (c.name.casefold() for c in info.classes.scored)
    return "classes" not in info.assumed or not all(map(_STAND_IN.fullmatch, said))


def _alike(classes: Iterable[LabelClass], others: Iterable[LabelClass]) -> dict[int, int]:
    """Pair classes whose names are alike, where there is only one on either side."""
    ours, theirs = _only_ones(classes), _only_ones(others)
    return {i: theirs[stem] for stem, i in ours.items() if stem in theirs}


def _only_ones(classes: Iterable[LabelClass]) -> dict[str, int]:
    stems = {c.id: stem_of(c.name) for c in classes}
    counts = Counter(stems.values())
    return {stem: i for i, stem in stems.items() if stem and counts[stem] == 1}


def stem_of(name: str) -> str:
    """Return a name without case, the s of a plural, and what joins words: spaces, underscores, hyphens.

    What tells names apart stays: the last sign of "CD4+" and "CD4-", and what stands between digits.
    """
    letters = _JOINS.sub("", name.casefold().strip(" _"))
    plural = len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss")
    return letters[:-1] if plural else letters


def _resolved(
    how: How, classes: Iterable[LabelClass], schema: LabelSchema, targets: Mapping[int, tuple[Target, Found]]
) -> ClassMap:
    """Find a class for each target, and new ones for what has none."""
    known = {c.id: c for c in schema.classes}
    # Where no id of the model has to give way, those that the project lacks keep their own.
    taken, rows = set(known), list[MappedClass]()
    free = (i for i in count() if i not in taken)
    for c in classes:
        target, found = targets.get(c.id, ("new", "new"))
        if target == "nothing":
            rows.append(MappedClass(c, known[schema.background], "nothing"))
        elif target == "new":
            number = c.id if c.id not in taken else next(free)
            # Of a thousand classes most are as they are, and making one anew is what takes time.
            added = replace(c, id=number, background=False) if number != c.id or c.background else c
            taken.add(added.id)
            rows.append(MappedClass(c, added, "new"))
        else:
            rows.append(MappedClass(c, known[target], found))
    added_ones = (row.target for row in rows if row.found == "new")
    return ClassMap(how, tuple(rows), LabelSchema((*schema.classes, *added_ones)))
