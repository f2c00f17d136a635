"""Model files that are programs: dropped, asked about, trusted, and forgotten again."""

import io
import zipfile
from pathlib import Path

import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from torch import Tensor, nn

from segstudio.core.digest import digest_of
from segstudio.services.trust import trusted
from tests.journeys.user import User
from tests.models.loaders.made import Malice, Net, exported, pickled, rewritten, saved, scripted

YES, NO = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No


class Writing(nn.Module):
    """Writes a file whenever it is given an image."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.inner = nn.Conv2d(3, 2, 1)

    def forward(self, image: Tensor) -> Tensor:
        torch.save(image, self.path)
        found: Tensor = self.inner(image)
        return found


def questions(user: User) -> list[QMessageBox]:
    return [box for box in user.window.findChildren(QMessageBox) if box.isVisible()]


def asked(user: User, path: Path) -> QMessageBox:
    """Drop a file, and return the question that is asked."""
    user.drop(path)
    user.wait(lambda: questions(user))
    (box,) = questions(user)
    return box


def answer(user: User, box: QMessageBox, button: QMessageBox.StandardButton) -> None:
    user.bot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)
    user.wait(lambda: not questions(user))


def test_a_program_is_asked_about_and_runs_only_then(user: User, tiny_project: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    path = scripted(Writing(str(trace)), tmp_path / "net.pt")
    user.open(tiny_project)
    predictor = user.window.bench.predictor
    box = asked(user, path)
    assert "net.pt is a TorchScript program" in box.text()
    assert str(tmp_path) in box.informativeText()
    assert " MB" in box.informativeText()
    assert "can do whatever you can do" in box.informativeText()
    assert box.defaultButton() is box.button(NO)
    user.bot.keyClick(box, Qt.Key.Key_Escape)
    user.wait(lambda: not questions(user))
    assert predictor.model is None
    assert not trusted()
    answer(user, asked(user, path), NO)
    assert any(message.title == "net.pt was not opened." for message in user.heard)
    assert not trace.exists()
    answer(user, asked(user, path), YES)
    user.wait(lambda: predictor.model is not None)
    assert trace.exists(), "which is why one is asked"
    assert trusted() == {digest_of(path)}
    predictor.predict_current()
    user.wait(lambda: user.window.session.current.prediction is not None)  # type: ignore[union-attr]
    assert not user.errors()


def test_trust_is_in_the_content_and_is_taken_back_in_the_menu(user: User, tiny_project: Path, tmp_path: Path) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    user.open(tiny_project)
    predictor = user.window.bench.predictor
    box = asked(user, path)
    assert "changed since" not in box.informativeText()
    answer(user, box, YES)
    user.wait(lambda: predictor.model is not None)
    first = predictor.model
    (tmp_path / "renamed.pt").write_bytes(path.read_bytes())
    user.drop(tmp_path / "renamed.pt")
    user.wait(lambda: predictor.model is not first)
    assert not questions(user)
    scripted(Writing(str(tmp_path / "trace")), path)
    box = asked(user, path)
    assert "It has changed since you trusted it" in box.informativeText()
    answer(user, box, NO)
    assert not (tmp_path / "trace").exists(), "a file that has changed is another one"
    action = user.window.actions_by_name["forget trusted"]
    assert action.text() == "Forget trusted files (1)"
    action.trigger()
    assert not trusted()
    assert user.heard[-1].title == "1 file is no longer trusted."
    assert not action.isEnabled()
    answer(user, asked(user, tmp_path / "renamed.pt"), NO)


def test_a_pickle_within_an_exported_program_is_said_and_not_asked_about(
    user: User, tiny_project: Path, tmp_path: Path
) -> None:
    plain = saved(exported(Net(), (1, 3, 32, 32)), tmp_path / "plain.pt2")
    evil = {"data/sample_inputs/model.pt": pickled(((Malice(tmp_path / "trace"),), {}))}
    user.open(tiny_project)
    user.drop(rewritten(plain, tmp_path / "net.pt2", lambda entries: entries.update(evil)))
    user.wait(user.errors)
    assert "mkdir" in user.errors()[0].title + user.errors()[0].text
    assert not questions(user)
    assert not (tmp_path / "trace").exists()
    user.drop(plain)
    user.wait(lambda: user.window.bench.predictor.model is not None)


def test_a_program_that_is_refused_is_not_asked_about(user: User, tiny_project: Path, tmp_path: Path) -> None:
    plain, trace = scripted(Net(), tmp_path / "plain.pt"), tmp_path / "trace"
    evil = {"data.pkl": pickled(Malice(trace)), "data/0": b""}
    with zipfile.ZipFile(io.BytesIO(evil["data.pkl"])) as archive:
        evil["data.pkl"] = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    user.open(tiny_project)
    user.drop(rewritten(plain, tmp_path / "net.pt", lambda entries: entries.update(evil)))
    user.wait(user.errors)
    assert "mkdir" in user.errors()[0].title + user.errors()[0].text
    assert not questions(user)
    assert not trusted()
    assert not trace.exists()
