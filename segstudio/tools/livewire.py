"""Outline something by a way that clings to its edges."""

import math

from segstudio.editing.finding.edges import on_edge
from segstudio.editing.shapes import Point
from segstudio.tools.area import MODE, AreaTool
from segstudio.tools.base import Draft, Easel, Pointer, Preview
from segstudio.tools.options import Flag
from segstudio.tools.trace import Leg, Trace

SNAP = Flag("wire_snap", "Snap to edges", True, "Points go to the strongest edge near the pointer")
COOL = Flag("wire_cool", "Set points by itself", True, "What of the way has not changed for a while is kept")
LEAST = 2
"""Ways between points that it would be a pity to lose: with the one that closes them there is an area."""
SNAPPED = 0.6
"""How far a point may go to an edge, of the pointer's reach."""


class Livewire(AreaTool):
    """Nothing is written until the outline is closed: on its first point, by a double click or Enter.

    The latter take the way to the pointer with them: what is shown is what is drawn.
    """

    text = "Livewire"
    icon = "vector-polyline"
    group = "outline"
    hint = "Click an edge and follow it. Enter closes by the dashed side; Shift draws straight; Backspace takes back."
    settings = (MODE, SNAP, COOL)

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._pointer: Pointer | None = None
        self._trace: Trace | None = None

    def press(self, pointer: Pointer) -> None:
        self._pointer = pointer
        if self._trace is None:
            self._begin(pointer)
            self._trace = Trace(self.easel, self._snapped(pointer))
            self._trace.seek(pointer.point)
        elif self._closes(self._trace, pointer):
            self._close(self._trace)
        else:
            self._trace.keep(self._live(self._trace, pointer))

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer
        if self._trace is None:
            return
        self._trace.seek(pointer.point)
        leg = self._live(self._trace, pointer)
        if self.easel.options.flag(COOL) and not leg.rough and not pointer.constrain:
            settled = self._trace.settled(leg, pointer.reach)
            if settled is not None:
                self._trace.keep(settled)

    def finish(self) -> None:
        if self._trace is not None:
            if self._pointer is not None:
                self._trace.keep(self._live(self._trace, self._pointer))
            self._close(self._trace)

    def cancel(self) -> bool:
        there_was = self._trace is not None
        self._trace = self._pointer = None
        return there_was

    def back(self) -> bool:
        if self._trace is None:
            return False
        if not self._trace.back():
            self._trace = None
        return True

    def draft(self) -> Draft | None:
        legs = self._trace.legs if self._trace is not None else ()
        return Draft(self._mode, tuple(legs)) if len(legs) >= LEAST else None

    def resume(self, draft: Draft) -> None:
        self._mode, self._trace = draft.mode, Trace.of(self.easel, draft.shape)

    def leave(self) -> None:
        if self._trace is None:
            self._pointer = None

    def preview(self) -> Preview | None:
        if self._trace is None:
            return None if self._pointer is None else Preview(handles=[self._snapped(self._pointer)])
        if self._pointer is None:
            return Preview(handles=self._trace.anchors, paths=[leg.way for leg in self._trace.legs])
        live, closes = self._live(self._trace, self._pointer), self._closes(self._trace, self._pointer)
        ways = [leg.way for leg in (*self._trace.legs, live)]
        back = self._trace.closing(live.way[-1]).way if self._trace.legs and not closes else ()
        return Preview(handles=self._trace.anchors, paths=ways, closing_path=back, text="close" if closes else "")

    def _close(self, trace: Trace) -> None:
        if trace.legs:
            # Following what is left takes longer than a frame, on a small picture too.
            self.easel.work(self.text, trace.area(), lambda found: self._draw(lambda: found))
            self._trace = None

    def _live(self, trace: Trace, pointer: Pointer) -> Leg:
        """Return the way from the last anchor to the pointer."""
        closes = self._closes(trace, pointer)
        to = trace.anchors[0] if closes else self._snapped(pointer)
        return trace.leg(to, straight=pointer.constrain and not closes)

    def _snapped(self, pointer: Pointer) -> Point:
        snaps = self.easel.options.flag(SNAP) and not pointer.constrain
        return on_edge(self.easel.image, pointer.point, SNAPPED * pointer.reach if snaps else 0)

    def _closes(self, trace: Trace, pointer: Pointer) -> bool:
        return bool(trace.legs) and math.dist(trace.anchors[0], pointer.point) <= pointer.reach
