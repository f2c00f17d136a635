"""The dialogue that asks for a model takes a file, or a folder that is one."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from segstudio.gui.model.file_dialog import ModelDialog
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from tests.journeys.user import User
from tests.models.loaders.nnunets import written


def asked(user: User, action: str = "load model") -> ModelDialog:
    user.window.actions_by_name[action].trigger()
    (dialog,) = user.window.findChildren(ModelDialog)
    user.wait(dialog.isVisible)
    return dialog


def typed(user: User, dialog: ModelDialog, path: Path) -> None:
    """Type a path and press Enter."""
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText(str(path))
    user.bot.keyClick(name, Qt.Key.Key_Return)


def gone(user: User) -> bool:
    return not user.window.findChildren(ModelDialog)


@pytest.mark.parametrize(("action", "side"), [("load model", "a"), ("load model beside", "b")])
def test_a_folder_that_is_a_model_is_loaded(
    user: User, tiny_project: Path, tmp_path: Path, action: str, side: str
) -> None:
    user.open(tiny_project)
    predictor, folder = user.window.bench.predictor, written(tmp_path / "nets" / "Dataset001_Cells")
    if side == "b":
        predictor.load(resource(MODEL))
        user.wait(lambda: predictor.model is not None)
    dialog = asked(user, action)
    typed(user, dialog, tmp_path / "nets")
    assert Path(dialog.directory().path()) == tmp_path / "nets", "what is no model is gone into"
    assert dialog.isVisible()
    typed(user, dialog, folder)
    user.wait(lambda: predictor.model_of(side) is not None)  # type: ignore[arg-type]
    model = predictor.model_of(side)  # type: ignore[arg-type]
    assert model is not None
    assert (model.info.file, model.info.format) == (folder, "nnunet")
    user.wait(lambda: gone(user))


def test_a_file_is_loaded_and_what_is_not_there_is_not(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    dialog, predictor = asked(user), user.window.bench.predictor
    assert Path(dialog.directory().path()) == tiny_project, "before any model was loaded, it is looked for there"
    typed(user, dialog, resource(MODEL))
    user.wait(lambda: predictor.model is not None)
    user.wait(lambda: gone(user))
    dialog = asked(user)
    dialog.reject()
    user.wait(lambda: gone(user))


def test_predicting_without_a_model_says_what_is_missing(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    predict = user.window.model_panel.predict
    for heard, button in enumerate((predict.this_image, predict.folder), 1):
        user.bot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert [message.title for message in user.heard].count("There is nothing to predict yet.") == heard
