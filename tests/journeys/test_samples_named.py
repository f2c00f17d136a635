"""Samples are told apart by their folders where several share a name."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from segstudio.gui.panels.samples_model import Order
from segstudio.gui.widgets import ElidedLabel
from tests.journeys.user import User


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["bear/00000", "boat/00001"], ["00000", "00001"]),
        (["bear/00000", "boat/00000", "boat/00001"], ["bear/00000", "boat/00000", "boat/00001"]),
        (["day/s1/rgb/1", "day/s1/rgb/2", "day/s2/rgb/1"], ["s1/rgb/1", "s1/rgb/2", "s2/rgb/1"]),
        (["1", "s1/rgb/1", "s2/rgb/1"], ["1", "s1/rgb/1", "s2/rgb/1"]),
    ],
)
def test_as_many_folders_are_shown_as_tell_all_samples_apart(
    user: User, tmp_path: Path, names: list[str], shown: list[str]
) -> None:
    for name in names:
        path = tmp_path / "davis" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6)).save(path)
    user.open(tmp_path / "davis")
    model = user.window.samples.model
    rows = [model.index(row, 0).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount())]
    assert rows == shown
    named = user.window.canvas_bar.findChild(ElidedLabel, "sampleName")
    assert isinstance(named, ElidedLabel)
    assert named.text() == shown[0]


def test_the_open_sample_is_seen_where_it_was_when_the_list_gets_another_order(user: User, tmp_path: Path) -> None:
    for n in range(60):
        Image.new("RGB", (8, 6)).save(tmp_path / f"{n:02}.png")
    user.open(tmp_path)
    panel, project = user.window.samples, user.window.session.project
    assert project is not None
    user.window.bench.opener.go(project.samples[30])
    user.wait(lambda: panel.view.currentIndex().row() == 30)
    before = panel.view.current_seen_at()
    assert before is not None
    panel.show_dates({f"{n:02}": float(n % 2 == 0) + n / 100 for n in range(60)})
    panel._choose_order(Order.NEWEST)
    assert panel.view.currentIndex().row() == 14
    assert panel.view.current_seen_at() == before
