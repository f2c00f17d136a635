"""What the panel of metrics leads to, and what it has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from segstudio.gui.actions.making import tell_key

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Numbers(QObject):
    """The buttons in the head of Metrics, and the scores of the second prediction as they come."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        metrics, scorer = window.metrics, window.bench.other_scorer
        analysis = window.actions_by_name["analysis"]
        metrics.analysis.clicked.connect(analysis.trigger)
        tell_key(metrics.analysis, analysis)
        scorer.progressed.connect(lambda *_: metrics.later())
        scorer.finished.connect(metrics.later)
