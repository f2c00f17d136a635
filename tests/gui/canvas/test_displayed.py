"""Pictures looked at through a window: right at every zoom, and nothing is copied to change the window."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from segstudio.core.display import Display, Distribution, kind_of, levels, shown
from segstudio.gui.canvas.displayed import DisplayedPicture, ValuePicture, displayed
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Orientation, Viewport

PANE = (50, 40)


def smooth(dtype: str, channels: int, scale: float = 1000.0) -> NDArray[Any]:
    """Return a soft picture of 50 x 40 pixels."""
    noise = np.random.default_rng(0).random((40, 50, channels))
    soft = cv2.GaussianBlur(noise, (0, 0), 3).reshape(40, 50, channels)
    soft = (soft - soft.min()) / (soft.max() - soft.min()) * scale
    values: NDArray[Any] = (soft[..., 0] if channels == 1 else soft).astype(dtype)
    return values


def rendered(picture: Picture, scale: float, size: tuple[int, int] = PANE) -> NDArray[np.uint8]:
    """Return what a pane shows, RGB."""
    pixels = picture.render(Viewport(scale), size, 0, gray=False)
    return pixels.view(np.uint8).reshape(size[1], size[0], 4)[..., 2::-1]


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int16", "uint32", "int32", "float16", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_values_look_on_the_screen_as_the_whole_picture_does(dtype: str, channels: int, scale: float) -> None:
    samples = smooth(dtype, channels, 100.0)
    display = replace(Display.first(kind_of(samples)).fitted(Distribution.of(samples)), gamma=1.2)
    whole = shown(samples, display)
    size = (round(50 * scale), round(40 * scale))
    seen = rendered(displayed(samples, display, whole), scale, size)
    if scale == 1:
        np.testing.assert_array_equal(seen, whole)
    else:
        # Values are averaged before they are mapped, which is right; colours would be averaged after.
        difference = np.abs(seen.astype(int) - rendered(Picture(whole), scale, size))
        assert difference.mean() < 2
        assert difference.max() < 40


@pytest.mark.parametrize("channels", [3, 5])
@pytest.mark.parametrize("shows", [(0, 1, 2), (2,), (1, 1, 0)])
def test_channels_have_windows_of_their_own_on_the_screen_too(channels: int, shows: tuple[int, ...]) -> None:
    samples = smooth("uint16", channels, 1000)
    display = Display(0, 500, 1.3, shows, apart=((0, 0.0, 100.0), (2, 300.0, 900.0)))
    whole = shown(samples, display)
    np.testing.assert_array_equal(rendered(displayed(samples, display, whole), 1.0), whole)
    for color, channel in enumerate(shows * 3 if len(shows) == 1 else shows):
        low, high = {0: (0, 100), 1: (0, 500), 2: (300, 900)}[channel]
        np.testing.assert_array_equal(whole[..., color], levels(samples[..., channel], Display(low, high, 1.3)))


@pytest.mark.parametrize("channels", [1, 3, 5])
@pytest.mark.parametrize(
    "orientation", [Orientation(turns, mirrored) for turns in range(4) for mirrored in (False, True)]
)
def test_values_are_turned_and_mirrored_as_any_picture_is(channels: int, orientation: Orientation) -> None:
    samples = smooth("uint16", channels)
    display = replace(Display.first(kind_of(samples)), low=0, high=1000, auto=False)
    whole = shown(samples, display)
    for scale in (1.0, 3.0):
        view = Viewport.centred((50, 40), (200, 200), scale, orientation)
        seen = displayed(samples, display, whole).render(view, (200, 200), 0, gray=False)
        np.testing.assert_array_equal(seen, Picture(whole).render(view, (200, 200), 0, gray=False))


def test_a_window_is_moved_without_a_copy_of_the_picture() -> None:
    samples = smooth("uint16", 1)
    picture = ValuePicture(samples, Display(0, 1000, 1, (0,)), np.zeros((40, 50, 3), np.uint8))
    assert np.shares_memory(picture.levels[0], samples)
    darker = picture.through(Display(500, 1500, 1, (0,)))
    assert darker.levels is picture.levels
    assert rendered(darker, 1).mean() < rendered(picture, 1).mean()
    np.testing.assert_array_equal(rendered(picture, 1), shown(samples, picture.display))


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
def test_a_plain_picture_is_drawn_as_ever_until_it_is_changed(scale: float) -> None:
    samples = smooth("uint8", 3, 255.0)
    plain = displayed(samples, Display(), samples)
    assert isinstance(plain, DisplayedPicture)
    np.testing.assert_array_equal(rendered(plain, scale), rendered(Picture(samples), scale))
    red = plain.through(Display(channels=(0,)))
    assert red.levels is plain.levels
    np.testing.assert_array_equal(rendered(red, scale), np.repeat(rendered(plain, scale)[..., :1], 3, axis=2))
    dark = rendered(plain.through(Display(100, 355)), scale)
    np.testing.assert_array_equal(dark, np.maximum(rendered(plain, scale).astype(int) - 100, 0))


def test_tools_get_the_whole_picture_as_it_was_made_last() -> None:
    samples = smooth("float32", 1)
    before, after = np.zeros((40, 50, 3), np.uint8), np.ones((40, 50, 3), np.uint8)
    picture = ValuePicture(samples, Display(channels=(0,)), before)
    assert picture.through(Display(5, 6, 1, (0,))).rgb is before
    assert picture.with_image(after).rgb is after
    assert picture.rgb is before


@pytest.mark.parametrize("shape", [(2, 40_000), (40_000, 2)])
def test_pictures_longer_than_opencv_takes_are_drawn(shape: tuple[int, int]) -> None:
    samples = np.zeros(shape, np.uint16)
    samples[shape[0] // 2 :, shape[1] // 2 :] = 9
    picture = displayed(samples, Display(0, 9, 1, (0,)), np.zeros((*shape, 3), np.uint8))
    for scale in (0.01, 1.0, 3.0):
        assert rendered(picture, scale).shape == (40, 50, 3)
