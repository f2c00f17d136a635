"""How the values of a picture become colours: a window of values, gamma, and which channels."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import RgbImage, Samples, row_blocks

LOOKED_AT = 1 << 17
"""Values of each channel, taken evenly from all over the picture, that stand for the rest in its distribution."""

SATURATED = 0.001
"""The share of values that automatic contrast leaves below the window, and as many above it."""

WHITE = 255
MAPPED = 1 << 18
"""Pixels mapped at a time: numpy lets no other thread run meanwhile, and one of them draws the window."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Pictures that can be looked at in the same way: those of one type of number and as many channels."""

    dtype: str
    channels: int

    @property
    def plain(self) -> bool:
        """True for 8-bit gray and colour, whose values are colours already."""
        return self == PLAIN

    @property
    def text(self) -> str:
        """What a person calls it, such as "16-bit, 4 channels"; nothing where it is plain."""
        if self.plain:
            return ""
        dtype = np.dtype(self.dtype)
        name = f"{8 * dtype.itemsize}-bit{' float' if dtype.kind == 'f' else ''}"
        return name if self.channels == 1 else f"{name}, {self.channels} channels"


PLAIN = Kind("uint8", 3)


def kind_of(samples: Samples) -> Kind:
    return Kind(samples.dtype.name, 1 if samples.ndim == 2 else samples.shape[2])


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The finite values of a picture: the least and the greatest of all, and some of each channel in order."""

    low: float
    high: float
    channels: tuple[NDArray[Any], ...]

    @classmethod
    def of(cls, samples: Samples) -> "Distribution":
        """Look at the samples of a picture, shape (height, width) or (height, width, channels)."""
        planes = samples[:, :, np.newaxis] if samples.ndim == 2 else samples
        step = max(1, math.isqrt(planes.shape[0] * planes.shape[1] // LOOKED_AT))
        seen = (planes[::step, ::step, c].ravel() for c in range(planes.shape[2]))
        low, high = extremes(samples)
        return cls(low, high, tuple(np.sort(_finite(values)) for values in seen))

    def window(self, channels: tuple[int, ...]) -> tuple[float, float]:
        """Return the window that leaves out the ``SATURATED`` share of the values of some channels at either end."""
        found = [self.channels[c] for c in channels if len(self.channels[c])]
        if not found:
            return self.low, self.high
        ends = [(values[round(share * (len(values) - 1))] for share in (SATURATED, 1 - SATURATED)) for values in found]
        lows, highs = zip(*ends, strict=True)
        low, high = float(min(lows)), float(max(highs))
        return (low, high) if low < high else (self.low, self.high)

    @property
    def plain(self) -> bool:
        """Whether they are the values of a plain picture."""
        return Kind(self.channels[0].dtype.name, len(self.channels)).plain

    def counts(self, channel: int, edges: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return how many of a channel's values lie between each two of the ascending ``edges``."""
        return np.diff(np.searchsorted(self.channels[channel], edges))


@dataclass(frozen=True, slots=True)
class Display:
    """What is shown: values up to ``low`` black, from ``high`` on white, between them ``position ** (1 / gamma)``.

    ``channels``: three are red, green and blue, a single one is gray. ``auto`` says that the window follows the
    picture. ``apart`` has the channels with a window of their own, in order: (channel, low, high).
    """

    low: float = 0
    high: float = WHITE
    gamma: float = 1.0
    channels: tuple[int, ...] = (0, 1, 2)
    auto: bool = False
    apart: tuple[tuple[int, float, float], ...] = ()

    @property
    def as_is(self) -> bool:
        """True where it shows the values of a plain picture as the colours that they are."""
        return (self.low, self.high, self.gamma, self.channels) == (0, WHITE, 1, (0, 1, 2))

    @classmethod
    def first(cls, kind: Kind) -> "Display":
        """Return how pictures of a kind are shown at first: plain ones as they are, others by automatic contrast."""
        channels = (0, 1, 2) if kind.channels >= 3 else (0,)
        return cls(channels=channels, auto=not kind.plain)

    def fitted(self, values: Distribution) -> "Display":
        """Return it with the window that suits a picture, where it is automatic.

        Of several channels each has its own, for a weak one would be black in that of a strong one; but not the colours
        of a plain picture, which would be others then.
        """
        if not self.auto:
            return self
        low, high = values.window(self.channels)
        alone = len(self.channels) == 1 or values.plain
        apart = () if alone else tuple((c, *values.window((c,))) for c in sorted(set(self.channels)))
        return replace(self, low=low, high=high, apart=apart)

    def of_channel(self, channel: int) -> "Display":
        """Return how one channel is shown, by itself as gray."""
        low, high = next(((low, high) for c, low, high in self.apart if c == channel), (self.low, self.high))
        return replace(self, low=low, high=high, channels=(channel,), apart=())

    def with_window(self, low: float, high: float, channel: int | None = None) -> "Display":
        """Return it with another window, of one channel, or with None of all."""
        if channel is None:
            return replace(self, low=low, high=high, auto=False, apart=())
        others = (window for window in self.apart if window[0] != channel)
        return replace(self, auto=False, apart=tuple(sorted((*others, (channel, low, high)))))


@dataclass(frozen=True, slots=True)
class Balance:
    """A window as brightness and contrast, -100..100; both are 0 where the window is the one they are counted from.

    Contrast 100 is a sixteenth of that window, brightness 100 moves it down by its own width.
    """

    brightness: int
    contrast: int

    @classmethod
    def of(cls, display: Display, around: tuple[float, float]) -> "Balance":
        """Return the nearest to a display, counted from the window ``around``."""
        span = (around[1] - around[0]) or 1.0
        width = max(display.high - display.low, span / 16)
        brightness = 50 * (sum(around) - display.low - display.high) / span
        return cls(*(round(min(max(x, -100), 100)) for x in (brightness, -25 * math.log2(width / span))))

    def applied(self, display: Display, around: tuple[float, float]) -> Display:
        """Return a display with the window that this stands for."""
        span = (around[1] - around[0]) or 1.0
        middle, half = sum(around) / 2 - self.brightness / 100 * span, span * 2 ** (-self.contrast / 25) / 2
        return replace(display, low=middle - half, high=middle + half, auto=False)


def whole_window(kind: Kind, values: Distribution) -> tuple[float, float]:
    """Return the window that loses nothing: 0..255 of a plain picture, else from the least value to the greatest."""
    return (0, WHITE) if kind.plain else (values.low, values.high)


def shown(samples: Samples, display: Display) -> RgbImage:
    """Return a picture as colours, shape (height, width, 3): the samples themselves where that is what they are."""
    if kind_of(samples).plain and display.as_is:
        return samples
    rgb = np.empty((*samples.shape[:2], 3), np.uint8)
    level = _leveller(samples.dtype, display)
    for rows in row_blocks(samples, MAPPED):
        colors = level(samples[rows] if samples.ndim == 2 else _chosen(samples[rows], display.channels))
        if colors.ndim == 3:
            rgb[rows] = colors
        else:
            for color in range(3):  # a third of the time of one assignment to all three
                rgb[rows, :, color] = colors
    return rgb


def levels(values: Samples, display: Display) -> NDArray[np.uint8]:
    """Return how bright each value is shown, 0..255, in the shape of ``values``; what is not a number is black.

    Their last axis, of three, are the channels that are shown where some have a window of their own.
    """
    return _leveller(values.dtype, display)(values)


def _leveller(dtype: np.dtype[Any], display: Display) -> Callable[[Samples], NDArray[np.uint8]]:
    """Return what maps values of a type: where there are few different ones, by a table."""
    if len(display.channels) == 1 and display.apart:
        return _leveller(dtype, display.of_channel(display.channels[0]))
    if display.apart:
        each = [_leveller(dtype, display.of_channel(channel)) for channel in display.channels]
        return lambda values: np.stack([level(values[..., i]) for i, level in enumerate(each)], axis=-1)
    if dtype.kind not in "iu" or dtype.itemsize > 2:
        return lambda values: _levels(values, display)
    bits = np.dtype(f"u{dtype.itemsize}")
    table = _levels(np.arange(1 << 8 * bits.itemsize, dtype=bits).view(dtype), display)

    def level(values: Samples) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = table[values.view(bits)]
        return found

    return level


def _chosen(samples: Samples, channels: tuple[int, ...]) -> Samples:
    if len(channels) == 1:
        return samples[:, :, channels[0]]
    return samples if channels == tuple(range(samples.shape[2])) else samples[:, :, list(channels)]


def _levels(values: Samples, display: Display) -> NDArray[np.uint8]:
    wide = np.dtype(np.float32 if values.dtype in (np.float32, np.float16) else np.float64)
    span = display.high - display.low
    with np.errstate(invalid="ignore", over="ignore"):
        positions: NDArray[np.floating[Any]] = values.astype(wide)
        positions -= display.low
        if span > 0:
            positions /= span
        else:  # a window without width parts what is above it from the rest
            positions = (positions > 0).astype(wide)
        np.clip(positions, 0, 1, out=positions)
        if display.gamma != 1:
            positions **= 1 / display.gamma
        positions *= WHITE
        np.nan_to_num(positions, copy=False, nan=0)
    return positions.round().astype(np.uint8)


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values


def extremes(samples: Samples) -> tuple[float, float]:
    """Return the least and the greatest finite value; 0 and 0 where there is none."""
    low, high = math.inf, -math.inf
    for rows in row_blocks(samples):
        if (found := _finite(samples[rows])).size:
            low, high = min(low, float(found.min())), max(high, float(found.max()))
    return (low, high) if low <= high else (0.0, 0.0)
