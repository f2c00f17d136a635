"""What a pane shows, pixel by pixel of the screen: the picture, and over it labels that are refreshed by rectangle."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from segstudio.core.raster import Confidence, InstancePlane, LabelPlane, Mask, Rect
from segstudio.editing.document import Change
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.sampling import Grid, screen_rect
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import opaque_view, overlay_view
from segstudio.overlays import (
    NUMBERED,
    OF_CONFIDENCE,
    OF_DEPTH,
    OF_FOUND,
    OF_OTHER,
    OF_OTHER_CONFIDENCE,
    OF_PREDICTION,
    OVERLAYS,
)
from segstudio.overlays.base import OverlayInput, Pixels, Style
from segstudio.overlays.distances import depth, reach

S = TypeVar("S", bound=np.generic)

BAND = 256
"""Rows of the screen that are drawn at a time: what lies between two steps then stays in the processor's cache."""
PARTS = 4
PART = 16_000
"""Screen pixels that can be drawn in the time that it takes to draw a rectangle more."""
RIM = 2
"""Screen pixels beyond a change that its outlines may reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What there is to see: a picture and the labels over it, all of one size.

    ``instances`` numbers the objects of the truth, and ``found`` those of the prediction, None where they are not told
    apart. ``other`` is a second prediction, and ``confidence`` and ``other_confidence`` are how sure the models of the
    first and the second were; None where there is none.
    """

    picture: Picture
    truth: LabelPlane
    prediction: LabelPlane | None
    instances: InstancePlane | None = None
    other: LabelPlane | None = None
    confidence: Confidence | None = None
    found: InstancePlane | None = None
    other_confidence: Confidence | None = None


def _boxes(differs: NDArray[np.uint8], around: Rect, most: int) -> Iterator[Rect]:
    """Yield rectangles that together hold all that is not 0; the one ``around`` it, unless several hold far less.

    They lie in ``PARTS`` bands: the halves of a sickle are as wide as the whole. One more is to spare ``most`` pixels.
    """
    if around.area <= PARTS * most:
        yield around
        return
    step = -(-(around.y1 - around.y0) // PARTS)
    bands = (_around(differs, top, min(top + step, around.y1)) for top in range(around.y0, around.y1, step))
    parts = [band for band in bands if band is not None]
    if around.area - sum(part.area for part in parts) <= most * (len(parts) - 1):
        yield around
        return
    for part in parts:
        yield from _boxes(differs, part, most)


def _around(differs: NDArray[np.uint8], top: int, below: int) -> Rect | None:
    """Return the rectangle around what is not 0 between two rows, None where there is nothing but 0."""
    x, y, width, height = cv2.boundingRect(differs[top:below])
    return Rect(top + y, x, top + y + height, x + width) if width else None


class Frame:
    """The pixels of one pane size and one view. Panes of the same size share them: they are in step."""

    def __init__(
        self,
        scene: Scene,
        view: Viewport,
        size: tuple[int, int],
        backdrop: int,
        gray: Collection[str] = (),
        spare: Sequence[Pixels] = (),
    ) -> None:
        """``gray`` are the overlays that are drawn over the picture without its colours.

        ``spare`` are the buffers of a frame that is needed no more: where they have the size, they are drawn in.
        """
        self._scene = scene
        self._view = view
        self._size = size
        self._grid = Grid.of(view, size, scene.picture.size)
        self._spare = [pixels for pixels in spare if pixels.shape == size[::-1]]
        self._backdrop, self._gray = backdrop, gray
        self._pictures: dict[bool, tuple[Pixels, QImage]] = {}
        self._reach = reach(scene.truth.shape)
        self._rim = math.ceil((self._reach + 1) * view.scale) + RIM  # of what looks at borders from afar
        self._pixels: dict[str, Pixels] = {}
        self._shown: dict[str, QImage] = {}

    def picture(self) -> QImage:
        """Return the picture with nothing over it."""
        return self._below(gray=False)[1]

    def shown(self, name: str, style: Style) -> QImage:
        """Return the picture with an overlay over it, made when first asked for.

        Kept, since a brush's outline has much painted anew in which nothing else changed: copying one image takes
        half the time of laying two over each other.
        """
        if name not in self._shown:
            below = self._below(name in self._gray)[0]
            self._pixels[name] = self._buffer()
            self._pixels[name][...] = below
            self._shown[name] = opaque_view(self._pixels[name])
            self._draw(name, style, [self._grid.rect])
        return self._shown[name]

    def parts(self, change: Change) -> Iterator[Rect]:
        """Yield what there is to refresh for a change: screen rectangles around the pixels in sight that differ.

        Several, for what a round brush adds is a sickle: the rectangle around it is many times as large.
        """
        sight = self._wide.sight if self._far_sighted else self._grid.sight
        seen = sight.common(change.rect)
        if seen.empty or self._grid.empty:
            return
        most = math.ceil(PART / self._view.scale**2)
        if seen.area <= PARTS * most:
            yield self.on_screen(seen)
            return
        differs = self._differing(change.within(seen)).view(np.uint8)
        if (around := _around(differs, 0, len(differs))) is not None:
            for box in _boxes(differs, around, most):
                yield self.on_screen(box.moved(seen.y0, seen.x0))

    def refresh(self, rects: Sequence[Rect], style: Style) -> None:
        """Redraw rectangles of the screen under every overlay there is."""
        for name in self._shown:
            self._draw(name, style, rects)

    def buffers(self) -> list[Pixels]:
        """Return the memory that this frame draws in; it must not be drawn or shown once another has it."""
        return [*self._spare, *(pixels for pixels, _ in self._pictures.values()), *self._pixels.values()]

    def on_screen(self, rect: Rect) -> Rect:
        """Return the rectangle of the screen that may look different when an image rectangle has changed."""
        return screen_rect(self._view, rect, self._rim if self._far_sighted else RIM).common(self._grid.rect)

    def _differing(self, change: Change) -> Mask:
        differs: Mask = self._scene.truth[change.rect.slices] != change.before
        if self._scene.instances is not None and change.instances_before is not None:
            differs |= self._scene.instances[change.rect.slices] != change.instances_before
        return differs

    def _draw(self, name: str, style: Style, rects: Sequence[Rect]) -> None:
        painter = QPainter(self._shown[name])
        for rect in rects:
            for top in range(rect.y0, rect.y1, BAND):
                self._lay_over(painter, name, style, Rect(top, rect.x0, min(top + BAND, rect.y1), rect.x1))
        painter.end()

    def _lay_over(self, painter: QPainter, name: str, style: Style, rect: Rect) -> None:
        """Lay an overlay over the picture within ``rect``, looking ``RIM`` further so that outlines meet the rest."""
        outer = self._grid.part(rect.grown(RIM))
        if rect.empty or outer.empty:
            return
        colors = self._colors(name, style, outer)
        y, x, (height, width) = rect.y0 - outer.rect.y0, rect.x0 - outer.rect.x0, rect.shape
        below = self._below(name in self._gray)[1]
        painter.drawImage(rect.x0, rect.y0, below, rect.x0, rect.y0, width, height)
        painter.drawImage(rect.x0, rect.y0, overlay_view(colors), x, y, width, height)

    def _colors(self, name: str, style: Style, grid: Grid) -> Pixels:
        scene = self._scene

        def seen(plane: NDArray[S] | None, looked_at: Collection[str]) -> NDArray[S] | None:
            return grid.sample(plane) if plane is not None and name in looked_at else None

        source = OverlayInput(
            grid.sample(scene.truth),
            seen(scene.prediction, OF_PREDICTION),
            style,
            (grid.rect.y0 - self._view.dy, grid.rect.x0 - self._view.dx),
            seen(scene.instances, NUMBERED),
            seen(scene.other, OF_OTHER),
            seen(scene.confidence, OF_CONFIDENCE),
            self._depth(style, grid) if name in OF_DEPTH else None,
            seen(scene.found, OF_FOUND),
            seen(scene.other_confidence, OF_OTHER_CONFIDENCE),
        )
        return OVERLAYS[name](source)

    def _depth(self, style: Style, grid: Grid) -> NDArray[np.uint8]:
        """Return the depth of each pixel of the screen, found where there are fewer: in the picture, or on the screen.

        It is found from so much more than what is asked for that nothing beyond can change it: bands meet without a
        seam, and what is out of sight counts as well.
        """
        scale, truth = self._view.scale, self._scene.truth
        if scale >= 1.0:
            around = grid.sight.grown(self._reach + 1).clipped(truth.shape)
            found = depth(truth[around.slices], style.focus, self._reach)
            return grid.spread(found[grid.sight.seen_from(around).slices])
        asked = Rect(*(side + self._rim for side in grid.rect))  # as it lies in the wider pane
        wider = self._wide.part(asked.grown(self._rim))
        found = depth(wider.sample(truth), style.focus, self._reach * scale)
        return np.ascontiguousarray(found[asked.seen_from(wider.rect).slices])

    @property
    def _far_sighted(self) -> bool:
        """Whether anything is shown that looks further than to the next pixel."""
        return not OF_DEPTH.isdisjoint(self._shown)

    @cached_property
    def _wide(self) -> Grid:
        """The grid of a pane that is larger by the rim on every side."""
        rim, (width, height) = self._rim, self._size
        return Grid.of(self._view.panned(rim, rim), (width + 2 * rim, height + 2 * rim), self._scene.picture.size)

    def _below(self, gray: bool) -> tuple[Pixels, QImage]:
        """Return the picture, in its colours or without, made when first asked for."""
        if gray not in self._pictures:
            pixels = self._scene.picture.render(self._view, self._size, self._backdrop, gray, self._buffer())
            self._pictures[gray] = pixels, opaque_view(pixels)
        return self._pictures[gray]

    def _buffer(self) -> Pixels:
        return self._spare.pop() if self._spare else np.empty(self._size[::-1], np.uint32)
