"""What a TOML text may ask of a parser: those take time by the square of dotted keys, so kilobytes can hang."""

import re
from typing import Final

_LARGEST: Final = 1 << 20
"""Characters; a project of some thousand classes has half as many."""
_MOST_DOTS: Final = 3
"""In one key; those that people write have one or two."""
_MOST_DOTS_OF_ALL: Final = 1000
"""In the keys of a text."""
_DEEPEST: Final = 40
_QUOTED: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?|\'\'\'(?:[^\']|\'(?!\'\'))*+(?:\'{3,5})?'
    r'|"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|#[^\n]*+',
    re.DOTALL,
)
"""Strings and comments, in which anything may stand. Each match is final, also of a string without an end: the time of
a search that went back for another would grow by the square."""
_PARTS: Final = re.compile(r"([^,={}\[\]]*)([,={}\[\]]|$)")


def check_toml(text: str) -> None:
    """Raise ``ValueError``, with the line of the fault, for a text that a parser could be busy with for minutes."""
    if len(text) > _LARGEST:
        raise ValueError(f"it has {len(text):,} characters, and {_LARGEST:,} are the most")
    depth = dots = 0
    for number, line in enumerate(_QUOTED.sub(_lines_alone, text).split("\n"), start=1):
        names_table = depth == 0 and line.lstrip().startswith("[")
        for part, end in _PARTS.findall(line):
            found = part.count(".")
            dots += found if names_table or end == "=" else 0
            if found > _MOST_DOTS:
                raise ValueError(f"line {number}: a key has more than {_MOST_DOTS} dots")
        if dots > _MOST_DOTS_OF_ALL:
            raise ValueError(f"line {number}: up to here keys have more than {_MOST_DOTS_OF_ALL:,} dots")
        depth += line.count("{") + line.count("[") - line.count("}") - line.count("]")
        if depth > _DEEPEST or line.count("[") - line.count("]") > _DEEPEST:
            raise ValueError(f"line {number}: it is nested too deeply")


def _lines_alone(quoted: re.Match[str]) -> str:
    return "\n" * quoted[0].count("\n")
