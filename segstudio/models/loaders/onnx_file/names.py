"""Names of classes that other programs write beside an ONNX graph."""

import ast
import json
from collections.abc import Mapping
from typing import Any, Final

from segstudio.core.palettes import known_colors, numbered_colors
from segstudio.core.schema import LabelClass, LabelSchema

_KEYS: Final = ("names", "class_names", "classes", "labels", "id2label")
_LONGEST: Final = 1 << 16


def named_classes(metadata: Mapping[str, str], count: int | None) -> LabelSchema | None:
    """Return the classes that the texts beside a graph name; None where they name none, or not as many."""
    for key in _KEYS:
        names = names_in(metadata.get(key, ""))
        if names and (count is None or len(names) == max(count, 2)):
            return schema_of(names)
    return None


def schema_of(names: tuple[str, ...]) -> LabelSchema | None:
    """Return classes numbered from 0, those of a known data set in its colours; None where they cannot be classes."""
    colors = known_colors(names) or numbered_colors(len(names))
    try:
        return LabelSchema(tuple(LabelClass(i, name, colors[i]) for i, name in enumerate(names)))
    except ValueError:
        return None


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a list or a dict by number, in JSON or as Python prints it; none for anything else."""
    try:
        found = _value(text[: _LONGEST + 1])
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ()
    if isinstance(found, dict):
        try:
            by_number = {int(key): value for key, value in found.items()}
        except (ValueError, TypeError):
            return ()
        found = [by_number.get(i) for i in range(len(by_number))]
    if not isinstance(found, list | tuple) or not all(isinstance(name, str) for name in found):
        return ()
    return tuple(found)


def _value(text: str) -> Any:
    """Read a plain value; nothing in it is called. Raises what the two readers raise."""
    if len(text) > _LONGEST:
        raise ValueError("it is too long to be a list of names")
    try:
        return json.loads(text)
    except ValueError:
        return ast.literal_eval(text)
