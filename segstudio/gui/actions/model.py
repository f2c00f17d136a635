"""The rows of the menu Model."""

from segstudio.gui import commands
from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "load model": ActionSpec("Load a model", "Model", commands.ask_model, ("Ctrl+M",), "cube-outline"),
    "predict image": ActionSpec(
        "Predict this image", "Model", lambda w: w.bench.predictor.predict_current(), ("Ctrl+P",), "creation"
    ),
    "predict folder": ActionSpec(
        "Predict the folder", "Model", commands.predict_folder, ("Ctrl+Shift+P",), "folder-play-outline"
    ),
    "cancel": ActionSpec("Cancel the run", "Model", lambda w: w.bench.predictor.cancel(), (), "close"),
}
