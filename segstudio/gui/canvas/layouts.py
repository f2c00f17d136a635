"""How the panes of the canvas are arranged, and what each shows."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QSize


class Arrangement(Enum):
    SINGLE = "single"
    BESIDE = "side by side"
    SWIPE = "swipe left and right"
    SWIPE_DOWN = "swipe up and down"


@dataclass(frozen=True, slots=True)
class Layout:
    """``overlays`` has one name from ``OVERLAYS`` a pane, ``held`` what stands there while the blink key is held.

    Where it is ``titled``, each pane says what it shows, and can be made to show something else. With ``blinks`` both
    are shown in turn by themselves.
    """

    text: str
    overlays: tuple[str, ...]
    arrangement: Arrangement = Arrangement.SINGLE
    tip: str = ""
    titled: bool = False
    held: tuple[str, ...] = ()
    blinks: bool = False

    @property
    def swipes(self) -> bool:
        return self.arrangement in (Arrangement.SWIPE, Arrangement.SWIPE_DOWN)


@dataclass(frozen=True, slots=True)
class Pane:
    """``area`` is the part of the canvas it shows in; ``origin`` is where its view begins, hidden or not."""

    overlay: str
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
OTHER_LAYOUTS: dict[str, Layout] = {
    "fill": Layout("Fill", ("other",), tip="The prediction of B as colours over the picture"),
    "outline": Layout("Outline", ("other outline",), tip="Only the borders of the prediction of B"),
    "off": PREDICT_LAYOUTS["off"],
}
"""Those of Predict while B is looked at."""


def _one(text: str, overlay: str, tip: str) -> Layout:
    return Layout(text, (overlay,), tip=tip, titled=True)


def _several(text: str, overlays: tuple[str, ...], tip: str, arrangement: Arrangement = Arrangement.BESIDE) -> Layout:
    return Layout(text, overlays, arrangement, tip, titled=True)


COMPARE_LAYOUTS: dict[str, Layout] = {
    "errors": _one("Errors", "errors", "What the prediction has right, extra and missed"),
    "outlines": _one("Outlines", "outlines", "The borders of truth and predictions"),
    "panes": _several("Panes", ("prediction", "truth"), "Prediction and truth side by side, moving in step"),
    "swipe": _several(
        "Swipe",
        ("prediction", "truth"),
        "Prediction on the left of the handle, truth on the right",
        Arrangement.SWIPE,
    ),
    "blink": Layout(
        "Blink", ("prediction",), tip="Prediction and truth in turn, in one place", titled=True, blinks=True
    ),
    "difference": _one("Difference", "difference", "Where only one of two predictions is right, and where none is"),
    "confidence": _one("Confidence", "confidence", "How probable the predicted class is to the model"),
    "entropy": _one("Uncertainty", "entropy", "The entropy of each pixel's class probabilities, at the least"),
    "confusions": _one("Confusions", "confusions", "What was taken for what, in the colours of both classes"),
    "error distances": _one("Errors by depth", "error distances", "Slips at borders fade, gross errors stand out"),
    "signed contours": _one(
        "Contours by distance", "signed contours", "Contours of the prediction by how far they lie from the truth's"
    ),
    "agreement": _one("A against B", "agreement", "Where two predictions differ, whoever is right"),
    "truth": _one("Truth only", "truth", "The labels over the picture"),
    "prediction": _one("Prediction A only", "prediction", "What the chosen run says"),
    "other": _one("Prediction B only", "other", "What the second run says"),
    "row": _several(
        "Image, prediction, truth",
        ("none", "prediction", "truth"),
        "The bare picture, what was predicted, and what is right, in a row or below each other",
    ),
    "panes 3": _several("Three panes", ("prediction", "errors", "truth"), "Prediction, errors and truth, in step"),
    "panes 4": _several(
        "Four panes", ("none", "truth", "prediction", "other"), "Picture, truth and both predictions, in step"
    ),
    "swipe down": _several(
        "Swipe up and down",
        ("prediction", "truth"),
        "Prediction above the handle, truth below",
        Arrangement.SWIPE_DOWN,
    ),
}

GAP = 2
"""Pixels between panes that stand side by side."""
MOST_IN_A_ROW = 3
"""Panes: more stand in two rows."""


def panes(
    layout: Layout, size: QSize, split: float, swapped: bool = False, picture: tuple[int, int] | None = None
) -> list[Pane]:
    """Arrange a layout in a canvas of ``size`` device pixels; ``split`` (0..1) is where the swipe's handle stands.

    ``swapped``: each pane shows what it shows while the blink key is held. ``picture`` is (width, height) as it lies
    on the screen: of more than two panes it is seen as large as can be.
    """
    names = layout.held if swapped and layout.held else layout.overlays
    width, height = size.width(), size.height()
    whole = QRect(0, 0, width, height)
    if layout.arrangement is Arrangement.BESIDE:
        each, columns = pane_size(layout, size, picture), _columns(layout, size, picture)
        corners = [
            QPoint(i % columns * (each[0] + GAP), i // columns * (each[1] + GAP)) for i in range(len(layout.overlays))
        ]
        areas = [QRect(corner, QSize(*each)) for corner in corners]
    elif layout.swipes:
        corners = [QPoint(0, 0)] * 2
        at = round((width if layout.arrangement is Arrangement.SWIPE else height) * split)
        areas = [QRect(0, 0, at, height), QRect(at, 0, width - at, height)]
        if layout.arrangement is Arrangement.SWIPE_DOWN:
            areas = [QRect(0, 0, width, at), QRect(0, at, width, height - at)]
    else:
        corners, areas = [QPoint(0, 0)], [whole]
    return [Pane(*pane) for pane in zip(names, areas, corners, strict=True)]


def pane_size(layout: Layout, size: QSize, picture: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return (width, height) in device pixels of the view that all panes share."""
    if layout.arrangement is not Arrangement.BESIDE:
        return max(size.width(), 1), max(size.height(), 1)
    return _each(len(layout.overlays), _columns(layout, size, picture), size)


def _each(count: int, columns: int, size: QSize) -> tuple[int, int]:
    rows = -(-count // columns)
    return max((size.width() - GAP * (columns - 1)) // columns, 1), max((size.height() - GAP * (rows - 1)) // rows, 1)


def _columns(layout: Layout, size: QSize, picture: tuple[int, int] | None) -> int:
    count = len(layout.overlays)
    usual = count if count <= MOST_IN_A_ROW else -(-count // 2)
    if picture is None or count < MOST_IN_A_ROW:
        return usual

    def scale(columns: int) -> float:
        width, height = _each(count, columns, size)
        return min(width / picture[0], height / picture[1])

    return max((usual, *(columns for columns in range(1, count + 1) if count % columns == 0)), key=scale)
