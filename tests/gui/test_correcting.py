"""Corrections of a model follow one another, and none is written for a model that is gone."""

from dataclasses import replace
from pathlib import Path

import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.correcting import CORRECTED
from segstudio.models.description import Preprocess
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.corrections import Correction
from tests.gui.by_hand import Desk, Uniform

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))
BGR = Correction(preprocess=replace(Preprocess(), order="BGR"))
NAMED = Correction(classes=CLASSES.replaced(LabelClass(1, "nucleus", (1, 2, 3))))


@pytest.fixture
def model(desk: Desk, tmp_path: Path) -> Uniform:
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", CLASSES)
    return desk.bench.predictor.model


def test_what_is_asked_for_meanwhile_follows(desk: Desk, model: Uniform) -> None:
    desk.bench.correcting.correct("a", BGR)
    desk.bench.correcting.correct("a", NAMED)
    desk.settle()
    now = desk.bench.predictor.model
    assert now is not None
    assert (now.info.preprocess.order, now.info.classes.classes[1].name) == ("BGR", "nucleus")
    text = sidecar_of(model.info.file).read_text(encoding="utf-8")
    assert "BGR" in text
    assert "nucleus" in text
    assert [said.title for said in desk.heard] == ["Written to net.pth.segstudio.toml"] * 2


def test_of_two_models_the_one_that_is_meant_is_corrected(desk: Desk, model: Uniform, tmp_path: Path) -> None:
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES))
    desk.bench.correcting.correct("b", BGR)
    desk.settle()
    assert desk.bench.predictor.model is model
    assert desk.bench.predictor.other is not None
    assert desk.bench.predictor.other.info.preprocess.order == "BGR"
    assert not sidecar_of(model.info.file).exists()


def test_what_waits_for_a_model_that_is_gone_is_dropped(desk: Desk, model: Uniform, tmp_path: Path) -> None:
    desk.bench.predictor.loading.start(
        tmp_path / "next.pth", "a", lambda: (each for each in [Uniform(tmp_path / "next.pth", CLASSES)])
    )
    desk.bench.correcting.correct("a", BGR)
    desk.settle()
    assert desk.bench.predictor.model is not None
    assert desk.bench.predictor.model.info.file.name == "next.pth"
    assert not list(tmp_path.glob("*.toml"))


def test_a_file_beside_the_model_that_cannot_be_written_is_said(desk: Desk, model: Uniform) -> None:
    sidecar_of(model.info.file).mkdir()
    desk.bench.correcting.correct("a", BGR)
    desk.settle()
    assert "net.pth.segstudio.toml could not be read: it is a folder" in desk.errors()[0].title
    assert desk.bench.predictor.model is model


def test_undo_and_undo_of_that(desk: Desk, model: Uniform) -> None:
    desk.bench.correcting.correct("a", BGR)
    desk.settle()
    sidecar, undo = sidecar_of(model.info.file), desk.heard[-1].action
    assert undo is not None
    model.info.file.unlink()
    undo()
    desk.settle()
    assert "net.pth could not be read" in desk.errors()[0].title, "a model that is gone cannot be loaded anew"
    assert "BGR" in sidecar.read_text(encoding="utf-8"), "so what was said of it stays"


def test_only_the_last_notice_offers_to_go_back(desk: Desk, model: Uniform) -> None:
    over: list[str] = []
    desk.bench.messages.over.connect(over.append)
    desk.bench.correcting.correct("a", BGR)
    desk.settle()
    desk.bench.correcting.correct("a", NAMED)
    desk.settle()
    assert [said.about for said in desk.heard] == [CORRECTED] * 2
    assert over.count(CORRECTED) == 2, "what was said before goes"
    assert [said.action_text for said in desk.heard] == ["Undo"] * 2
