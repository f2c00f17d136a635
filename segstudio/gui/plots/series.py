"""A curve, and how it is drawn."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from segstudio.gui.plots.frame import Frame
from segstudio.gui.plots.ink import Ink, color_of
from segstudio.gui.plots.scale import FloatArray
from segstudio.gui.theme import Tokens

DENSE = 4
"""Values in a column of pixels, on average, from which on some are left out: none of them would be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A curve: ``x`` ascending and ``y`` of the same length, float64; a nan in ``y`` is a gap.

    One without a name is a line to go by, and is not read out.
    """

    name: str
    x: FloatArray
    y: FloatArray
    ink: Ink = 0
    look: Literal["line", "dashed", "dots"] = "line"


def value_at(series: Series, x: float) -> float:
    """Return the value of a curve at ``x``, between two values on the line from one to the other; nan beyond it."""
    if series.look == "dots":
        hits = series.y[series.x == x]
        return float(hits[0]) if hits.size else float("nan")
    return float(np.interp(x, series.x, series.y, np.nan, np.nan)) if series.x.size else float("nan")


def draw_series(painter: QPainter, frame: Frame, series: Series, tokens: Tokens) -> None:
    """Draw a curve, with a dot for each value that has no neighbours."""
    xs, ys = _thinned(frame.x.places(series.x), frame.y.places(series.y))
    color = color_of(series.ink, tokens)
    alone = [p for p in _stretches(xs, ys) if series.look == "dots" or len(p) == 1]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for place in (p for stretch in alone for p in stretch):
        painter.drawEllipse(place, 3.5, 3.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if series.look == "dots":
        return
    pen = QPen(color, 2, Qt.PenStyle.DashLine if series.look == "dashed" else Qt.PenStyle.SolidLine)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    path = QPainterPath()
    for stretch in _stretches(xs, ys):
        path.moveTo(stretch[0])
        for place in stretch[1:]:
            path.lineTo(place)
    painter.drawPath(path)


def _thinned(xs: FloatArray, ys: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return of many values in one column of pixels the first, the least and the greatest: the others are not seen."""
    columns = np.floor(xs)
    starts = np.flatnonzero(np.concatenate([[True], columns[1:] != columns[:-1]])) if xs.size else np.zeros(0, int)
    if xs.size <= DENSE * starts.size:
        return xs, ys
    kept = [starts]
    for extreme in (np.fmin, np.fmax):
        best = np.repeat(extreme.reduceat(ys, starts), np.diff(np.append(starts, xs.size)))
        hits = np.flatnonzero(ys == best)
        kept.append(hits[np.unique(columns[hits], return_index=True)[1]])
    order = np.unique(np.concatenate(kept))
    return xs[order], ys[order]


def _stretches(xs: FloatArray, ys: FloatArray) -> list[list[QPointF]]:
    """Return the parts of a curve between its gaps."""
    seen = np.isfinite(xs) & np.isfinite(ys)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    return [
        [QPointF(x, y) for x, y in zip(xs[a:b].tolist(), ys[a:b].tolist(), strict=True)]
        for a, b in zip(ends[::2], ends[1::2], strict=True)
    ]
