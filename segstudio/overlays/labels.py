"""One label map in the colours of its classes: filled, or as outlines."""

import cv2
import numpy as np

from segstudio.core.raster import LabelPlane
from segstudio.overlays.base import (
    OverlayInput,
    Pixels,
    Style,
    colored,
    hatch,
    looked_up,
    premultiplied,
    put,
    wide_edges,
)

IGNORE_STRIPE = (0x80, 0x88, 0x90)


def truth_fill(source: OverlayInput) -> Pixels:
    """The labels under edit, with a thin line round each area; what is ignored is hatched."""
    return _filled(source.truth, source.style, source.origin)


def truth_outline(source: OverlayInput) -> Pixels:
    """Only the borders of the labels under edit."""
    return _outlined(source.truth, source.style)


def prediction_fill(source: OverlayInput) -> Pixels:
    """What the model says; nothing where there is no prediction."""
    if source.prediction is None:
        return np.zeros(source.truth.shape, np.uint32)
    return _filled(source.prediction, source.style, source.origin)


def prediction_outline(source: OverlayInput) -> Pixels:
    """Only the borders of what the model says."""
    if source.prediction is None:
        return np.zeros(source.truth.shape, np.uint32)
    return _outlined(source.prediction, source.style)


def bare(source: OverlayInput) -> Pixels:
    """Nothing: the bare picture."""
    return np.zeros(source.truth.shape, np.uint32)


def _filled(labels: LabelPlane, style: Style, origin: tuple[int, int]) -> Pixels:
    pixels = colored(style.fill, labels)
    put(pixels, colored(style.line, labels), wide_edges(labels))
    ignored = looked_up(style.ignored, labels)
    if cv2.countNonZero(ignored):
        striped = hatch(labels.shape, origin).view(np.uint8)
        stripes = np.where(pixels, premultiplied(IGNORE_STRIPE, min(1.0, style.opacity + 0.2)), np.uint32(0))
        put(pixels, stripes, ignored & striped)
        put(pixels, np.zeros_like(pixels), ignored & ~striped)
    return pixels


def _outlined(labels: LabelPlane, style: Style) -> Pixels:
    pixels = np.zeros(labels.shape, np.uint32)
    put(pixels, colored(style.line, labels), wide_edges(labels))
    return pixels
