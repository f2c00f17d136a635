"""What a TOML text may ask of a parser: those take time by the square of the parts of a key, so kilobytes can hang."""

import re
from typing import Final

_LARGEST: Final = 1 << 20
"""Characters; a project of some thousand classes has half as many."""
_MOST_DOTS: Final = 8
"""In one key; those that people write have two or three."""
_DEEPEST: Final = 40
_QUOTED: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
"""Strings and comments, in which anything may stand."""
_BETWEEN: Final = re.compile(r"[,={}\[\]]")


def check_toml(text: str) -> None:
    """Raise ``ValueError``, with the line of the fault, for a text that a parser could be busy with for minutes."""
    if len(text) > _LARGEST:
        raise ValueError(f"it has {len(text):,} characters, and {_LARGEST:,} are the most")
    depth = 0
    for number, line in enumerate(_QUOTED.sub(_lines_alone, text).split("\n"), start=1):
        if max(part.count(".") for part in _BETWEEN.split(line)) > _MOST_DOTS:
            raise ValueError(f"line {number}: a key has more than {_MOST_DOTS} dots")
        depth += line.count("{") + line.count("[") - line.count("}") - line.count("]")
        if depth > _DEEPEST or line.count("[") - line.count("]") > _DEEPEST:
            raise ValueError(f"line {number}: it is nested too deeply")


def _lines_alone(quoted: re.Match[str]) -> str:
    return "\n" * quoted[0].count("\n")
