"""How the panes of the canvas are arranged, and what each shows."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QSize


class Arrangement(Enum):
    SINGLE = "single"
    BESIDE = "side by side"
    SWIPE = "swipe"


@dataclass(frozen=True, slots=True)
class Layout:
    """``overlays`` has one name from ``OVERLAYS`` a pane; ``titles`` say on the canvas what each pane shows."""

    text: str
    overlays: tuple[str, ...]
    titles: tuple[str, ...] = ()
    arrangement: Arrangement = Arrangement.SINGLE
    gray: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """``area`` is the part of the canvas it shows in; ``origin`` is where its view begins, hidden or not."""

    overlay: str
    title: str
    area: QRect
    origin: QPoint


LABEL_LAYOUTS: dict[str, Layout] = {
    "fill": Layout("Fill", ("truth",), tip="Labels as colours over the picture"),
    "outline": Layout("Outline", ("truth outline",), tip="Only the borders of the labels"),
    "off": Layout("Off", ("none",), tip="The bare picture"),
}
PREDICT_LAYOUTS: dict[str, Layout] = {
    "fill": Layout("Fill", ("prediction",), tip="The prediction as colours over the picture"),
    "outline": Layout("Outline", ("prediction outline",), tip="Only the borders of the prediction"),
    "off": Layout("Off", ("none",), tip="The bare picture"),
}
COMPARE_LAYOUTS: dict[str, Layout] = {
    "errors": Layout(
        "Errors", ("errors",), ("Errors",), gray=True, tip="What the prediction has right, extra and missed"
    ),
    "outlines": Layout("Outlines", ("outlines",), ("Outlines",), tip="The borders of truth and prediction"),
    "panes": Layout(
        "Side by side",
        ("prediction", "truth"),
        ("Prediction", "Truth"),
        Arrangement.BESIDE,
        tip="Prediction and truth, moving in step",
    ),
    "swipe": Layout(
        "Swipe",
        ("prediction", "truth"),
        ("Prediction", "Truth"),
        Arrangement.SWIPE,
        tip="Prediction on the left of the handle, truth on the right",
    ),
}

GAP = 2
"""Pixels between panes that stand side by side."""


def panes(layout: Layout, size: QSize, split: float) -> list[Pane]:
    """Arrange a layout in a canvas of ``size`` device pixels; ``split`` (0..1) is where the swipe's handle stands."""
    width, height = size.width(), size.height()
    titles = layout.titles or ("",) * len(layout.overlays)
    if layout.arrangement is Arrangement.SINGLE:
        return [Pane(layout.overlays[0], titles[0], QRect(0, 0, width, height), QPoint(0, 0))]
    if layout.arrangement is Arrangement.BESIDE:
        each = max((width - GAP * (len(layout.overlays) - 1)) // len(layout.overlays), 1)
        return [
            Pane(name, title, QRect(i * (each + GAP), 0, each, height), QPoint(i * (each + GAP), 0))
            for i, (name, title) in enumerate(zip(layout.overlays, titles, strict=True))
        ]
    at = round(width * split)
    left, right = QRect(0, 0, at, height), QRect(at, 0, width - at, height)
    return [
        Pane(name, title, area, QPoint(0, 0))
        for name, title, area in zip(layout.overlays, titles, (left, right), strict=True)
    ]


def pane_size(layout: Layout, size: QSize) -> tuple[int, int]:
    """Return (width, height) in device pixels of the view that all panes share."""
    if layout.arrangement is Arrangement.BESIDE:
        count = len(layout.overlays)
        return max((size.width() - GAP * (count - 1)) // count, 1), max(size.height(), 1)
    return max(size.width(), 1), max(size.height(), 1)
