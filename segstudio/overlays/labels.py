"""One label map in the colours of its classes: filled, or as outlines."""

from dataclasses import replace

import cv2
import numpy as np

from segstudio.core.raster import InstancePlane, LabelPlane
from segstudio.overlays.base import (
    OverlayInput,
    Pixels,
    Style,
    colored,
    hatch,
    line_opacity,
    looked_up,
    nothing,
    premultiplied,
    put,
    wide_edges,
)
from segstudio.overlays.objects import light_up, object_edges, put_own_colors

IGNORE_STRIPE = (0x80, 0x88, 0x90)


def truth_fill(source: OverlayInput) -> Pixels:
    """The labels under edit, with a thin line round each area; what is ignored is hatched."""
    return _filled(source.truth, source.style, source.origin, source.instances)


def truth_outline(source: OverlayInput) -> Pixels:
    """Only the borders of the labels under edit."""
    return _outlined(source.truth, source.style, source.instances)


def prediction_fill(source: OverlayInput) -> Pixels:
    """What the model says; nothing where there is no prediction."""
    if source.prediction is None:
        return nothing(source)
    return _filled(source.prediction, _unlit(source.style), source.origin, source.found)


def prediction_outline(source: OverlayInput) -> Pixels:
    """Only the borders of what the model says."""
    if source.prediction is None:
        return nothing(source)
    return _outlined(source.prediction, _unlit(source.style), source.found)


def _unlit(style: Style) -> Style:
    """Return a style that lights up no object: those that are lit are of the truth, whose numbers are others."""
    return replace(style, lit=())


def _filled(
    labels: LabelPlane, style: Style, origin: tuple[int, int], instances: InstancePlane | None = None
) -> Pixels:
    pixels = colored(style.fill, labels)
    if instances is not None and style.by_instance:
        put_own_colors(pixels, instances, style.opacity)
    _put_lines(pixels, labels, style, instances)
    ignored = looked_up(style.ignored, labels)
    if cv2.countNonZero(ignored):
        striped, stripe = hatch(labels.shape, origin), premultiplied(IGNORE_STRIPE, min(1.0, style.opacity + 0.2))
        seen = (pixels != 0).view(np.uint8)
        put(pixels, np.full_like(pixels, stripe), ignored & striped.view(np.uint8) & seen)
        put(pixels, np.zeros_like(pixels), ignored & (~striped).view(np.uint8))
    if instances is not None:
        light_up(pixels, instances, style.lit)
    return pixels


def _outlined(labels: LabelPlane, style: Style, instances: InstancePlane | None = None) -> Pixels:
    pixels = np.zeros(labels.shape, np.uint32)
    _put_lines(pixels, labels, style, instances)
    if instances is not None:
        light_up(pixels, instances, style.lit)
    return pixels


def _put_lines(pixels: Pixels, labels: LabelPlane, style: Style, instances: InstancePlane | None) -> None:
    """Draw the borders between areas, and between objects where they are told apart."""
    edges = wide_edges(labels)
    if instances is not None:
        edges |= object_edges(instances)
    put(pixels, colored(style.line, labels), edges)
    if instances is not None and style.by_instance:
        put_own_colors(pixels, instances, line_opacity(style.opacity), edges)
