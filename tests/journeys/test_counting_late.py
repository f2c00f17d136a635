"""After a change of most of a picture the window goes on, and what is counted follows."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.gui.reactions import objects as objects_module
from segstudio.services import instances as instances_module
from tests.journeys.user import User

SIDE = 800
PROJECT = """version = 1
task = "instances"
images = "images"
[[labels]]
name = "truth"
folder = "masks"
[[class]]
id = 0
name = "background"
background = true
[[class]]
id = 1
name = "cell"
thing = true
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Write a project of one picture that is one object, counted in sixteen parts; return its root."""
    for folder, plane in (("images", np.zeros((SIDE, SIDE, 3), np.uint8)), ("masks", np.ones((SIDE, SIDE), np.uint8))):
        (tmp_path / folder).mkdir()
        Image.fromarray(plane).save(tmp_path / folder / "a.png")
    (tmp_path / "segstudio.toml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


def test_the_pointer_waits_for_nothing_and_deleting_an_object_for_the_count(
    user: User, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(large)
    model, current = user.window.instances_panel.model, user.window.session.current
    user.wait(lambda: model.rowCount() == 1)
    assert current is not None
    assert current.instances is not None
    (before,) = current.instances.all()
    for module, name in ((instances_module, "SOON_S"), (objects_module, "SLICE_S")):
        monkeypatch.setattr(module, name, -1.0)  # time for a small part at once
    stroke = current.document.begin("x")
    stroke.paint(np.ones((SIDE, SIDE - 10), np.bool_), (0, 0), 1, 2)
    stroke.commit()
    user.window.canvas.pointed.emit((300.0, 300.0))
    user.window.objects.delete(before)
    assert not current.instances.catch_up(-1.0), "all but a part waits still"
    user.wait(lambda: [model.index(row).data() for row in range(model.rowCount())] == ["cell #2"])
    user.wait(lambda: not user.window.bench.edits.busy)
    assert not current.document.labels[:, -10:].any(), "what was left of the object is gone"
    user.wait(lambda: list(user.window.objects._lit) == [2])
