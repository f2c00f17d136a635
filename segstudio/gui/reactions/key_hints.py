"""Naming the key of what a control does, wherever the control is, whatever the key is made to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from segstudio.gui.actions.making import tell_key
from segstudio.gui.actions.tools import CLASS_KEYS
from segstudio.gui.parts import MODES

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class KeyHints(QObject):
    """Tool tips, the keys beside the classes, and those on the first page."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        model, checking = window.model_panel, window.model_panel.checking
        for widget, name, text in (
            (window.find_button, "palette", ""),
            (window.dark, "theme", ""),
            (window.keys, "keys", ""),
            (window.canvas_bar.done, "done and next", "This image is finished; go to the next that is not"),
            (window.display_panel.auto, "auto contrast", "Let the window of values follow the picture"),
            (window.display_panel.reset, "reset contrast", "Show all values, as they are"),
            (model.card.open, "load model", "Load a model file"),
            (model.predict.this_image, "predict image", "Predict the open image; nothing is written"),
            (model.predict.folder, "predict folder", "Predict every image into a new run of the project"),
            (model.classes.take, "take project classes", model.classes.take.toolTip()),
            (checking.normalisation.check, "check normalisation", checking.normalisation.check.toolTip()),
            (checking.verify.replay, "verify model", checking.verify.replay.toolTip()),
        ):
            tell_key(widget, window.actions_by_name[name], text)
        for mode, (_, tip) in MODES.items():
            tell_key(window.top.modes.button(mode), window.actions_by_name[mode], tip)
        window.keymap.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        window, key = self._window, self._window.keymap.shown
        window.strip.show_keys(lambda tool: key(f"tool {tool}"))
        window.classes.show_keys([key(f"class {i + 1}") for i in range(len(CLASS_KEYS))])
        window.find_button.show_key(key("palette"))
        window.welcome.show_keys(key("open folder"), key("open image"), key("sample"))
        keys = " and ".join(filter(None, (key("fainter"), key("stronger"))))
        window.canvas_bar.opacity.setToolTip(f"Opacity of what lies over the picture{f' ({keys})' if keys else ''}")
