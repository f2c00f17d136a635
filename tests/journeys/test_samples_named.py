"""Samples are told apart by their folders where several share a name."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt

from segstudio.gui.widgets import ElidedLabel
from tests.journeys.user import User


def test_samples_of_one_name_are_shown_with_their_folders(user: User, tmp_path: Path) -> None:
    for name in ("bear/00000", "boat/00000", "boat/00001"):
        path = tmp_path / "davis" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 6)).save(path)
    user.open(tmp_path / "davis")
    model = user.window.samples.model
    shown = [model.index(row, 0).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount())]
    assert shown == ["bear/00000", "boat/00000", "boat/00001"]
    named = user.window.canvas_bar.findChild(ElidedLabel, "sampleName")
    assert isinstance(named, ElidedLabel)
    assert named.text() == "bear/00000"
