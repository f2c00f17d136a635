"""Folders, images and model files dropped on the window."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

from segstudio.services.resources import resource
from tests.journeys.user import User


def test_a_folder(user: User, tiny_project: Path) -> None:
    user.drop(tiny_project)
    user.wait(lambda: user.window.session.current is not None)
    assert user.window.session.project is not None
    assert user.window.session.project.root == tiny_project


def test_an_image_of_a_project_opens_the_project_at_that_image(user: User, tiny_project: Path) -> None:
    user.drop(tiny_project / "images" / "deep" / "b.png")
    user.wait(lambda: user.window.session.current is not None)
    assert user.window.session.current is not None
    assert user.window.session.current.sample.id == "deep/b"


def test_a_model(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.drop(resource("demo_unet.safetensors"))
    user.wait(lambda: user.window.bench.predictor.model is not None)
    assert user.window.session.project is not None
    assert user.window.session.project.root == tiny_project, "what was open stays open"


def test_a_folder_of_predictions_while_one_compares(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    session = user.window.session
    mask = tmp_path / "from elsewhere" / "a.png"
    mask.parent.mkdir()
    Image.fromarray(np.ones((24, 32), np.uint8)).save(mask)
    user.window.set_mode("compare")
    user.drop(mask.parent)
    user.wait(lambda: session.current is not None and session.current.prediction is not None)
    assert session.run is not None
    assert session.run.name == "from elsewhere"
    assert session.project is not None
    assert session.project.root == tiny_project
    user.wait(lambda: not session.has_work)
    assert "from elsewhere" in (tiny_project / "segstudio.toml").read_text()

    user.drop(mask.parent)
    user.wait(user.errors)
    assert "already read as from elsewhere" in user.errors()[-1].title
    assert len(session.project.runs) == 1


def test_text_is_not_taken(user: User) -> None:
    carried = QMimeData()
    carried.setText("not a file")
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(600, 400), copy, carried, left, none)
    entered.ignore()
    QApplication.sendEvent(user.window, entered)
    assert not entered.isAccepted()
