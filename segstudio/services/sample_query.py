"""What is typed to find samples: a part of their names, and conditions on what is in them and how they scored."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import ge, gt, le, lt

import numpy as np

from segstudio.core.schema import LabelSchema
from segstudio.services.image_columns import Column, Images, Kind, columns

FIGURES = {
    "iou": "mean_iou",
    "dice": "mean_dice",
    "accuracy": "pixel_accuracy",
    "errors": "errors",
    "size": "size",
}
"""What can be asked about without a class, by the words for it."""
BY_CLASS = ("iou", "dice", "precision", "recall", "share", "errors")
"""What can be asked about a class, as ``iou:car<0.5``."""
RELATIONS: dict[str, Callable[..., object]] = {"<=": le, ">=": ge, "<": lt, ">": gt}
EXAMPLE = "class:car iou<0.5"

_TOKEN = re.compile(r'[^\s"]*"[^"]*"?[^\s"]*|\S+')
_NAMED = r'(?::(?P<name>"[^"]*"?|[^<>="]*))?'
_CONDITION = re.compile(rf"(?P<what>[a-z]+){_NAMED}(?:(?P<relation>[<>]=?)(?P<value>[\d.]+)?)?")


@dataclass(frozen=True, slots=True)
class Condition:
    """``relation`` of a column's values to ``value``; where the values are parts of 1, above 1 it is per cent."""

    column: Column
    relation: str
    value: float


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """``words`` is the part that names hold; all ``conditions`` are met.

    ``unknown`` are sentences about what was asked for that there is not; such conditions are left out.
    """

    words: str
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[str, ...] = ()

    def matching(self, images: Images) -> frozenset[str] | None:
        """Return the ids of the scored samples that meet the conditions, None where there are none."""
        if not self.conditions:
            return None
        count = len(images.scores)
        meets = np.ones(count, np.bool_)
        for condition in self.conditions if count else ():
            values = condition.column.values(images, np.arange(count))
            with np.errstate(invalid="ignore"):  # what is not defined meets nothing
                meets &= RELATIONS[condition.relation](values, condition.value)  # type: ignore[arg-type]
        return frozenset(images.scores.id_at(row) for row in np.flatnonzero(meets).tolist())


def parsed(text: str, schema: LabelSchema) -> SampleQuery:
    """Read a query. What is no condition is part of the name; a condition that is not whole yet is left out."""
    words, asked = list[str](), list[re.Match[str]]()
    for token in _TOKEN.findall(text):
        found = _CONDITION.fullmatch(token.casefold())
        if found is not None and _is_condition(found):
            asked.append(found)
        else:
            words.append(token)
    known = columns(schema, second=False) if asked else {}
    conditions = (_condition(found, schema, known) for found in asked)
    unknown = (_unknown(found, schema) for found in asked)
    return SampleQuery(
        " ".join(words), tuple(c for c in conditions if c is not None), tuple(text for text in unknown if text)
    )


def _is_condition(found: re.Match[str]) -> bool:
    if found["name"] is not None:
        return found["what"] in ("class", *BY_CLASS)
    return found["what"] in FIGURES and found["relation"] is not None


def _unknown(found: re.Match[str], schema: LabelSchema) -> str:
    """Return what to say of a condition about a class that there is not, "" of others."""
    name = (found["name"] or "").strip('"').strip()
    return f'No scored class begins with "{name}".' if name and _class_named(name, schema) is None else ""


def _condition(found: re.Match[str], schema: LabelSchema, known: dict[str, Column]) -> Condition | None:
    what, relation = found["what"], found["relation"]
    if what == "class":
        class_id = _class_named(found["name"], schema)
        return None if class_id is None else Condition(known[f"share:{class_id}"], ">", 0.0)
    try:
        value = float(found["value"] or "")
    except ValueError:
        return None
    key = FIGURES.get(what, "") if found["name"] is None else f"{what}:{_class_named(found['name'], schema)}"
    if (column := known.get(key)) is None:
        return None
    return Condition(column, relation, value / 100 if column.kind is Kind.SHARE and value > 1 else value)


def _class_named(name: str, schema: LabelSchema) -> int | None:
    """Return the scored class of a name, else the first whose name begins so; None where there is none."""
    wanted = name.strip('"').strip()
    names = {c.name.casefold(): c.id for c in reversed(schema.scored)}
    begun = (c.id for c in schema.scored if wanted and c.name.casefold().startswith(wanted))
    return names[wanted] if wanted in names else next(begun, None)
