"""What the panel of metrics leads to, and what it has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QToolButton

from segstudio.gui.actions.making import tell_key
from segstudio.gui.actions.reports import ROWS as REPORTS
from segstudio.gui.commands import ask_predictions

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Numbers(QObject):
    """The buttons in the head of Metrics, and the scores of the second prediction as they come."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        metrics, scorer = window.metrics, window.bench.other_scorer
        analysis = window.actions_by_name["analysis"]
        metrics.analysis.clicked.connect(analysis.trigger)
        tell_key(metrics.analysis, analysis)
        add = window.actions_by_name["add predictions"]
        metrics.add.clicked.connect(add.trigger)
        metrics.predictions.more_wanted.connect(lambda side: ask_predictions(window, side))
        tell_key(metrics.add, add)
        metrics.predict.clicked.connect(window.actions_by_name["predict"].trigger)
        tell_key(metrics.predict, window.actions_by_name["predict"])
        scorer.progressed.connect(lambda *_: metrics.later())
        scorer.finished.connect(metrics.later)
        scorer.progressed.connect(lambda *_: window.samples.view.viewport().update())
        menu = QMenu(metrics.download)
        menu.addActions([window.actions_by_name[name] for name in REPORTS])
        metrics.download.setMenu(menu)
        metrics.download.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        window.reporter.progressed.connect(self._show_writing)
        window.status.cancelled.connect(window.reporter.cancel)

    def _show_writing(self, what: str, done: int, total: int) -> None:
        self._window.status.show_job(what, done, total, can_cancel=True)
