"""The rows of the menu Model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segstudio.gui import commands
from segstudio.gui.actions.table import NO_PROJECT, ActionSpec
from segstudio.services.verifying import where_checked

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

RECENT = "Model/Recent models"
MAPPING = "Model/Classes of the model"
FORGET_TRUSTED = "forget trusted"
BESIDE, CLEAR = "load model beside", "clear recent models"
NO_MODEL, NO_OTHER = "Load a model first", "Load a second model first, beside the one that is there"


def _loaded(window: MainWindow) -> bool:
    return window.bench.predictor.model is not None


def _two(window: MainWindow) -> bool:
    return window.bench.predictor.other is not None


def _corrected(window: MainWindow) -> bool:
    model = window.model_panel.shown
    return model is not None and bool(model.info.corrected)


def _corrected_here(window: MainWindow) -> bool:
    return window.bench.correcting.can_undo(window.model_panel.side)


def _why_not_undone(window: MainWindow) -> str:
    """Say what can be done about a correction of another day."""
    older = "Only corrections since the program began: Back to what was assumed takes all of them back"
    return older if _corrected(window) else _why_not_corrected(window)


def _why_not_corrected(window: MainWindow) -> str:
    return "Nothing of this model was corrected" if _loaded(window) else NO_MODEL


def _why_not_mapped(window: MainWindow) -> str:
    return NO_PROJECT if _loaded(window) else NO_MODEL


def _takes_classes(window: MainWindow) -> bool:
    return _loaded(window) and window.session.project is not None


def _unchecked(window: MainWindow) -> bool:
    found = window.model_panel.checking.mapping.found
    return _takes_classes(window) and found is not None and bool(found.unchecked)


def _why_not_confirmed(window: MainWindow) -> str:
    return "No class is taken by its number alone" if _takes_classes(window) else _why_not_mapped(window)


def _checked(window: MainWindow) -> bool:
    model = window.model_panel.shown
    return model is not None and where_checked(model.info) is not None


def _why_not_verified(window: MainWindow) -> str:
    return "There is no check of this model yet: store one" if _loaded(window) else NO_MODEL


def _takes_check(window: MainWindow) -> bool:
    model = window.model_panel.shown
    return model is not None and not model.info.check and not model.info.instances


def _why_not_stored(window: MainWindow) -> str:
    if (model := window.model_panel.shown) is None:
        return NO_MODEL
    return "A model that finds objects has no scores to store" if model.info.instances else "Its file has a check"


ROWS: dict[str, ActionSpec] = {
    "load model": ActionSpec("Load a model", "Model", commands.ask_model, ("Ctrl+M",), "cube-outline"),
    "load model folder": ActionSpec(
        "Load a model folder", "Model", commands.ask_model_folder, (), "folder-open-outline"
    ),
    BESIDE: ActionSpec(
        "Load a model beside, as B",
        "Model",
        lambda w: commands.ask_model(w, "b"),
        ("Ctrl+Shift+M",),
        enabled=_loaded,
        reason=NO_MODEL,
    ),
    CLEAR: ActionSpec(
        "Forget which models were loaded",
        RECENT,
        lambda w: w.bench.settings.clear_recent_models(),
        reason="None was loaded yet",
    ),
    "swap models": ActionSpec(
        "Swap A and B", "Model", lambda w: w.bench.predictor.swap(), enabled=_two, reason=NO_OTHER
    ),
    "remove model": ActionSpec(
        "Remove B", "Model", lambda w: w.bench.predictor.take("b", None), enabled=_two, reason=NO_OTHER
    ),
    "take project classes": ActionSpec(
        "Take the project's classes",
        "Model",
        lambda w: w.model_panel.take_classes(),
        separated=True,
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "undo correction": ActionSpec(
        "Undo the last correction",
        "Model",
        lambda w: w.bench.correcting.undo(w.model_panel.side),
        enabled=_corrected_here,
        reason=_why_not_undone,
    ),
    "forget corrections": ActionSpec(
        "Back to what was assumed",
        "Model",
        lambda w: w.bench.correcting.forget(w.model_panel.side),
        enabled=_corrected,
        reason=_why_not_corrected,
    ),
    "map classes by name": ActionSpec(
        "By name",
        MAPPING,
        lambda w: w.model_panel.checking.map_by("name"),
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "map classes by order": ActionSpec(
        "By order",
        MAPPING,
        lambda w: w.model_panel.checking.map_by("order"),
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "map classes by hand": ActionSpec(
        "By hand",
        MAPPING,
        lambda w: w.model_panel.checking.choose_by_hand(),
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "confirm class ids": ActionSpec(
        "These are right",
        MAPPING,
        lambda w: w.model_panel.checking.mapping.confirm.click(),
        enabled=_unchecked,
        reason=_why_not_confirmed,
    ),
    "save class mapping": ActionSpec(
        "Save as a file",
        MAPPING,
        lambda w: w.model_panel.checking.save_mapping(),
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "verify model": ActionSpec(
        "Verify",
        "Model",
        lambda w: w.model_panel.checking.verify_model(),
        separated=True,
        enabled=_checked,
        reason=_why_not_verified,
    ),
    "store check": ActionSpec(
        "Store a check",
        "Model",
        lambda w: w.model_panel.checking.store_check(),
        enabled=_takes_check,
        reason=_why_not_stored,
    ),
    "check normalisation": ActionSpec(
        "Check the normalisation",
        "Model",
        lambda w: w.model_panel.checking.check_normalisation(),
        enabled=_takes_classes,
        reason=_why_not_mapped,
    ),
    "export model": ActionSpec(
        "Export", "Model", commands.show_export, (), "export-variant", True, enabled=_loaded, reason=NO_MODEL
    ),
    "architectures": ActionSpec("Architectures", "Model", commands.show_architectures, (), "format-list-bulleted"),
    FORGET_TRUSTED: ActionSpec(
        "Forget trusted files", "Model", lambda w: w.trusting.forget(), reason="No file is trusted"
    ),
    "predict image": ActionSpec(
        "Predict this image", "Model", lambda w: w.bench.predictor.predict_current(), ("Ctrl+P",), "creation", True
    ),
    "predict folder": ActionSpec(
        "Predict the folder", "Model", commands.predict_folder, ("Ctrl+Shift+P",), "folder-play-outline"
    ),
    "cancel": ActionSpec(
        "Cancel the run",
        "Model",
        lambda w: w.bench.predictor.cancel(),
        (),
        "close",
        enabled=lambda w: bool(w.bench.predictor.busy),
        reason="No model is at work",
    ),
    "cancel loading": ActionSpec(
        "Cancel loading",
        "Model",
        lambda w: w.bench.predictor.loading.cancel(),
        (),
        "close",
        enabled=lambda w: w.bench.predictor.loading.current is not None,
        reason="No model is being loaded",
    ),
}
