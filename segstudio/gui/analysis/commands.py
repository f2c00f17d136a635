"""What the actions of the analysis' pages do; each is given the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from segstudio.gui.analysis.objects import ObjectsPage
    from segstudio.gui.analysis.page import Page
    from segstudio.gui.analysis.thresholds import ThresholdsPage
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


def show_objects(window: MainWindow) -> None:
    """Open the page of objects."""
    window.set_mode("compare")
    if not window.comparing.analysis_shown:
        window.comparing.toggle_analysis()
    window.analysis.show_page("objects")


def can_step_object(window: MainWindow) -> bool:
    """Whether the objects of an image are listed."""
    return (page := _objects(window)) is not None and bool(page.views.rows)


def step_object(window: MainWindow, by: int) -> None:
    """Go to the next or previous object that is not right."""
    if (page := _objects(window)) is not None:
        page.views.step(by)


def _objects(window: MainWindow) -> ObjectsPage | None:
    return cast("ObjectsPage | None", _seen(window, "objects"))


def _thresholds(window: MainWindow) -> ThresholdsPage | None:
    return cast("ThresholdsPage | None", _seen(window, "thresholds"))


def _seen(window: MainWindow, name: str) -> Page | None:
    """Return a page that is in sight; its module is imported by the dock, when it is first shown."""
    page = window.analysis.made(name)
    return page if page is not None and page.isVisible() else None
