"""Model files dropped on the window, loaded, remembered and given up."""

import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton

from segstudio.gui import model_loading
from segstudio.gui.messages import Toast
from segstudio.gui.model.zoo_browser import ZooBrowser
from segstudio.models import LoadStep, Segmenter, load_steps
from segstudio.services.resources import resource
from tests.journeys.models import LEFT, drop, loaded, predict
from tests.journeys.user import User


def texts(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_a_file_dropped_on_a_field_is_loaded_and_told(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    (field, *_) = user.window.samples.findChildren(QLineEdit)
    drop(user, weights("net.pth", 0), on=field)
    loaded(user, "net.pth")
    assert field.text() == ""
    panel = user.window.model_panel
    # torch imports its shape rules for the first count.
    user.bot.waitUntil(lambda: "32 x 24" in panel.card.grid.shown()["GMACs"][0], timeout=60_000)
    shown = panel.card.grid.shown()
    assert shown["Architecture"][0].startswith("U-Net")
    assert shown["Classes"] == ("2: background, class 1", "assumed")
    assert shown["Normalisation"][1] == "assumed"
    assert "for 32 x 24" in shown["Memory"][0]
    assert {tag.text() for tag in panel.findChildren(QLabel, "tag") if tag.isVisible()} == {"assumed"}
    assert panel.input.isVisible()


def test_a_model_of_an_unknown_suffix_is_told_by_its_content(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    weights("net.pth", 0).rename(tiny_project.parent / "net.bin")
    drop(user, tiny_project.parent / "net.bin")
    loaded(user, "net.bin")
    assert user.window.session.project is not None
    assert user.window.session.project.root == tiny_project, "what was open stays open"


class Gate:
    """Loads a model no further than it is let: each step waits to be allowed."""

    def __init__(self) -> None:
        self.allowed, self.closed = threading.Semaphore(0), threading.Event()

    def steps(self, path: Path, *rest: object) -> Iterator[LoadStep | Segmenter]:
        return self._drive(path)

    def _drive(self, path: Path) -> Generator[LoadStep | Segmenter, None, None]:
        try:
            for done in range(4):
                yield LoadStep("Reading weights", done, 4)
                self.allowed.acquire()
            yield from load_steps(path, "cpu")
        finally:
            self.closed.set()


def test_a_slow_load_is_told_and_given_up_while_the_model_before_predicts(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    user.window.bench.open(weights("first.pth", 0))
    loaded(user, "first.pth")
    gate = Gate()
    monkeypatch.setattr(model_loading, "load_steps", gate.steps)
    user.window.bench.open(weights("slow.pth", 1))
    strip = user.window.model_panel.card.strip
    gate.allowed.release()
    user.wait(strip.isVisible)
    user.wait(lambda: "25 %" in strip._detail.text())
    assert "slow.pth" in user.window.status._job.text()
    predict(user)
    user.bot.mouseClick(strip.cancel, LEFT)
    gate.allowed.release()
    user.wait(lambda: user.window.bench.predictor.loading.current is None)
    assert gate.closed.is_set()
    assert not strip.isVisible()
    loaded(user, "first.pth")
    assert not user.errors()


def test_asked_to_predict_while_the_first_model_is_loading_that_is_said(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    gate = Gate()
    monkeypatch.setattr(model_loading, "load_steps", gate.steps)
    user.window.bench.open(weights("slow.pth", 1))
    user.wait(lambda: user.window.bench.predictor.loading.current is not None)
    user.window.actions_by_name["predict image"].trigger()
    assert user.heard[-1].title == "slow.pth is still being loaded."
    gate.allowed.release(4)
    loaded(user, "slow.pth")


def test_models_that_were_loaded_are_offered_again(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    files = [weights(name, seed) for seed, name in enumerate(("first.pth", "second.pth"))]
    for file in files:
        user.window.bench.open(file)
        loaded(user, file.name)
    files[1].unlink()
    menu = user.window.model_panel.card.files
    shown = texts(menu)
    (gone,) = (text for text in shown if "second.pth" in text)
    assert gone.endswith("no longer there")
    chosen = {action.text(): action for action in menu.actions()}
    assert not chosen[gone].isEnabled()
    (first,) = (action for text, action in chosen.items() if text.startswith("first.pth"))
    first.trigger()
    loaded(user, "first.pth")
    user.window.actions_by_name["clear recent models"].trigger()
    assert not any(".pth" in text for text in texts(menu))


def test_the_architectures_are_searched_and_trained_by_a_line(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.actions_by_name["architectures"].trigger()
    browser = user.window.findChild(ZooBrowser)
    assert browser is not None
    assert not browser.isModal()
    user.bot.keyClicks(browser.search, "deeplab mobilenet_v2 separable")
    assert [row.title for row in browser.model.rows] == ["DeepLab v3+, mobilenet_v2, separable"]
    user.bot.mouseClick(browser.copy, LEFT)
    copied = QApplication.clipboard().text()
    assert copied == (
        f"segstudio train {tiny_project} --arch deeplabv3plus --backbone mobilenet_v2 --option separable=true"
    )
    browser.search.setText("no such thing")
    assert not browser.copy.isEnabled()
    browser.close()


def test_what_can_be_pressed_has_a_name(user: User, weights: Callable[[str, int], Path]) -> None:
    user.window.set_mode("predict")
    user.window.bench.open(weights("net.pth", 0))
    loaded(user, "net.pth")
    panel = user.window.model_panel
    buttons = [b for b in panel.findChildren(QToolButton) if not isinstance(b.parent(), QLineEdit)]
    nameless = [button for button in buttons if not (button.accessibleName() or button.text())]
    section, classes = panel.input, panel.classes
    fields = (section.usual, section.order, section.scale, *section.means, classes.view, classes.search)
    assert not nameless
    assert all(field.accessibleName() for field in fields)


def test_the_sample_model_is_no_recent_file(user: User) -> None:
    user.window.bench.load_sample_model()
    loaded(user, resource("demo_unet.safetensors").name)
    assert user.window.bench.settings.recent_models() == []


def test_the_notice_of_a_file_that_was_not_loaded_goes_when_another_is(
    user: User, tiny_project: Path, tmp_path: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    (tmp_path / "empty.pth").touch()
    predictor = user.window.bench.predictor
    predictor.load(tmp_path / "empty.pth")
    user.wait(lambda: user.errors() and user.window.findChildren(Toast))
    assert user.errors()[0].passing
    predictor.load(weights("net.pth", 0))
    loaded(user, "net.pth")
    user.wait(lambda: not [t for t in user.window.findChildren(Toast) if t.isVisible() and t.message.kind == "error"])
