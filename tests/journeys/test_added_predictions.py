"""Predictions from a folder elsewhere, added in the window: read as what they are, and remembered."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from tests.journeys.user import User


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
