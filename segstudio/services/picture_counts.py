"""Everything that legends count of the open sample, each thing from when it is first asked for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelSchema
from segstudio.overlays.agreement import agreements, differences
from segstudio.overlays.base import Style
from segstudio.services.live_verdicts import Judge, LiveVerdicts, PlaneCounts
from segstudio.services.open_sample import OpenSample

JUDGES: dict[str, Judge] = {"difference": differences, "agreement": agreements}
"""The overlays whose numbers are not in a confusion matrix."""


class PictureCounts:
    """``style`` has the class in focus, and what the classes of ``schema`` are."""

    def __init__(self, opened: OpenSample, schema: LabelSchema, style: Style) -> None:
        self.opened, self._schema, self._style = opened, schema, style
        self._compared = opened.prediction, opened.other
        self._verdicts: dict[str, LiveVerdicts] = {}
        self._planes: dict[str, PlaneCounts] = {}

    def good_for(self, opened: OpenSample, schema: LabelSchema, style: Style) -> bool:
        """Return whether these are the counts of a sample as it is now, of the same classes and focus."""
        if opened is not self.opened or style.focus != self._style.focus or schema != self._schema:
            return False
        a, b = self._compared
        return opened.prediction is a and opened.other is b

    def catch_up(self, overlays: tuple[str, ...], seconds: float) -> bool:
        """Count what the legends of overlays tell, as long as there is time; return whether it can be read at once."""
        waiting = [self.opened.catch_up, *(catch for name in overlays for catch in self._needed(name))]
        return all(catch(seconds / len(waiting)) for catch in waiting)

    def verdicts(self, overlay: str) -> NDArray[np.int64]:
        """Return the pixels of each verdict of one of ``JUDGES``, 0 where there are not two predictions."""
        live = self._live(overlay)
        return live.counts if live is not None else np.zeros(8, np.int64)

    def confusion(self, other: bool) -> Confusion | None:
        """Return the counts of the first or the second prediction, None where there is no truth, or none of it."""
        live = self.opened.other_scored if other else self.opened.scored
        return live.confusion if live is not None else None

    def classes(self, plane: str) -> NDArray[np.int64]:
        """Return the pixels by value of "truth", "prediction" or "other"; of none where there is no such plane."""
        if plane == "truth":
            return self.opened.counts.counts
        counts = self._plane(plane)
        return counts.counts if counts is not None else np.zeros(0, np.int64)

    def close(self) -> None:
        """Follow the document no more."""
        for live in self._verdicts.values():
            live.close()

    def _needed(self, overlay: str) -> list[Callable[[float], bool]]:
        planes = [self._plane(name) for name in ("prediction", "other") if overlay in (name, "outlines")]
        return [found.catch_up for found in (self._live(overlay), *planes) if found is not None]

    def _live(self, overlay: str) -> LiveVerdicts | None:
        a, b = self.opened.prediction, self.opened.other
        if overlay not in JUDGES or a is None or b is None:
            return None
        if overlay not in self._verdicts:
            self._verdicts[overlay] = LiveVerdicts(JUDGES[overlay], self.opened.document, a, b, self._style)
        return self._verdicts[overlay]

    def _plane(self, name: str) -> PlaneCounts | None:
        plane = {"prediction": self.opened.prediction, "other": self.opened.other}.get(name)
        if plane is None:
            return None
        if name not in self._planes:
            self._planes[name] = PlaneCounts(plane)
        return self._planes[name]
