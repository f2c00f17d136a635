"""Expressions of sizes are computed as torch means them, and are arithmetic or nothing."""

from contextlib import suppress

import hypothesis.strategies as st
import pytest
from hypothesis import given

from segstudio.models.loaders.pt2.sizes import UnreadableSize, parsed
from segstudio.models.loaders.pt2.taken import Taken
from segstudio.models.sides import RULES, Sides

NUMBERS = st.integers(1, 500)
TEXTS = st.recursive(
    st.sampled_from(["a", "b", "3", "16"]),
    lambda inner: st.builds(
        "({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "//", "%", "==", "!=", "<", ">="]), inner
    ),
    max_leaves=8,
)


@given(TEXTS, NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_python(text: str, a: int, b: int) -> None:
    try:
        expected = eval(text, {}, {"a": a, "b": b})
    except ZeroDivisionError:
        with pytest.raises(UnreadableSize):
            parsed(text).value({"a": a, "b": b})
        return
    assert parsed(text).value({"a": a, "b": b}) == expected


@given(NUMBERS, NUMBERS)
def test_what_sympy_writes_is_what_sympy_means(a: int, b: int) -> None:
    import sympy
    from torch.utils._sympy.functions import FloorDiv, Mod

    x, y = sympy.Symbol("x", positive=True, integer=True), sympy.Symbol("y", positive=True, integer=True)
    meant = FloorDiv(x * 3 + y, 4) * 2 + Mod(x, 7) + sympy.Max(x, y**2)
    written = parsed(sympy.printing.repr.srepr(meant))
    assert written.value({"x": a, "y": b}) == meant.subs({x: a, y: b})


@given(st.text(max_size=60))
def test_any_text_is_arithmetic_or_nothing(text: str) -> None:
    with suppress(UnreadableSize):
        assert isinstance(parsed(text).value({"a": 1}), int)


@given(
    st.sampled_from(RULES),
    st.integers(16, 600),
)
def test_sizes_near_another_keep_to_their_rule(rule: Sides, about: int) -> None:
    height, width = rule.near(about)
    assert (height - rule.plus) % rule.multiple == 0
    assert (width - rule.plus) % rule.multiple == 0
    assert (height - rule.plus) // rule.multiple % 2 == 1


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.multiple > 1 or not rule.plus])
def test_the_rule_of_a_program_is_found_in_its_guards(rule: Sides) -> None:
    texts = [f"L['x'].size()[{axis}] % {rule.multiple} == {rule.plus}" for axis in (2, 3)]
    side = parsed("Symbol('s', positive=True)"), parsed("Symbol('t')")
    example = (1, 3, *rule.near(64))
    taken = Taken((1, 3, *side), example, guards=tuple(map(parsed, texts)))
    assert taken.rule()[:3] == rule[:3]
    assert taken.takes(taken.rule().near(300))


def test_what_is_no_rule_is_the_size_of_the_example() -> None:
    same = parsed("Symbol('s')")
    assert Taken((1, 3, same, same), (1, 3, 64, 64)).rule() == Sides((64, 64)), "only squares"
    other = parsed("Symbol('t')")
    few = Taken((1, 3, same, other), (1, 3, 64, 96), ranges={"s": (None, 100), "t": (None, None)})
    assert few.rule() == Sides((64, 96)), "only small ones"
    assert few.accepts((1, 3, 100, 7))
    assert not few.accepts((1, 3, 101, 7))


def test_images_that_go_through_together_are_counted() -> None:
    sides = parsed("Symbol('n')"), 3, 64, 96
    assert Taken(sides, (2, 3, 64, 96), ranges={"n": (2, None)}).batch((64, 96)) is None, "torch does not insist on 2"
    assert Taken(sides, (4, 3, 64, 96), ranges={"n": (4, None)}).batch((64, 96)) == 4
    assert Taken((1, 3, 64, 96), (1, 3, 64, 96)).batch((64, 96)) == 1
