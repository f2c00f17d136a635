"""What the actions of the analysis' pages do; each is given the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segstudio.gui.analysis.thresholds import ThresholdsPage

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def can_threshold(window: MainWindow) -> bool:
    """Whether a binary run is looked at by its threshold."""
    return (page := _thresholds(window)) is not None and page.binary


def write_threshold(window: MainWindow) -> None:
    """Write the masks at the chosen threshold as a new run."""
    if (page := _thresholds(window)) is not None:
        page.write_run()


def best_threshold(window: MainWindow) -> None:
    """Go to the threshold with the highest IoU of the data set."""
    if (page := _thresholds(window)) is not None:
        page.go_to_best()


def _thresholds(window: MainWindow) -> ThresholdsPage | None:
    page = window.analysis.made("thresholds")
    return page if isinstance(page, ThresholdsPage) and page.isVisible() else None
