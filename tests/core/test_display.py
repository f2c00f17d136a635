"""Values become colours: in order, exact at the ends, and the same however many are mapped at once."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from numpy.typing import NDArray

from segstudio.core.display import Balance, Display, Distribution, Kind, kind_of, levels, shown, whole_window

DTYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float16", "float32", "float64")
EVERY = st.sampled_from(DTYPES).flatmap(
    lambda name: nps.arrays(
        name, nps.array_shapes(min_dims=2, max_dims=3, max_side=9), elements={"allow_subnormal": False}
    )
)
GAMMAS = st.floats(0.2, 5)


@st.composite
def windows(draw: st.DrawFn) -> tuple[NDArray[Any], Display]:
    """Draw values and a window whose ends are two of them."""
    values = draw(EVERY.filter(lambda a: a.dtype.kind != "f" or bool(np.isfinite(a).any())))
    finite = np.unique(values[np.isfinite(values)])
    low, high = sorted(draw(st.lists(st.sampled_from(finite.tolist()), min_size=2, max_size=2)))
    return values, Display(low, high, draw(GAMMAS))


@given(windows())
def test_greater_values_are_never_darker_and_the_ends_are_exact(drawn: tuple[NDArray[Any], Display]) -> None:
    values, display = drawn
    assume(display.high - display.low < 1e30)  # the distance of greater ones is no number any more
    bright = levels(values, display)
    assert bright.dtype == np.uint8
    assert bright.shape == values.shape
    ordered = values[~np.isnan(values)] if values.dtype.kind == "f" else values.ravel()
    ranks = np.argsort(ordered, kind="stable")
    assert (np.diff(bright[~np.isnan(values)].ravel()[ranks].astype(int)) >= 0).all()
    assert (bright[values <= display.low] == 0).all()
    if display.low < display.high:
        assert (bright[values >= display.high] == 255).all()
    assert (bright[values > max(display.high, display.low)] == 255).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_middle_follows_gamma(dtype: str) -> None:
    values = np.array([0, 25, 50, 75, 100], dtype)
    for gamma in (0.5, 1.0, 2.2):
        expected = np.round(255 * (np.array([0, 0.25, 0.5, 0.75, 1]) ** (1 / gamma)))
        np.testing.assert_allclose(levels(values, Display(0, 100, gamma)), expected, atol=1)


def test_what_is_not_finite_is_black_or_beyond_the_window() -> None:
    values = np.array([np.nan, -np.inf, 0.5, np.inf], np.float32)
    assert levels(values, Display(0, 1)).tolist() == [0, 0, 128, 255]
    assert levels(values, Display(1, 1)).tolist() == [0, 0, 0, 255]


@given(nps.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_a_plain_picture_shown_as_it_is_is_not_copied(picture: NDArray[np.uint8]) -> None:
    assert shown(picture, Display.first(kind_of(picture))) is picture


def test_channels_are_colours_or_gray() -> None:
    samples = np.zeros((2, 3, 5), np.uint16)
    samples[..., :] = (0, 100, 200, 300, 400)
    wide = Display(0, 400)
    assert shown(samples, replace(wide, channels=(4, 2, 0)))[1, 2].tolist() == [255, 128, 0]
    assert shown(samples, replace(wide, channels=(3,)))[0, 0].tolist() == [191, 191, 191]
    assert shown(samples[..., 1], replace(wide, channels=(0,)))[0, 0].tolist() == [64, 64, 64]


def test_blocks_of_rows_are_shown_as_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.arange(40 * 30, dtype=np.uint16).reshape(40, 30)
    whole = shown(samples, Display(100, 900))
    monkeypatch.setattr("segstudio.core.raster.BLOCK", 70)
    monkeypatch.setattr("segstudio.core.display.MAPPED", 70)
    np.testing.assert_array_equal(shown(samples, Display(100, 900)), whole)
    assert (Distribution.of(samples).low, Distribution.of(samples).high) == (0, 1199)


def test_automatic_contrast_leaves_out_what_is_rare() -> None:
    samples = np.random.default_rng(0).integers(1000, 2001, (300, 300)).astype(np.uint16)
    samples[0, 0], samples[9, 9] = 0, 65535
    values = Distribution.of(samples)
    display = Display.first(kind_of(samples)).fitted(values)
    assert (values.low, values.high) == (0, 65535)
    assert 1000 <= display.low < 1010
    assert 1990 < display.high <= 2000
    assert display.auto
    kept = replace(display, low=7, auto=False)
    assert kept.fitted(values) is kept


def test_automatic_contrast_lets_a_weak_channel_be_seen_beside_a_strong_one() -> None:
    ramp = np.linspace(0, 1, 10_000).reshape(100, 100)
    samples = np.dstack([60_000 * ramp, 20 * ramp + 5, 800 * ramp]).astype(np.uint16)
    display = Display.first(kind_of(samples)).fitted(Distribution.of(samples))
    picture = shown(samples, display)
    for channel in range(3):
        assert picture[..., channel].min() == 0
        assert picture[..., channel].max() == 255
    assert display.of_channel(1).high <= 25
    assert shown(samples, replace(display, channels=(1,))).max() == 255, "by itself, too"
    one = shown(samples, display.with_window(0, 60_000))
    assert one[..., 1].max() == 0, "all in one window"
    weaker = display.with_window(0, 50, 1)
    assert not weaker.auto
    assert 120 < shown(samples, weaker)[..., 1].max() < 135
    np.testing.assert_array_equal(shown(samples, weaker)[..., ::2], picture[..., ::2])


def test_colours_of_a_plain_picture_are_not_stretched_apart() -> None:
    samples = np.dstack([np.full((9, 9), 200), np.full((9, 9), 20), np.arange(81).reshape(9, 9)]).astype(np.uint8)
    assert Display(auto=True).fitted(Distribution.of(samples)).apart == ()


@pytest.mark.parametrize(
    ("samples", "window"),
    [
        (np.full((4, 4), 7, np.uint16), (7, 7)),
        (np.full((4, 4), np.nan, np.float32), (0, 0)),
        (np.array([[np.nan, 2, 3, np.inf]], np.float32), (2, 3)),
        (np.array([[[5, 9]]], np.int16), (5, 9)),
    ],
    ids=["constant", "no number", "some numbers", "a channel each"],
)
def test_pictures_with_little_in_them_have_a_window(samples: NDArray[Any], window: tuple[float, float]) -> None:
    values = Distribution.of(samples)
    assert (values.low, values.high) == window
    display = Display.first(kind_of(samples)).fitted(values)
    assert display.low <= display.high
    assert shown(samples, display).shape == (*samples.shape[:2], 3)
    assert whole_window(kind_of(samples), values) == window


def test_counts_are_of_one_channel_between_edges() -> None:
    samples = np.dstack([np.arange(12).reshape(3, 4), np.zeros((3, 4))]).astype(np.float32)
    values = Distribution.of(samples)
    assert values.counts(0, np.array([0.0, 4.0, 12.0])).tolist() == [4, 8]
    assert values.counts(1, np.array([0.0, 4.0, 12.0])).tolist() == [12, 0]


@given(brightness=st.integers(-100, 100), contrast=st.integers(-100, 100), low=st.integers(-500, 500))
def test_brightness_and_contrast_are_read_back_as_they_were_set(brightness: int, contrast: int, low: int) -> None:
    balance, around = Balance(brightness, contrast), (float(low), low + 250.0)
    display = balance.applied(Display(auto=True), around)
    assert Balance.of(display, around) == balance
    assert not display.auto


def test_brightness_moves_the_window_down_and_contrast_narrows_it() -> None:
    around = (0.0, 200.0)
    assert Balance(0, 0).applied(Display(3, 5), around) == Display(0, 200)
    assert Balance(50, 0).applied(Display(), around) == Display(-100, 100)
    assert Balance(0, 25).applied(Display(), around) == Display(50, 150)


def test_kinds_are_named_as_people_name_them() -> None:
    assert Kind("uint8", 3).plain
    assert Kind("uint8", 3).text == ""
    assert Kind("uint16", 1).text == "16-bit"
    assert Kind("float32", 5).text == "32-bit float, 5 channels"
