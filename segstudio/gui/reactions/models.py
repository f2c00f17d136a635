"""What follows from models that are loaded, and the menus of those that were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from segstudio.gui.actions.model import BESIDE, CLEAR, RECENT
from segstudio.gui.model_loading import Loading
from segstudio.gui.reactions.recent import RecentMenu
from segstudio.gui.scrolling import scroll_to
from segstudio.models import ModelInfo

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FILES = ("load model", "load model folder", BESIDE)
DOING = (
    BESIDE, "swap models", "remove model", "take project classes", "undo correction", "forget corrections",
    "export model", "architectures",
)  # fmt: skip


class Models(QObject):
    """Fills the menus of the card with actions, and answers to its buttons."""

    def __init__(self, window: MainWindow, menus: dict[str, QMenu]) -> None:
        super().__init__(window)
        self._window, self._file = window, Path()
        actions, bench, card = window.actions_by_name, window.bench, window.model_panel.card
        card.files.addActions([actions[name] for name in FILES])
        card.files.addSeparator()
        card.files.addAction(actions[CLEAR])
        card.doing.addActions([actions[name] for name in DOING])
        for menu in (menus[RECENT], card.files):
            RecentMenu(menu, actions[CLEAR], bench.settings.recent_models, bench.predictor.load)
        card.load.clicked.connect(actions["load model"].trigger)
        card.load_folder.clicked.connect(actions["load model folder"].trigger)
        card.zoo.clicked.connect(actions["architectures"].trigger)
        card.sample.clicked.connect(bench.load_sample_model)
        card.strip.cancel.clicked.connect(bench.predictor.loading.cancel)
        bench.predictor.model_changed.connect(lambda: window.action_states.refresh_soon())
        bench.predictor.busy_changed.connect(lambda _: window.action_states.refresh_soon())  # a check may be there now
        bench.predictor.loading.loaded.connect(lambda loading, _: self._show_loaded(loading))
        bench.predictor.loading.changed.connect(lambda: window.action_states.refresh_soon())
        bench.correcting.changed.connect(lambda: window.action_states.refresh_soon())
        bench.mappings.changed.connect(lambda: window.action_states.refresh_soon())
        bench.predictor.model_changed.connect(self._give_focus)
        window.model_panel.side_shown.connect(lambda side: window.presenter.show_other(side == "b"))
        window.model_panel.checking.verdict_wanted.connect(lambda: _show_verdict(window))
        for button in (window.model_panel.predict.this_image, window.model_panel.predict.folder):
            # Else the field beside it would have the focus, and be changed by the next key.
            button.clicked.connect(lambda: window.canvas.setFocus())
        bench.mappings.wanted.connect(lambda info: _show_mapping(window, info))

    def _show_loaded(self, loading: Loading) -> None:
        """Show the card of what was loaded, whatever was open; of two, say which it is: the other one stays."""
        if loading.corrects:
            return
        panel, predictor = self._window.model_panel, self._window.bench.predictor
        panel.choose_side(loading.side)
        scroll_to(panel.card)
        if predictor.other is not None:
            self._window.bench.messages.info(f"{loading.side.upper()} is now {loading.path.name}")

    def _give_focus(self) -> None:
        """Go on with the picture once another file is loaded; whoever corrects a model stays where they are."""
        model = self._window.bench.predictor.model
        if model is not None and model.info.file != self._file:
            self._file = model.info.file
            self._window.canvas.setFocus()


def _show_mapping(window: MainWindow, info: ModelInfo) -> None:
    """Go to where the classes of a model are mapped: they are mapped by hand once one of them is chosen."""
    panel, other = window.model_panel, window.bench.predictor.other
    window.set_mode("predict")
    panel.choose_side("b" if other is not None and other.info is info else "a")
    panel.checking.mapping.focus()
    scroll_to(panel.checking.mapping)


def _show_verdict(window: MainWindow) -> None:
    """Go to what was found when the check of a model was replayed."""
    window.set_mode("predict")
    section = window.model_panel.checking.verify
    section.set_opened(True)
    scroll_to(section)
