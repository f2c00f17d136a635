"""Open a folder, draw, undo, and find it on disk."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from tests.journeys.user import User

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_a_stroke_shows_is_undone_is_redone_and_is_saved(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(3)
    assert user.label_at(25, 20) == 0
    before = user.color_at(25.5, 20.5)
    user.drag((22, 20.5), (28, 20.5))
    assert user.label_at(25, 20) == 1
    assert user.color_at(25.5, 20.5) != before
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.label_at(25, 20) == 0
    user.key(Qt.Key.Key_Z, CTRL, SHIFT)
    assert user.label_at(25, 20) == 1
    user.saved()
    with Image.open(tiny_project / "masks" / "a.png") as mask:
        assert mask.mode == "P"
        assert np.asarray(mask)[20, 25] == 1
    assert user.window.status.saved.text().startswith("Saved")


def test_escape_during_a_stroke_leaves_no_trace(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    canvas = user.window.canvas
    user.bot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=user.at(25, 20))
    assert user.label_at(25, 20) == 1
    user.bot.keyClick(canvas, Qt.Key.Key_Escape)
    assert user.label_at(25, 20) == 0
    user.bot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=user.at(25, 20))
    assert not user.window.session.unsaved()


def test_the_tools_are_found_by_key(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_G)
    user.click(8, 10)  # into the cell
    assert user.label_at(8, 10) == 1
    user.key(Qt.Key.Key_3)  # void, the third class
    user.click(8, 10)
    assert user.label_at(8, 10) == 255
    user.key(Qt.Key.Key_E)
    user.drag((8, 10), (8, 11))
    assert user.label_at(8, 10) == 0
    user.key(Qt.Key.Key_I)
    user.click(20, 0)  # the void along the upper edge
    assert user.window.session.options.class_id == 255
    user.key(Qt.Key.Key_2)
    user.key(Qt.Key.Key_P)
    for corner in ((18, 4), (30, 4), (30, 20), (18, 20)):
        user.click(*corner)
    user.bot.keyClick(user.window.canvas, Qt.Key.Key_Return)
    assert user.label_at(25, 12) == 1


def test_the_second_button_erases(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(3)
    user.drag((8, 10), (9, 10), button=Qt.MouseButton.RightButton)
    assert user.label_at(8, 10) == 0


def test_stepping_keeps_work_and_undo(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.drag((25, 20), (26, 20))
    user.key(Qt.Key.Key_D)
    user.wait(lambda: user.window.session.current.sample.id == "c")  # type: ignore[union-attr]
    user.key(Qt.Key.Key_A)
    user.wait(lambda: user.window.session.current.sample.id == "a")  # type: ignore[union-attr]
    assert user.label_at(25, 20) == 1
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.label_at(25, 20) == 0


def test_nobody_elses_labels_are_overwritten(user: User, tmp_path: Path, tiny_project: Path) -> None:
    found = tmp_path / "found"
    (tiny_project / "images").rename(found)
    folder = tmp_path / "theirs"
    folder.mkdir()
    found.rename(folder / "images")
    (tiny_project / "masks").rename(folder / "labels")
    before = digest(folder)
    user.open(folder)
    assert user.label_at(8, 10) == 1
    assert digest(folder) == before, "opening writes nothing"
    user.drag((25, 20), (26, 20))
    user.saved()
    after = digest(folder)
    assert {name: after[name] for name in before} == before
    new = {name for name in set(after) - set(before) if not name.startswith(".segstudio/")}
    assert new == {"segstudio.toml", "masks/a.png", "records/a.json"}
    with Image.open(folder / "masks" / "a.png") as mask:
        assert np.asarray(mask)[10, 8] == 1, "what was there before is in the edited mask too"


def test_a_bad_image_leaves_open_what_was_open(user: User, tiny_project: Path) -> None:
    (tiny_project / "images" / "c.png").write_bytes(b"not a picture")
    user.open(tiny_project)
    user.key(Qt.Key.Key_D)
    user.wait(user.errors)
    assert user.window.session.current is not None
    assert user.window.session.current.sample.id == "a"
    said = user.errors()[-1]
    assert "c.png" in said.title
    assert said.text
    assert "c" in user.window.samples.model.failed


def test_a_folder_that_cannot_be_written_is_said_once_and_work_is_kept(user: User, tiny_project: Path) -> None:
    masks = tiny_project / "masks"
    for mask in masks.rglob("*.png"):
        mask.unlink()
    (masks / "deep").rmdir()
    masks.rmdir()
    masks.write_text("a file where the folder should be")
    user.open(tiny_project)
    user.drag((25, 20), (26, 20))
    user.wait(user.errors)
    user.drag((10, 20), (11, 20))
    user.wait(lambda: user.window.status.saved.text() == "Not saved")
    assert user.label_at(25, 20) == 1
    assert user.window.session.unsaved()
    assert len(user.errors()) == 1
    masks.unlink()
    user.key(Qt.Key.Key_S, CTRL)
    user.saved()
    assert (masks / "a.png").is_file()


def test_a_class_is_added_renamed_and_drawn(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.open(tiny_project)
    monkeypatch.setattr("segstudio.gui.panels.classes.QInputDialog.getText", lambda *_, **__: ("nucleus", True))
    user.window.classes.add()
    project = user.window.session.project
    assert project is not None
    added = project.schema.classes[-1]
    assert (added.name, added.id) == ("nucleus", 2)
    user.drag((25, 20), (26, 20))
    assert user.label_at(25, 20) == 2
    user.saved()
    user.wait(lambda: "nucleus" in (tiny_project / "segstudio.toml").read_text(encoding="utf-8"))


def test_camvid_opens_with_its_classes_and_steps(user: User, shared_data: Callable[[str], Path]) -> None:
    user.open(shared_data("camvid"))
    project = user.window.session.project
    assert project is not None
    assert len(project.samples) == 468
    assert [c.name for c in project.schema.scored][:3] == ["Sky", "Building", "Pole"]
    assert project.schema.ignored_ids == (11,)
    first = user.window.session.current.sample.id  # type: ignore[union-attr]
    seen = [first]
    for _ in range(5):
        user.key(Qt.Key.Key_D)
        user.wait(lambda: user.window.session.current.sample.id != seen[-1])  # type: ignore[union-attr]
        seen.append(user.window.session.current.sample.id)  # type: ignore[union-attr]
    assert seen == [sample.id for sample in project.samples[:6]]


def test_after_a_bad_image_the_list_shows_what_is_open_and_the_next_step_goes_past_it(
    user: User, tiny_project: Path
) -> None:
    (tiny_project / "images" / "c.png").write_bytes(b"not a picture")
    user.open(tiny_project)
    user.key(Qt.Key.Key_D)
    user.wait(user.errors)
    samples = user.window.samples
    assert samples.model.sample_at(samples.view.currentIndex().row()).id == "a"  # type: ignore[union-attr]
    user.key(Qt.Key.Key_D)
    user.wait(lambda: user.window.session.current.sample.id == "deep/b")  # type: ignore[union-attr]


def test_nothing_is_drawn_unseen(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_H)
    assert user.window.canvas.bare
    user.window.classes.toggle_visible(1)
    user.drag((25, 20), (26, 20))
    assert not user.window.canvas.bare
    assert not user.window.classes.hidden


def test_undo_takes_back_a_corner_before_a_step(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.drag((25, 20), (26, 20))
    user.key(Qt.Key.Key_P)
    for corner in ((18, 4), (30, 4), (30, 20)):
        user.click(*corner)
    for left in (2, 1, 0):
        user.key(Qt.Key.Key_Z, CTRL)
        preview = user.window.canvas.hand.preview()
        assert (len(preview.points) - 1 if preview else 0) == left
    assert user.label_at(25, 20) == 1
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.label_at(25, 20) == 0


def test_two_classes_cannot_have_one_name(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.open(tiny_project)
    monkeypatch.setattr("segstudio.gui.panels.classes.QInputDialog.getText", lambda *_, **__: (" Cell ", True))
    user.window.classes.add()
    assert [c.name for c in user.window.session.project.schema.classes] == ["background", "cell", "void"]  # type: ignore[union-attr]
    assert "already" in user.heard[-1].title


def test_a_long_name_does_not_widen_the_window(user: User, tmp_path: Path) -> None:
    image = tmp_path / "one" / f"{'long' * 40}.png"
    image.parent.mkdir()
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(image)
    before = user.window.minimumSizeHint().width()
    user.open(image.parent)
    assert user.window.width() == 1280
    assert user.window.minimumSizeHint().width() <= max(before, 1280)


def test_each_way_of_working_fits_a_small_screen(user: User, tiny_project: Path) -> None:
    user.window.status.show_job("Predicting 1,000 of 1,000, 34.2 img/s, 10 s left", 1, 2, can_cancel=True)
    user.open(tiny_project)
    for mode in ("label", "predict", "compare"):
        user.window.set_mode(mode)
        needed = user.window.minimumSizeHint()
        assert needed.width() <= 1280, mode
        assert needed.height() <= 680, mode  # 720 less a title bar
