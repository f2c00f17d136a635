"""Predictions from a folder elsewhere, added in the window: read as what they are, and remembered."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from segstudio.cli import main
from segstudio.gui.analysis.objects import ObjectsPage
from segstudio.gui.panels.predictions_choice import ADD
from segstudio.gui.widgets import Choice
from tests.journeys.user import User
from tests.panoptic_sample import panoptic_sample


def write(path: Path, plane: np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.uint16]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """A folder of one picture whose labels number 20 objects in 16 bits; beside it "net", which found half of them."""
    numbers = np.zeros((40, 50), np.uint16)
    for place in range(20):
        y, x = divmod(place, 5)
        numbers[y * 10 : y * 10 + 6, x * 10 : x * 10 + 6] = place + 300
    write(tmp_path / "cells" / "images" / "a.png", np.full((40, 50, 3), 90, np.uint8))
    write(tmp_path / "cells" / "masks" / "a.png", numbers)
    write(tmp_path / "net" / "a.png", np.where(numbers < 310, numbers, 0).astype(np.uint16))
    return tmp_path / "cells"


def test_masks_that_number_objects_are_added_as_objects(
    user: User, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(cells)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(cells.parent / "net"))
    user.window.set_mode("compare")
    user.window.actions_by_name["add predictions"].trigger()
    session = user.window.session
    user.wait(lambda: session.current is not None and session.current.scored is not None)
    assert session.current is not None
    assert session.current.prediction is not None
    assert np.unique(session.current.prediction).tolist() == [0, 1]
    assert any("number objects" in message.text for message in user.heard)
    config = cells / "segstudio.toml"
    user.wait(lambda: config.is_file() and "net" in config.read_text(encoding="utf-8"))
    assert config.read_text(encoding="utf-8").count('holds = "instances"') == 2


def add(user: User, choice: Choice) -> None:
    """Choose the entry of a list of predictions that asks for more."""
    at = choice.findData(ADD)
    choice.setCurrentIndex(at)
    choice.activated.emit(at)


def test_they_become_what_was_asked_for_else_what_is_free(
    user: User, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(cells)
    user.window.set_mode("compare")
    session, choice = user.window.session, user.window.metrics.predictions
    for name in ("second", "third", "fourth"):
        shutil.copytree(cells.parent / "net", cells.parent / name)
    folders = iter(("net", "second", "third", "fourth"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(cells.parent / next(folders)))

    def names() -> tuple[str, ...]:
        return tuple(run.name if run is not None else "" for run in (session.run, session.other_run))

    add(user, choice.others)
    user.wait(lambda: names() == ("", "net"))
    assert user.heard[-1].title == "net is now B: predictions for 1 of 1 image."
    user.window.actions_by_name["add predictions"].trigger()
    user.wait(lambda: names() == ("second", "net"))
    assert user.heard[-1].title.startswith("second is now A")
    add(user, choice.runs)
    user.wait(lambda: names() == ("third", "net"))
    session.choose_other(None)
    user.window.actions_by_name["add predictions"].trigger()
    user.wait(lambda: names() == ("third", "fourth"))
    assert user.errors() == []


def test_a_panoptic_pair_is_labelled_and_compared_with_another(
    user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth, net = panoptic_sample(tmp_path)
    root = truth.parents[1]
    user.open(root)
    session = user.window.session
    assert (user.label_at(0, 0), user.label_at(8, 8), user.label_at(31, 0)) == (1, 0, 200)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(net.with_suffix("")))
    user.window.set_mode("compare")
    user.window.actions_by_name["add predictions"].trigger()
    user.wait(lambda: session.current is not None and session.current.scored is not None)
    assert any("number the segments of net.json" in message.text for message in user.heard)
    config = root / "segstudio.toml"
    user.wait(lambda: config.is_file() and config.read_text(encoding="utf-8").count('holds = "panoptic"') == 2)

    user.window.actions_by_name["objects"].trigger()
    page = user.window.analysis.made("objects")
    assert isinstance(page, ObjectsPage)
    user.wait(lambda: page.totals.total.images == 2)
    pq = tmp_path / "pq.json"
    assert main(["evaluate", str(truth), str(net), "--task", "panoptic", "--json", str(pq)]) == 0
    said = json.loads(pq.read_text(encoding="utf-8"))
    assert page.totals.total.panoptic == pytest.approx([said["things"][key] for key in ("pq", "sq", "rq")])
    ours = {i: (m.tp, m.fp, m.fn) for i, m in page.totals.total.by_class.items()}
    assert ours == {c["id"]: (c["tp"], c["fp"], c["fn"]) for c in said["classes"] if c["tp"] or c["fp"] or c["fn"]}

    user.window.set_mode("label")
    session.options.resize(3)
    user.drag((20, 4.5), (28, 4.5))
    user.saved()
    mask = root / "masks" / "a.png"
    user.wait(mask.is_file)
    assert np.asarray(Image.open(mask))[4, 24] == user.label_at(24, 4) != 200
    assert np.asarray(Image.open(truth.with_suffix("") / "a.png"))[4, 24].tolist() == [9, 0, 0]
    assert user.errors() == []
