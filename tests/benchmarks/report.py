"""What a benchmark found, as rows of a table."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

HEADS = ("what", "median", "p95", "p99", "max", "n", "target", "", "peer", "ratio")


@dataclass(frozen=True, slots=True)
class Row:
    """Times in milliseconds, or figures in the unit that ``what`` names.

    ``target`` is what ``quantile`` of them must not exceed, None where nothing is asked. ``peer`` is what the same
    work costs at the least, measured in the same run: the ratio is the medians'.
    """

    what: str
    times: Sequence[float]
    target: float | None = None
    quantile: float = 0.5
    peer: Sequence[float] = ()

    @property
    def median(self) -> float:
        return float(np.median(self.times))

    def at(self, quantile: float) -> float:
        return float(np.quantile(self.times, quantile))

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.at(self.quantile) <= self.target

    def cells(self) -> tuple[str, ...]:
        asked = "" if self.target is None else f"{_name(self.quantile)} <= {self.target:g}"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        peer = float(np.median(self.peer)) if self.peer else None
        compared = ("", "") if peer is None else (_ms(peer), f"{self.median / peer:.2f}")
        spread = (_ms(self.median), *(_ms(self.at(q)) for q in (0.95, 0.99, 1.0)))
        return self.what, *spread, str(len(self.times)), asked, verdict, *compared


def table(rows: Iterable[Row]) -> str:
    """Return rows below their heads, in columns; times in milliseconds."""
    lines = [HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    return "\n".join(
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def machine() -> str:
    """Return one line on where the figures come from."""
    import PySide6  # late: what measures without a window needs no Qt

    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    cores = os.cpu_count()
    versions = f"PySide6 {PySide6.__version__}, numpy {np.__version__}, cv2 {cv2.__version__}"
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{system}, {cores} cores{busy}; {versions}"


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _name(quantile: float) -> str:
    return {0.5: "median", 1.0: "max"}.get(quantile, f"p{100 * quantile:g}")
