"""Texts that would keep a parser of TOML busy are refused before it sees them."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.toml_bounds import check_toml

MANY = 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a." * 4000 + "a = 1", 1),
        ("x = 1\n[" + "a." * 4000 + "a]", 2),
        ('"a,".' * 4000 + "a = 1", 1),
        ("'{' . " * 4000 + "a = 1", 1),
        ('x = {a = """\n\'""", ' + "b." * 4000 + "b = 'x'}", 2),
        ("# \" '''\n" + "a." * MANY + "a = 1", 2),
        ("a = " + "[" * 4000, 1),
        ("a = " + "{a = " * 4000, 1),
        ("a = [\n" + "[\n" * 60, 41),
        ("a.b.c = 1\n" * 600, 501),
        ("[a.b]\n" * 1100, 1001),
        ("a = {" + "b.c = 1, " * 1100 + "}", 1),
    ],
)
def test_the_line_of_what_is_too_deep_is_told(text: str, line: int) -> None:
    with pytest.raises(ValueError, match=rf"^line {line}: "):
        check_toml(text)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="the most"):
        check_toml("a = 1\n" * 200_000)


@pytest.mark.parametrize("begin", ['"', '"""', "'", "'''"])
def test_what_is_quoted_is_gone_through_once(begin: str) -> None:
    """By the square it would take an hour."""
    check_toml("a = " + begin + '\\"' * 200_000)
    check_toml("a = " + begin + "\\'" * 200_000)


@given(st.lists(st.text(alphabet="ab.,[]{}='#", max_size=60), max_size=5))
def test_what_stands_in_texts_is_no_key(parts: list[str]) -> None:
    names = ", ".join('"' + part.replace("\\", "") + "." * 50 + '"' for part in parts)
    text = f"names = [{names}]\nmeans = [{', '.join(['0.5'] * 99)}]  # ...{'.' * 99}\n"
    tomllib.loads(text)
    check_toml(text)
