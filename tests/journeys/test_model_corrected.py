"""What a model file does not tell, corrected in the window and kept beside it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.zoo import build_network
from segstudio.services.normalisations import name_of
from tests.journeys.models import LEFT, loaded, predict, with_model
from tests.journeys.user import User


def test_the_normalisation_is_corrected_beside_the_file_and_taken_back(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    file = weights("net.pth", 0)
    with_model(user, tiny_project, file)
    before, panel, predictor = predict(user), user.window.model_panel, user.window.bench.predictor
    user.bot.mouseClick(panel.card.correct, LEFT)
    usual = panel.input.usual
    assert usual.hasFocus()
    usual.setCurrentText("None, 0 to 255")
    usual.activated.emit(usual.currentIndex())
    user.wait(lambda: predictor.model is not None and name_of(predictor.model.info.preprocess) == "None, 0 to 255")
    loaded(user, "net.pth")
    assert "scale = 1" in sidecar_of(file).read_text(encoding="utf-8")
    assert panel.card.grid.shown()["Normalisation"] == ("None, 0 to 255, RGB", "corrected")
    assert panel.card.grid.shown()["Input"][1] == "assumed", "nobody said anything of sizes"
    assert not np.array_equal(predict(user), before)

    mean = panel.input.means[0]
    mean.setFocus()
    mean.selectAll()
    user.bot.keyClicks(mean, "100")
    user.bot.keyClick(mean, Qt.Key.Key_Tab)
    user.wait(lambda: predictor.model is not None and predictor.model.info.preprocess.mean == (100.0, 0.0, 0.0))
    loaded(user, "net.pth")
    assert panel.input.means[1].hasFocus(), "a correction leaves the keyboard where it is"
    undo = user.heard[-1]
    assert undo.action is not None
    undo.action()
    user.wait(lambda: predictor.model is not None and predictor.model.info.preprocess.mean == (0.0, 0.0, 0.0))
    loaded(user, "net.pth")
    user.window.actions_by_name["forget corrections"].trigger()
    user.wait(lambda: predictor.model is not None and not predictor.model.info.corrected)
    assert not sidecar_of(file).exists()
    loaded(user, "net.pth")
    np.testing.assert_array_equal(predict(user), before)


def test_one_channel_has_one_mean(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    torch.save(build_network("unet", 1, 2, width=4, depth=2).state_dict(), tmp_path / "gray.pth")
    user.window.bench.open(tmp_path / "gray.pth")
    loaded(user, "gray.pth")
    section, predictor = user.window.model_panel.input, user.window.bench.predictor
    section.set_opened(True)
    assert [field.isVisible() for field in section.means] == [True, False, False]
    assert not section.order.isEnabled()
    section.usual.setCurrentText("0 to 1")
    section.usual.activated.emit(section.usual.currentIndex())
    user.wait(lambda: predictor.model is not None and predictor.model.info.preprocess.mean == (0.0,))
    predict(user)


def test_numbers_that_cannot_be_meant_are_refused_with_a_reason(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    file = weights("net.pth", 0)
    user.window.bench.open(file)
    loaded(user, "net.pth")
    section = user.window.model_panel.input
    section.stds[1].setValue(0)
    assert "may be 0" in section._formula.text()
    assert not sidecar_of(file).exists()


def test_the_outputs_take_the_projects_classes_and_a_name_is_written_over(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    file = weights("net.pth", 0)
    with_model(user, tiny_project, file)
    section, predictor = user.window.model_panel.classes, user.window.bench.predictor
    section.set_opened(True)
    user.bot.mouseClick(section.take, LEFT)
    user.wait(
        lambda: (
            predictor.model is not None
            and [c.name for c in predictor.model.info.classes.classes] == ["background", "cell"]
        )
    )
    loaded(user, "net.pth")
    view = section.view
    view.setFocus()
    view.setCurrentIndex(section.rows.index(1))
    user.key(Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    user.bot.keyClicks(editor, "nucleus")
    user.bot.keyClick(editor, Qt.Key.Key_Return)
    user.wait(lambda: predictor.model is not None and predictor.model.info.classes.classes[1].name == "nucleus")
    assert 'name = "nucleus"' in sidecar_of(file).read_text(encoding="utf-8")
