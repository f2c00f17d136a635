"""What follows from models that are loaded, and the menus of those that were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from segstudio.gui.actions.model import BESIDE, CLEAR, RECENT
from segstudio.gui.reactions.recent import RecentMenu

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FILES = ("load model", "load model folder", BESIDE)
DOING = (BESIDE, "swap models", "remove model", "take project classes", "forget corrections", "architectures")


class Models(QObject):
    """Fills the menus of the card with actions, and answers to its buttons."""

    def __init__(self, window: MainWindow, menus: dict[str, QMenu]) -> None:
        super().__init__(window)
        actions, bench, card = window.actions_by_name, window.bench, window.model_panel.card
        card.files.addActions([actions[name] for name in FILES])
        card.files.addSeparator()
        card.files.addAction(actions[CLEAR])
        card.doing.addActions([actions[name] for name in DOING])
        for menu in (menus[RECENT], card.files):
            RecentMenu(menu, actions[CLEAR], bench.settings.recent_models, bench.predictor.load)
        card.load.clicked.connect(actions["load model"].trigger)
        card.zoo.clicked.connect(actions["architectures"].trigger)
        card.sample.clicked.connect(bench.load_sample_model)
        card.strip.cancel.clicked.connect(bench.predictor.loading.cancel)
        bench.predictor.model_changed.connect(lambda: window.action_states.refresh_soon())
