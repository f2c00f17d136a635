"""Two models, label statistics, other conventions and the report, as somebody finds them in the window."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from segstudio.core.errors import UnreadableFile
from segstudio.gui.analysis.conventions import ConventionsPage
from segstudio.gui.analysis.groups import GroupsPage
from segstudio.gui.analysis.labels import LabelsPage
from segstudio.gui.analysis.models import ModelsPage
from segstudio.metrics import overlap
from segstudio.services.evaluate import ScoredStep
from tests.journeys.compared import page_of, write
from tests.journeys.user import User


@pytest.fixture
def two_runs(tiny_project: Path) -> Path:
    """The tiny project with two runs for its labelled images; the second is right more often."""
    for run, shift in (("first", 5), ("second", 1)):
        for name in ("a", "deep/b"):
            truth = np.asarray(Image.open(tiny_project / "masks" / f"{name}.png")).copy()
            truth[truth == 255] = 0
            write(tiny_project / "predictions" / run / f"{name}.png", np.roll(truth, shift, axis=1))
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
    models = page_of(user, "models")
    assert isinstance(models, ModelsPage)
    user.wait(lambda: models.result is not None and len(models.result.bouts) == 19 and not models.job.running)
    assert models.table is not None
    model = models.table.model()
    assert model.rowCount() == 3
    session = user.window.session
    assert session.scores.total is not None
    shown = {model.headerData(at, Qt.Orientation.Horizontal): model.index(0, at).data() for at in range(8)}
    assert shown["Class"] == "mean"
    assert shown["A"] == f"{100 * overlap.mean_iou(session.scores.total):.2f}"
    assert shown["A - B"].startswith("-"), "B is better"

    user.bot.mouseClick(models.side._ahead.button("B"), Qt.MouseButton.LeftButton)
    models.table.picked.emit(2)
    assert user.window.samples.found is not None
    assert "B ahead in IoU of cell" in user.window.samples.found.text
    listed = user.window.samples.model.shown()
    assert set(listed) == {"a", "deep/b"}
    user.wait(lambda: session.current is not None and session.current.sample.id == listed[0])
    found = (scores.get(listed[0]) for scores in (session.scores, session.other_scores))
    values = [100 * float(overlap.iou(confusion)[1]) for confusion in found if confusion is not None]
    assert user.window.samples.found.told[listed[0]] == "A {:.1f}, B {:.1f}".format(*values)

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
    models = page_of(user, "models")
    assert isinstance(models, ModelsPage)
    user.wait(lambda: models.result is not None and models.result.agreement is not None and not models.job.running)
    assert "There is no truth" in models.side._text.text()
    assert "kappa" in models.side._text.text()
    assert not models.side.ways.button("counts").isEnabled()


@pytest.mark.parametrize("whose", [0, 1])
def test_a_value_without_a_class_is_not_labelled_whoever_has_it(user: User, two_runs: Path, whose: int) -> None:
    user.open(two_runs)
    session = user.window.session
    assert session.project is not None
    mask = next(session.project.runs[whose].folder.rglob("a.png"))
    plane = np.asarray(Image.open(mask)).copy()
    plane[0, :5] = 77
    Image.fromarray(plane).save(mask)
    user.window.set_mode("compare")
    session.choose_run(session.project.runs[0])
    session.choose_other(session.project.runs[1])
    models = page_of(user, "models")
    assert isinstance(models, ModelsPage)
    user.bot.mouseClick(models.side.ways.button("agreement"), Qt.MouseButton.LeftButton)
    user.wait(lambda: models.result is not None and models.result.agreement is not None and not models.job.running)
    assert models.result is not None
    assert models.result.agreement is not None
    assert models.result.agreement.pixels == 2 * 24 * 32 - 5
    assert not models.result.failures


def test_the_labels_are_counted_and_saved(
    user: User, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    labels = page_of(user, "labels")
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


def test_that_counting_failed_is_said(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.open(tiny_project)

    def refuse(*_: object) -> None:
        raise UnreadableFile("masks", "the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr("segstudio.gui.analysis.labels.masks_of", refuse)
        labels = page_of(user, "labels")
        assert isinstance(labels, LabelsPage)
        user.wait(user.errors)
        user.wait(lambda: not labels.running)
    assert "failed" in labels.note.text()
    assert "No labels yet" not in labels.note.text()
    user.bot.mouseClick(labels.again, Qt.MouseButton.LeftButton)
    user.wait(lambda: labels.found is not None and len(labels.found.ids) == 2 and not labels.running)
    assert "2 labelled images" in labels.note.text()


def test_other_conventions_are_told_and_explained(
    user: User, two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    conventions = page_of(user, "conventions")
    assert isinstance(conventions, ConventionsPage)
    user.wait(lambda: conventions.rows and conventions.table is not None and not conventions.job.running)
    session, table = user.window.session, conventions.table
    assert session.scores.total is not None
    assert table is not None
    assert conventions.rows[0].figures.iou == overlap.mean_iou(session.scores.total)
    monai = next(at for at, row in enumerate(conventions.rows) if row.tool == "MONAI")
    user.bot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(monai, 0)).center()
    )
    assert conventions.why.text().startswith("MONAI. Averages")
    conventions.distances.click()
    user.wait(lambda: conventions.rows and conventions.rows[0].figures.hd95 is not None and not conventions.job.running)
    save_to(monkeypatch, tmp_path / "c.md")
    choose(user, conventions.save, "Markdown")
    assert "| HD95 |" in (tmp_path / "c.md").read_text(encoding="utf-8")


def test_the_report_is_one_file_with_all_that_was_compared(
    user: User, two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    texts = []
    for name in ("one.html", "two.html"):
        save_to(monkeypatch, tmp_path / name)
        user.window.actions_by_name["report html"].trigger()
        saved = f"Saved {name}"
        user.wait(partial(lambda title: any(m.title == title for m in user.heard), saved))
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    for said in ("second prediction", "Over the summed counts of all images", "MONAI", "By folder", "data:image/jpeg"):
        assert said in texts[0]
    assert user.heard[-1].action_text == "Show file"


def test_a_report_is_offered_beside_the_project_and_named_for_both(
    user: User, two_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    offered: list[str] = []

    def give_up(parent: object, title: str, name: str, kinds: str) -> tuple[str, str]:
        offered.append(name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", give_up)
    user.window.actions_by_name["report html"].trigger()
    run = user.window.session.run
    assert run is not None
    assert offered == [str(two_runs.parent / f"{two_runs.name}-{run.name}.html")]


def test_a_report_that_is_stopped_leaves_no_file(
    user: User, two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    window = user.window

    def endless(*_: object) -> Iterator[ScoredStep]:
        while True:
            yield ScoredStep("a", 1, 2)

    monkeypatch.setattr("segstudio.services.conventions.measure", endless)
    save_to(monkeypatch, tmp_path / "r.html")
    heard: list[str] = []
    window.reporter.progressed.connect(lambda what, *_: heard.append(what))
    window.actions_by_name["report html"].trigger()
    user.wait(lambda: "Scoring by other conventions" in heard)
    assert window.reporter.running
    window.status.cancelled.emit()
    user.wait(lambda: heard[-1] == "")
    assert not window.reporter.running
    assert not (tmp_path / "r.html").exists()


def test_a_prediction_of_another_size_is_resized_only_when_that_is_said(user: User, two_runs: Path) -> None:
    for name in ("a", "deep/b"):
        file = two_runs / "predictions" / "first" / f"{name}.png"
        with Image.open(file) as mask:
            mask.resize((16, 12), Image.Resampling.NEAREST).save(file)
    window, session = user.window, user.window.session
    user.open(two_runs)
    window.set_mode("compare")
    assert session.project is not None
    session.choose_run(next(run for run in session.project.runs if run.name == "first"))
    user.wait(lambda: any(m.choices for m in user.heard))
    asked = next(m for m in user.heard if m.choices)
    assert "16 x 12" in asked.title
    assert "32 x 24" in asked.title
    user.wait(lambda: len(window.bench.scorer.failures) == 2)
    assert len(session.scores) == 0

    asked.choices[0][1]()
    user.wait(lambda: len(session.scores) == 2)
    assert session.current is not None
    user.wait(lambda: session.current is not None and session.current.prediction is not None)
    assert session.current.prediction is not None
    assert session.current.prediction.shape == (24, 32)
    assert session.run is not None
    assert session.run.resized


def test_groups_are_scored_and_list_their_images(
    user: User, two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(user, two_runs)
    groups = page_of(user, "groups")
    assert isinstance(groups, GroupsPage)
    user.wait(lambda: groups.table is not None and not groups.job.running)
    assert groups.table is not None
    model = groups.table.model()
    assert [model.index(row, 0).data() for row in range(2)] == ["(the folder itself)", "deep"]
    confusion = user.window.session.scores.get("deep/b")
    assert confusion is not None
    assert model.index(1, 2).data() == f"{100 * overlap.mean_iou(confusion):.1f}"
    groups.table.picked.emit(1)
    assert user.window.samples.model.shown() == ["deep/b"]
    user.bot.mouseClick(groups.ways.button("share"), Qt.MouseButton.LeftButton)
    assert groups.table is None, "a worker groups them"
    assert not groups.save.isEnabled()
    user.wait(lambda: groups.table is not None)
    assert groups.table is not None
    assert groups.table.model().index(0, 0).data().startswith("background, from")
    save_to(monkeypatch, tmp_path / "g.json")
    choose(user, groups.save, "JSON")
    assert json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))["groups"][0]["by"] == "share"
