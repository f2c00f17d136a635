"""Somebody's model knows other classes than the project: what becomes of each is seen, chosen, kept and used."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog
from safetensors.torch import load_file

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.model import target_popup
from segstudio.gui.model.mapping import MappingSection
from segstudio.models import load_model
from segstudio.services.class_mapping import ClassMapping, map_classes
from segstudio.services.demo import MODEL
from segstudio.services.mapping_file import read_mapping
from segstudio.services.resources import resource
from tests.journeys.user import User

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)", extend=True)
"""The offscreen platform says so of every list of choices that opens."""


def load(user: User, path: Path) -> MappingSection:
    bench = user.window.bench
    before = bench.predictor.model
    bench.open(path)
    user.wait(lambda: bench.predictor.model is not before and bench.predictor.loading.current is None)
    user.window.set_mode("predict")
    section = user.window.model_panel.checking.mapping
    section.set_opened(True)
    user.wait(section.view.isVisible)
    return section


def shown(section: MappingSection) -> list[str]:
    return [str(section.rows.index(i).data()) for i in range(section.rows.rowCount())]


def choose(user: User, section: MappingSection, name: str, target: str) -> None:
    """Click the row of an output, and choose what it is written as."""
    at = next(i for i, text in enumerate(shown(section)) if text.startswith(f"{name}:"))
    index = section.rows.index(at)
    section.view.scrollTo(index)
    user.bot.mouseClick(section.view.viewport(), Qt.MouseButton.LeftButton, pos=section.view.visualRect(index).center())
    user.wait(section.popup.isVisible)
    user.bot.keyClicks(section.popup.search, target)
    user.bot.keyClick(section.popup.search, Qt.Key.Key_Return)
    assert not section.popup.isVisible()


def test_what_is_not_in_the_project_is_counted_and_comes_first(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    assert section.note.text() == "3 of 4 not in this project"
    assert shown(section) == [
        "round cell: new class, id 2", "rod: new class, id 3", "granular cell: new class, id 4",
        "background: background",
    ]  # fmt: skip


def test_chosen_by_hand_it_counts_at_once_and_after_a_restart(user: User, tiny_project: Path, tmp_path: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    before = shown(section)
    choose(user, section, "rod", "cell")
    choose(user, section, "round cell", "Nothing")
    assert section.note.text() == "2 of 4 not in this project"
    assert [text.partition(":")[0] for text in shown(section)] == [text.partition(":")[0] for text in before]
    assert "rod: cell" in shown(section)
    assert "round cell: nothing" in shown(section)
    assert (tiny_project / "segstudio.toml").read_text().count("[[class]]") == 3, "nothing of it is in the project"
    window = user.window
    window.bench.predictor.predict_all(window.session.project.samples, 1)  # type: ignore[union-attr]
    user.wait(lambda: window.session.run is not None and not window.bench.predictor.busy)
    (run,) = (tiny_project / "predictions").iterdir()
    record = json.loads((run / "run.json").read_text())["model"]
    assert record["mapping"]["how"] == "hand"
    assert {c["name"]: c["written_as"] for c in record["classes"]}["rod"] == 1
    with Image.open(run / "a.png") as mask:
        assert set(np.unique(np.asarray(mask))) <= {0, 1, record["classes"][3]["written_as"]}
    copied = tmp_path / "another name.safetensors"
    copied.write_bytes(resource(MODEL).read_bytes())
    assert "rod: cell" in shown(load(user, copied)), "the same model, whatever it is called"
    kept = window.bench.settings.mappings(tiny_project)
    assert [ClassMapping.from_json(data).how for data in kept.values()] == ["hand"]


def test_what_is_on_the_screen_follows_the_mapping_and_not_the_model(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    current, asked = user.window.session.current, list[str]()
    assert current is not None
    model = user.window.bench.predictor.model
    assert model is not None
    user.window.bench.predictor.predict_current()
    user.wait(lambda: current.predicted_by and not user.window.bench.predictor.busy)
    user.window.bench.predictor.busy_changed.connect(asked.append)
    before, names = np.array(current.prediction), ("background", "round cell", "rod", "granular cell")
    ids = {row.source.name: row.target.id for row in section.found.rows}  # type: ignore[union-attr]
    most = max(names, key=lambda name: int((before == ids[name]).sum()))
    section.chosen.emit(ClassMapping().with_chosen(model.info.classes.scored[names.index(most)].id, 1))
    user.wait(lambda: (np.asarray(current.prediction) == np.where(before == ids[most], 1, before)).all())
    assert not asked, "the model is not asked again"
    section.chosen.emit(ClassMapping())
    user.wait(lambda: (np.asarray(current.prediction) == before).all())


def test_by_order_and_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    by_name = shown(section)
    user.bot.mouseClick(section.how.button("order"), Qt.MouseButton.LeftButton)
    assert "round cell: cell" in shown(section)
    assert section.note.text() == "2 of 4 not in this project"
    user.bot.mouseClick(section.how.button("name"), Qt.MouseButton.LeftButton)
    assert shown(section) == by_name


def test_the_warning_leads_to_the_classes(user: User, tiny_project: Path, tmp_path: Path) -> None:
    torch.save(load_file(resource(MODEL)), tmp_path / "net.pth")
    user.open(tiny_project)
    bench = user.window.bench
    section = load(user, tmp_path / "net.pth")
    section.set_opened(False)
    assert section.note.text() == "same id, not checked"
    user.window.set_mode("label")
    bench.predictor.predict_current()
    user.wait(lambda: not bench.predictor.busy)
    said = next(message for message in user.heard if message.title == "net.pth names no classes.")
    over = list[str]()
    bench.messages.over.connect(over.append)
    said.choices[0][1]()
    assert said.about in over, "it does not stay on the picture once one has gone there"
    assert section.opened
    assert section.view.isVisible()
    assert section.how.button("name").isChecked(), "nothing was chosen by hand"
    assert section.note.text() == "same id, not checked", "nothing was chosen yet"
    user.heard.clear()
    bench.predictor.predict_current()
    user.wait(lambda: not bench.predictor.busy)
    assert not user.heard, "it is said once"
    user.bot.mouseClick(section.confirm, Qt.MouseButton.LeftButton)
    assert "not checked" not in section.note.text()
    assert not section.confirm.isVisible()


def test_a_mapping_is_saved_for_the_command_line(
    user: User, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    choose(user, section, "rod", "cell")
    path = tmp_path / "map.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    section.save.click()
    info, schema = load_model(resource(MODEL), "cpu").info, user.window.session.project.schema  # type: ignore[union-attr]
    assert map_classes(info, schema, read_mapping(path, info, schema)).written == section.found.written  # type: ignore[union-attr]


def test_of_a_thousand_classes_only_those_in_sight_cost_anything(
    user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    model = user.window.bench.predictor.model
    assert model is not None
    many = LabelSchema(tuple(LabelClass(i, f"kind {i}", (i % 256, 0, 0)) for i in range(1000)))
    section.show_mapping(replace(model.info, classes=many), many, ClassMapping())
    assert section.note.text() == "all 1,000 in this project"
    assert section.view.height() < 400
    section.search.setText("kind 99")
    assert section.rows.rowCount() == 11
    made: list[LabelClass] = []

    def make(c: LabelClass, *_: object) -> QPixmap:
        made.append(c)
        return QPixmap(16, 16)

    monkeypatch.setattr(target_popup, "chip_icon", make)
    section.view.setCurrentIndex(section.rows.index(0))
    user.bot.keyClick(section.view, Qt.Key.Key_Return)
    user.wait(section.popup.isVisible)
    assert section.popup.targets.rowCount() == 1002
    section.popup.grab()
    assert 0 < len(made) < 100, "chips of what is in sight"
    assert section.popup.view.currentIndex().data() == "kind 99", "what it is now"
    user.bot.keyClicks(section.popup.search, "kind 123")
    user.bot.keyClick(section.popup.search, Qt.Key.Key_Up)
    assert section.popup.view.currentIndex().data(Qt.ItemDataRole.UserRole) == 123
    user.bot.keyClick(section.popup, Qt.Key.Key_Escape)
    user.wait(lambda: not section.popup.isVisible())


def test_the_choices_stay_on_the_screen(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    section = load(user, resource(MODEL))
    assert user.window.session.project is not None
    screen, row = section.popup.screen().availableGeometry(), section.rows.index(0).data(Qt.ItemDataRole.UserRole)
    at = QRect(screen.right() - 90, 100, 90, 24)
    section.popup.open_for(row, user.window.session.project.schema, at)
    shown_at = section.popup.geometry()
    frame = shown_at.y() - at.bottom() - 1  # the offscreen platform gives one to what has none
    assert screen.contains(shown_at.translated(-frame, -frame))
    section.popup.hide()
