"""Round numbers beside an axis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.gui.plots.scale import Scale, number, span, tick_step, ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 12))
def test_ticks_are_round_lie_within_and_are_no_more_than_wished(low: float, length: float, most: int) -> None:
    high = low + length
    step = tick_step(low, high, most)
    found = ticks(low, high, step)
    assert len(found) <= most + 1
    assert all(low - step * 1e-6 <= value <= high + step * 1e-6 for value in found)
    assert np.allclose(np.diff(found), step)
    assert f"{step:e}"[0] in "125"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(0.25, 0.05, "0.25"), (1234.0, 100.0, "1,234"), (-0.0, 1.0, "0"), (np.nan, 1.0, "-"), (np.inf, 1.0, "inf")],
)
def test_a_number_has_the_decimals_that_it_needs(value: float, step: float, text: str) -> None:
    assert number(value, step) == text


def test_a_span_holds_what_is_finite_and_is_never_empty() -> None:
    assert span(np.array([np.nan, 2.0, np.inf, 4.0]), None) == (2.0, 4.0)
    assert span(np.array([3.0]), None) == (1.5, 4.5)
    assert span(np.array([0.0, 0.0]), None) == (-0.5, 0.5)
    assert span(np.array([np.nan]), None) == (0.0, 1.0)
    assert span(np.array([7.0]), (0.0, 2.0)) == (0.0, 2.0)


@given(st.floats(0, 255))
def test_a_place_leads_back_to_its_value(value: float) -> None:
    scale = Scale(0, 255, 480, 20)
    assert scale.value(scale.place(value)) == pytest.approx(value)
