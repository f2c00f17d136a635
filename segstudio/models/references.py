"""Checkpoints of other programs whose weights fit a network here, and the names of their tensors. Without torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias, TypeVar

Option: TypeAlias = int | str
"""A value of a configuration; a switch is True or False."""

KeyMap: TypeAlias = Mapping[str, str]
"""Patterns of a reference's keys, and what those are here: see ``renamed``."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reference:
    """A checkpoint that fits tensor by tensor.

    ``name`` is the owner of the reference's repository, ``_``, and the network; ``options`` build what it fits.
    """

    name: str
    options: Mapping[str, Option] = field(default_factory=dict)
    keys: KeyMap = field(default_factory=dict)


def renamed(key: str, keys: KeyMap) -> str:
    """Return our key for a reference's: by the first row of the table that matches the whole of it, else as it is.

    In a row ``*`` stands for any text without a dot and ``**`` for any text; the target repeats them in order. A row
    with an empty target leaves the tensor out: "" is returned.
    """
    for pattern, target in keys.items():
        if (match := _compiled(pattern).fullmatch(key)) is not None:
            return _filled(target, match.groups())
    return key


def translated(weights: Mapping[str, T], keys: KeyMap) -> dict[str, T]:
    """Return the weights of a reference under our keys; raises ``ValueError`` where two would have one."""
    named = [(renamed(key, keys), weight) for key, weight in weights.items()]
    kept = {key: weight for key, weight in named if key}
    if len(kept) < sum(bool(key) for key, _ in named):
        raise ValueError("two tensors would have one name")
    return kept


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*?)", pattern)
    return re.compile("".join({"*": r"([^.]+)", "**": r"(.+)"}.get(part) or re.escape(part) for part in parts))


def _filled(target: str, texts: tuple[str, ...]) -> str:
    found = iter(texts)
    return re.sub(r"\*\*?", lambda _: next(found), target)
