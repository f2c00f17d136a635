"""Model files dropped on the window, corrected, remembered, given up, and two of them beside each other."""

import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from segstudio.gui import model_loading
from segstudio.gui.messages import Toast
from segstudio.gui.model.zoo_browser import ZooBrowser
from segstudio.models import LoadStep, Segmenter, load_steps
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.zoo import build_network
from segstudio.services.normalisations import name_of
from segstudio.services.resources import resource
from tests.journeys.user import User

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def weights(tmp_path: Path) -> Callable[[str, int], Path]:
    """Return the function that writes the weights of a small U-Net, as another program would have saved them."""

    def write(name: str, seed: int) -> Path:
        torch.manual_seed(seed)
        network = build_network("unet", 3, 2, width=4, depth=2)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.5)
        torch.save({"state_dict": network.state_dict()}, tmp_path / name)
        return tmp_path / name

    return write


def drop(user: User, *paths: Path, on: QWidget | None = None) -> None:
    """Drop files: where a widget does not take them, they fall through to the window below it, as in Qt."""
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    target: QWidget | None = on or user.window
    while target is not None and not target.acceptDrops():
        target = target.parentWidget()
    assert target is not None
    entered = QDragEnterEvent(QPoint(10, 10), COPY, carried, LEFT, NONE)
    QApplication.sendEvent(target, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(10, 10), COPY, carried, LEFT, NONE))


def loaded(user: User, *names: str) -> None:
    """Wait until these are A and B, and nothing is on its way."""
    predictor = user.window.bench.predictor

    def there() -> bool:
        models = [model for model in (predictor.model, predictor.other) if model is not None]
        return predictor.loading.current is None and tuple(m.info.file.name for m in models) == names

    user.wait(there)


def predict(user: User) -> np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]:
    """Predict the open image and return how sure the model is of each pixel."""
    current = user.window.session.current
    assert current is not None
    user.window.bench.predictor.predict_current()
    user.wait(lambda: not user.window.bench.predictor.busy)
    assert current.confidence is not None
    return current.confidence.copy()


def texts(menu: QMenu) -> list[str]:
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def fill(menu: QMenu) -> None:
    menu.aboutToShow.emit()


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
    assert "estimated for 32 x 24" in shown["Memory"][0]
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


def test_the_normalisation_is_corrected_beside_the_file_and_taken_back(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    file = weights("net.pth", 0)
    user.window.bench.open(file)
    loaded(user, "net.pth")
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
    assert panel.card.grid.shown()["Input"][1] == "", "nobody said anything of sizes"
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
    user.open(tiny_project)
    user.window.set_mode("predict")
    file = weights("net.pth", 0)
    user.window.bench.open(file)
    loaded(user, "net.pth")
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


def test_two_models_dropped_are_a_and_b(user: User, tiny_project: Path, weights: Callable[[str, int], Path]) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    panel, session = user.window.model_panel, user.window.session
    assert panel.card.sides.isVisible()
    assert panel.card.file.accessibleDescription() == "b.pth"
    user.bot.mouseClick(panel.card.sides.button("a"), LEFT)
    assert panel.card.file.accessibleDescription() == "a.pth"
    with user.bot.waitSignals([user.window.bench.predictor.run_ended] * 2, timeout=60_000):
        user.bot.mouseClick(panel.predict.folder, LEFT)
    assert session.run is not None
    assert session.other_run is not None
    assert session.run.name.startswith("a-")
    assert session.other_run.name.startswith("b-")
    user.window.actions_by_name["remove model"].trigger()
    loaded(user, "a.pth")
    assert not panel.card.sides.isVisible()
    assert panel.card.file.accessibleDescription() == "a.pth"


def test_a_second_model_of_one_image_is_in_the_confusion_of_that_image_alone(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    choice, current, told = user.window.confusion_choice, user.window.session.current, list[bool]()
    choice.changed.connect(lambda: told.append(choice.paired))
    assert not choice.paired
    user.window.set_mode("compare")
    predict(user)
    assert told == [True]
    assert current is not None
    assert current.other_by == "b.pth"
    choice.choose(of="B", scope="image")
    matrix = choice.matrix()
    assert matrix is not None
    assert current.other_scored is not None
    assert matrix.confusion is current.other_scored.confusion
    choice.choose(scope="set")
    assert choice.matrix() is None
    assert user.window.confusion_panel.plot.note.startswith("b.pth has predicted this image alone.")
    user.window.bench.predictor.take("b", None)
    assert not choice.paired


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


def test_what_is_loaded_is_shown_though_the_card_of_the_other_is_open(
    user: User, tiny_project: Path, weights: Callable[[str, int], Path]
) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    drop(user, weights("a.pth", 0), weights("b.pth", 1))
    loaded(user, "a.pth", "b.pth")
    panel, predictor = user.window.model_panel, user.window.bench.predictor
    user.bot.mouseClick(panel.card.sides.button("b"), LEFT)
    predictor.load(weights("c.pth", 2))
    loaded(user, "c.pth", "b.pth")
    assert panel.card.file.accessibleDescription() == "c.pth"
    assert panel.card.sides.button("a").isChecked()
    assert panel.card.visibleRegion().contains(panel.card.file.geometry().center())
    assert user.heard[-1].title == "A is now c.pth"
    predictor.load(weights("d.pth", 3), "b")
    loaded(user, "c.pth", "d.pth")
    assert panel.card.file.accessibleDescription() == "d.pth"
    assert user.heard[-1].title == "B is now d.pth"


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
