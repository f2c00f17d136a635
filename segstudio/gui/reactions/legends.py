"""The titles and legends over the canvas: whose each picture is, and its pixels, counted while one paints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.records import LabelSource
from segstudio.gui.canvas.contents import CONTENTS, Need, missing
from segstudio.gui.edits import SLICE_S
from segstudio.services.legend import Legend
from segstudio.services.legends import LegendQuestion, legend_of
from segstudio.services.open_sample import OpenSample
from segstudio.services.picture_counts import PictureCounts

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

LIVE_MS = 30
"""After a change until it is counted: strokes come far more often than anybody reads."""
LACKING = {
    Need.TRUTH: "there are no labels",
    Need.PREDICTION: "there is no prediction",
    Need.OTHER: "there is no prediction B",
    Need.CONFIDENCE: "the run kept none",
    Need.OTHER_CONFIDENCE: "the second run kept none",
}


class Legends(QObject):
    """Counts a slice at a time, and only what the panes in sight tell of."""

    toggled = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.on = True
        self._counts: PictureCounts | None = None
        self._unfollow: Callable[[], None] = lambda: None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show)
        session = window.session
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._let_go())
        session.project_opened.connect(lambda _: self._let_go())
        session.prediction_changed.connect(lambda _: self._anew())
        session.project_changed.connect(lambda _: self._anew())
        session.run_changed.connect(lambda _: self._show_titles())
        session.other_run_changed.connect(lambda _: self._show_titles())
        window.presenter.changed.connect(self._anew)
        window.canvas.panes_changed.connect(self._on_panes)

    def toggle(self) -> None:
        """Show the legends, or leave the picture free of them."""
        self.set_on(not self.on)

    def set_on(self, on: bool) -> None:
        """Show the legends, or do not."""
        self.on = on
        self._show()
        self.toggled.emit()

    def _follow(self, opened: OpenSample) -> None:
        self._unfollow()
        self._unfollow = opened.document.changed.connect(lambda _: self._later())
        self._anew()

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None
        self._anew()

    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start(LIVE_MS)

    def _anew(self) -> None:
        """Begin to count anew where other planes are compared, or in another way, and not where they look otherwise."""
        session, presenter = self._window.session, self._window.presenter
        current, project, style = session.current, session.project, presenter.style
        wanted = None
        if current is not None and project is not None and style is not None:
            if self._counts is not None and self._counts.good_for(current, project.schema, style):
                wanted = self._counts
            else:
                wanted = PictureCounts(current, project.schema, style)
        if self._counts is not None and self._counts is not wanted:
            self._counts.close()
        self._counts = wanted
        self._on_panes()

    def _on_panes(self) -> None:
        self._show_titles()
        self._show()

    def _show_titles(self) -> None:
        window = self._window
        if window.presenter.mode == "predict":
            window.captions.show_titles(self._predicted())
            return
        titled = window.canvas.layout_shown.titled and window.session.current is not None
        names = [pane.overlay for pane in window.canvas.panes()] if titled else []
        window.captions.show_titles([self._title(pane, name) for pane, name in enumerate(names)])

    def _predicted(self) -> list[tuple[str, str]]:
        """Return whose prediction is shown in Predict, which is not always of the model whose card is open."""
        session, presenter = self._window.session, self._window.presenter
        bare = self._window.canvas.panes()[0].overlay == "none"
        if session.current is None or bare or not presenter.there & {Need.PREDICTION, Need.OTHER}:
            return []
        other = presenter.shows_other
        name, run = ("other", session.other_run) if other else ("prediction", session.run)
        lacking = missing(name, presenter.there)
        live = session.current.other_by if other else session.current.predicted_by
        whose = LACKING[lacking] if lacking is not None else self._whose(name)
        if lacking is None and not live and run is not None and run.origin == "run":
            whose = f"run {whose}"
        return [(CONTENTS[name].text if other or Need.OTHER in presenter.there else "Prediction", whose)]

    def _title(self, pane: int, name: str) -> tuple[str, str]:
        """Return what a pane shows, and whose it is, or why it is not what was asked for."""
        presenter = self._window.presenter
        wanted = presenter.choices.wanted(presenter.layout_key, pane)
        lacking = missing(wanted, presenter.there)
        if lacking is not None and not self._window.canvas.swapped:
            return CONTENTS[name].text, f"instead of {CONTENTS[wanted].text}: {LACKING[lacking]}"
        return CONTENTS[name].text, self._whose(name)

    def _whose(self, name: str) -> str:
        session, there = self._window.session, self._window.presenter.there
        current = session.current
        a = _said_by(session.run, current.predicted_by if current is not None else "")
        b = _said_by(session.other_run, current.other_by if current is not None else "")
        if name == "truth":
            return "labels" if Need.TRUTH in there else "no labels yet"
        if name in ("difference", "agreement", "outlines") and Need.OTHER in there:
            return f"A {a}, B {b}"
        if name.startswith("other"):
            return b
        return a if name != "none" and Need.PREDICTION in there else ""

    def _show(self) -> None:
        """Show the legends once what they tell is counted."""
        self._soon.stop()
        window, counts = self._window, self._counts
        project = window.session.project
        if not self.on or counts is None or project is None or not window.canvas.layout_shown.titled:
            window.captions.show_legends([])
            return
        names = tuple(pane.overlay for pane in window.canvas.panes())
        if not counts.catch_up(names, SLICE_S):
            self._soon.start(0)
            return
        asked = LegendQuestion(counts, project.schema, window.session.seen_schema, window.presenter.focus)
        legends: list[Legend | None] = [legend_of(name, asked) for name in names]
        window.captions.show_legends(legends)


def _said_by(run: LabelSource | None, model: str) -> str:
    """Return who says a prediction: a model that was asked of this image alone, or a run."""
    if model:
        return f"this image, by {model}"
    return run.name if run is not None else "of this image"
