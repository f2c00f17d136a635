"""Two models side by side, label statistics, other conventions, and the report, as somebody finds them in the window."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from segstudio.gui.analysis.labels import LabelsPage
from segstudio.gui.analysis.models import ModelsPage
from segstudio.metrics import overlap
from tests.journeys.user import User


@pytest.fixture
def two_runs(tiny_project: Path) -> Path:
    """The tiny project with two runs for its labelled images; the second is right more often."""
    for run, shift in (("first", 5), ("second", 1)):
        for name in ("a", "deep/b"):
            truth = np.asarray(Image.open(tiny_project / "masks" / f"{name}.png")).copy()
            truth[truth == 255] = 0
            file = tiny_project / "predictions" / run / f"{name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.roll(truth, shift, axis=1)).save(file)
    return tiny_project


def compare(user: User, project: Path) -> None:
    """Open a project with its two runs as A and B, in Compare."""
    window, session = user.window, user.window.session
    user.open(project)
    window.set_mode("compare")
    assert session.project is not None
    first, second = sorted(session.project.runs, key=lambda run: run.name)
    session.choose_run(first)
    session.choose_other(second)
    labelled = len(session.project.sources[0].files)
    user.wait(lambda: len(session.scores) == len(session.other_scores) == labelled)


def page(user: User, name: str) -> object:
    user.window.comparing.show_page(name)
    return user.window.analysis._made[name]


def save_to(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))


def choose(user: User, button: object, text: str) -> None:
    """Choose from the menu of a button."""
    menu = button.menu()  # type: ignore[attr-defined]
    next(action for action in menu.actions() if text in action.text()).trigger()


def test_two_models_are_compared_and_a_row_lists_images(
    user: User, two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    models = page(user, "models")
    assert isinstance(models, ModelsPage)
    user.wait(lambda: models.result is not None and len(models.result.bouts) == 19 and not models.job.running)
    assert models.table is not None
    model = models.table.model()
    assert model.rowCount() == 3
    session = user.window.session
    assert session.scores.total is not None
    shown = [model.index(0, column).data() for column in range(4)]
    assert shown[0] == "mean"
    assert shown[1] == f"{overlap.mean_iou(session.scores.total):.4f}"
    assert shown[3].startswith("+")

    user.bot.mouseClick(models.side._ahead.button("B"), Qt.MouseButton.LeftButton)
    models.table.picked.emit(2)
    assert user.window.samples.found is not None
    assert "B ahead in IoU of cell" in user.window.samples.found.text
    assert set(user.window.samples.model.shown()) == {"a", "deep/b"}

    save_to(monkeypatch, tmp_path / "models.json")
    choose(user, models.side._save, "JSON")
    document = json.loads((tmp_path / "models.json").read_text(encoding="utf-8"))
    assert document["first"] == "first"
    assert user.heard[-1].action_text == "Show file"


def test_the_agreement_of_two_needs_no_truth(user: User, two_runs: Path) -> None:
    for mask in (two_runs / "masks").rglob("*.png"):
        mask.unlink()
    window = user.window
    user.open(two_runs)
    window.set_mode("compare")
    assert window.session.project is not None
    window.session.choose_run(window.session.project.runs[0])
    window.session.choose_other(window.session.project.runs[1])
    models = page(user, "models")
    assert isinstance(models, ModelsPage)
    user.wait(lambda: models.result is not None and models.result.agreement is not None and not models.job.running)
    assert "There is no truth" in models.side._text.text()
    assert "kappa" in models.side._text.text()
    assert not models.side.ways.button("counts").isEnabled()


def test_the_labels_are_counted_and_saved(
    user: User, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    labels = page(user, "labels")
    assert isinstance(labels, LabelsPage)
    user.wait(lambda: labels.found is not None and len(labels.found.ids) == 2 and not labels.job.running)
    model = labels.tables["classes"].model()
    assert [model.index(1, column).data() for column in (0, 1, 3)] == ["cell", "240", "2 of 2"]
    labels.tables["classes"].picked.emit(1)
    assert user.window.samples.model.shown() == ["a", "deep/b"]
    for view in ("together", "sizes"):
        user.bot.mouseClick(labels.views.button(view), Qt.MouseButton.LeftButton)
        assert labels.tables[view].isVisible()
    save_to(monkeypatch, tmp_path / "labels")
    choose(user, labels.save, "CSV")
    assert (tmp_path / "labels.csv").read_text(encoding="utf-8").startswith("id,name")
