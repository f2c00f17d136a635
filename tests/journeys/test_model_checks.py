"""Verify and the normalisation check, in the window, with a model that tells nothing of itself."""

from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget
from safetensors.torch import load_file

from segstudio.gui.model.checking import Checking
from segstudio.gui.model.normalisation import NormalisationSection
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.demo import MODEL
from segstudio.services.normalisation_check import NormalisationStep
from segstudio.services.normalisations import NORMALISATIONS
from segstudio.services.resources import resource
from segstudio.services.sample_project import make_sample_project
from segstudio.services.verifying import check_file
from tests.journeys.user import User

WRONG = "version = 1\n# what somebody guessed\n[preprocess]\nscale = 1\nmean = [0.0, 0.0, 0.0]\nstd = [1.0, 1.0, 1.0]\n"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    torch.save(load_file(resource(MODEL)), tmp_path / "net.pth")
    return tmp_path / "net.pth"


def load(user: User, path: Path) -> Checking:
    bench = user.window.bench
    bench.open(path)
    user.wait(lambda: bench.predictor.model is not None and bench.predictor.model.info.file == path)
    user.window.set_mode("predict")
    for section in (user.window.model_panel.checking.verify, user.window.model_panel.checking.normalisation):
        section.set_opened(True)
    return user.window.model_panel.checking


def click(user: User, button: QWidget) -> None:
    user.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def idle(user: User) -> None:
    user.wait(lambda: not user.window.bench.predictor.busy)


def test_the_sample_model_is_verified_at_a_click(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL)).verify
    assert not section.store.isVisible(), "it has a check of its own"
    click(user, section.replay)
    idle(user)
    assert section.said.text().startswith("The same: the largest difference is")
    assert "CPU" in section.said.text()


def test_a_check_is_stored_and_tells_another_file_of_that_name(user: User, tiny_project: Path, plain: Path) -> None:
    user.open(tiny_project)
    section = load(user, plain).verify
    assert not section.replay.isEnabled()
    assert "net.pth.segstudio.check" in section.said.text()
    click(user, section.store)
    idle(user)
    assert check_file(plain).is_file()
    assert section.said.text().startswith("The same")
    assert section.replay.isEnabled()
    user.window.bench.predictor.take("a", None)
    weights = load_file(resource(MODEL))
    torch.save({name: w * 1.3 if w.is_floating_point() else w for name, w in weights.items()}, plain)
    section = load(user, plain).verify
    click(user, section.replay)
    idle(user)
    assert section.said.text().startswith("Not the same")
    assert section.said.text().endswith("The check was made of another file.")


def test_a_damaged_check_is_said(user: User, tiny_project: Path, plain: Path) -> None:
    user.open(tiny_project)
    check_file(plain).write_text("{")
    section = load(user, plain).verify
    click(user, section.replay)
    user.wait(user.errors)
    assert "net.pth.segstudio.check" in user.errors()[0].title


def test_the_right_normalisation_is_found_and_used(user: User, tmp_path: Path, plain: Path) -> None:
    list(make_sample_project(tmp_path / "p", 1))
    sidecar_of(plain).write_text(WRONG)
    user.open(tmp_path / "p")
    checking = load(user, plain)
    section, bench = checking.normalisation, user.window.bench
    assert not section.use.isEnabled()
    click(user, section.check)
    idle(user)
    assert section.rows.rows[0].way.name == "ImageNet"
    assert next(row.way.name for row in section.rows.rows if row.way.in_use) == "None, 0 to 255"
    best, used = section.rows.rows[0], next(row for row in section.rows.rows if row.way.in_use)
    assert f"ImageNet scores {100 * best.mean_iou:.1f} %, and" in section.said.text()
    assert f"now in use, {100 * used.mean_iou:.1f} % mean IoU on" in section.said.text()  # as the rows tell it
    assert section.use.text() == "Use ImageNet"
    click(user, section.use)
    user.wait(lambda: bench.predictor.model.info.preprocess.scale == 255)  # type: ignore[union-attr]
    assert bench.predictor.model is not None
    assert bench.predictor.model.info.preprocess.mean == NORMALISATIONS["ImageNet"].mean
    assert "# what somebody guessed" in sidecar_of(plain).read_text()
    rows = section.rows.rows
    assert [row.way.name for row in rows if row.way.in_use] == ["ImageNet"], "the table stays, and marks what is used"
    assert rows[section.rows.current].way.in_use
    assert rows[0].gain == 0
    assert not section.use.isEnabled()
    assert section.said.text().startswith("ImageNet is in use now.")
    section.rows.choose(next(at for at, row in enumerate(rows) if row.way.name == "0 to 1"))
    click(user, section.use)
    user.wait(lambda: bench.predictor.model.info.preprocess.std == (1.0, 1.0, 1.0))  # type: ignore[union-attr]
    assert [row.way.name for row in section.rows.rows if row.way.in_use] == ["0 to 1"]
    assert section.rows.rows[0].gain > 0
    bench.correcting.forget("a")
    user.wait(lambda: [row.way.name for row in section.rows.rows if row.way.in_use] == ["ImageNet"])
    section.rows.choose(1)
    user.window.model_panel.input.scale.setValue(7)
    user.wait(lambda: not section.rows.rows)


def ranked(user: User, tmp_path: Path, plain: Path) -> NormalisationSection:
    """Load a model and have its normalisations ranked."""
    list(make_sample_project(tmp_path / "p", 1))
    user.open(tmp_path / "p")
    section = load(user, plain).normalisation
    click(user, section.check)
    idle(user)
    assert section.rows.rows
    return section


def test_other_weights_of_the_same_file_are_not_ranked_yet(user: User, tmp_path: Path, plain: Path) -> None:
    section, bench = ranked(user, tmp_path, plain), user.window.bench
    before = bench.predictor.model
    bench.open(plain)
    user.wait(lambda: bench.predictor.model is not before)
    assert section.rows.rows, "the file holds what it held"
    weights = load_file(resource(MODEL))
    torch.save({name: w * 1.3 if w.is_floating_point() else w for name, w in weights.items()}, plain)
    before = bench.predictor.model
    bench.open(plain)
    user.wait(lambda: bench.predictor.model is not before)
    assert not section.rows.rows
    assert section.said.text().startswith("Predicts up to")


@pytest.mark.parametrize("away", [True, False])
def test_the_end_of_a_check_is_shown_to_who_still_looks(
    user: User, tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    section, asked = ranked(user, tmp_path, plain), list[QWidget]()
    area = next(each for each in user.window.findChildren(QScrollArea) if each.isAncestorOf(section))
    area.ensureWidgetVisible(section, 0, 0)
    if away:
        area.verticalScrollBar().setValue(0)
    monkeypatch.setattr("segstudio.gui.model.normalisation.scroll_to", asked.append)
    section.show_step(NormalisationStep(5, 5, 1.0, section.rows.rows, ("a",), "name"))
    assert asked == ([] if away else [section])


def test_a_check_under_way_is_cancelled(user: User, tmp_path: Path, plain: Path) -> None:
    list(make_sample_project(tmp_path / "p", 3))
    user.open(tmp_path / "p")
    section = load(user, plain).normalisation
    click(user, section.check)
    user.wait(lambda: section.rows.rows)
    assert section.check.text() == "Cancel"
    click(user, section.check)
    idle(user)
    assert section.check.text() == "Check"
    assert section.check.isEnabled()
    assert not user.errors()


def test_without_labels_it_is_said(user: User, tmp_path: Path, tiny_project: Path, plain: Path) -> None:
    bare = tmp_path / "bare"
    (tiny_project / "images").rename(bare)
    user.open(bare)
    section = load(user, plain).normalisation
    click(user, section.check)
    user.wait(user.errors)
    assert "is labelled" in user.errors()[0].title
    assert section.check.text() == "Check"


def test_a_check_stored_from_the_menu_is_told_and_can_be_replayed(user: User, tiny_project: Path, plain: Path) -> None:
    user.open(tiny_project)
    section = load(user, plain).verify
    section.set_opened(False)
    user.window.set_mode("label")
    actions = user.window.actions_by_name
    assert not actions["verify model"].isEnabled()
    actions["store check"].trigger()
    idle(user)
    (said,) = [message for message in user.heard if message.title == "Saved net.pth.segstudio.check"]
    assert said.text.startswith("The same")
    user.wait(actions["verify model"].isEnabled)
    assert said.action is not None
    section.set_opened(False)
    said.action()
    assert section.said.isVisible()


def test_the_last_correction_is_undone_from_the_menu(user: User, tiny_project: Path, plain: Path) -> None:
    user.open(tiny_project)
    load(user, plain)
    panel, undo = user.window.model_panel, user.window.actions_by_name["undo correction"]
    assert undo in panel.card.doing.actions()
    assert not undo.isEnabled()
    panel.take_classes()
    user.wait(undo.isEnabled)
    assert sidecar_of(plain).exists()
    assert panel.card.grid.shown()["Classes"][1] == "corrected"
    undo.trigger()
    user.wait(lambda: not undo.isEnabled())
    assert not sidecar_of(plain).exists()
    redo = user.heard[-1].action
    assert redo is not None
    redo()
    user.wait(undo.isEnabled)
    assert sidecar_of(plain).exists()


def test_the_result_is_wholly_in_sight_in_a_small_window(user: User, tmp_path: Path, plain: Path) -> None:
    user.window.resize(1280, 720)
    section = ranked(user, tmp_path, plain)
    user.wait(lambda: section.visibleRegion().boundingRect() == section.rect())
    assert section.said.visibleRegion().boundingRect() == section.said.rect()


def test_what_is_said_of_a_check_is_in_sight_once_it_is_opened(user: User, tiny_project: Path, plain: Path) -> None:
    user.open(tiny_project)
    user.window.resize(1100, 720)
    section = load(user, plain).verify
    section.set_opened(False)
    section.unfold()
    user.wait(lambda: section.said.visibleRegion().boundingRect() == section.said.rect())
