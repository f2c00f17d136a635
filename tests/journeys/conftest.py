"""The real window for journeys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from segstudio.gui.app import make_window
from segstudio.services.synthetic_cells import CELL_SCHEMA, draw_picture
from tests.journeys.user import PATIENCE, User


@pytest.fixture
def user(qtbot: QtBot, own_directories: None) -> Iterator[User]:
    window = make_window()
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    person = User(window, qtbot)
    yield person
    with qtbot.waitSignal(window.closed, timeout=PATIENCE):
        window.close()
    window.deleteLater()


@pytest.fixture
def cells(tiny_project: Path) -> Path:
    """Write a project that tells objects apart: one picture of cells without labels, and one with; return its root."""
    root = tiny_project.parent / "cells"
    (root / "images").mkdir(parents=True)
    (root / "masks").mkdir()
    for seed, name in enumerate(("a", "b")):
        picture = draw_picture(seed)
        Image.fromarray(picture.image).save(root / "images" / f"{name}.png")
    Image.fromarray(picture.labels).save(root / "masks" / "b.png")
    entries = "".join(
        f'[[class]]\nid = {c.id}\nname = "{c.name}"\ncolor = "#{bytes(c.color).hex()}"\n'
        + "".join(f"{key} = true\n" for key in ("thing", "background", "ignore") if getattr(c, key))
        for c in CELL_SCHEMA.classes
    )
    text = 'version = 1\ntask = "instances"\nimages = "images"\n[[labels]]\nname = "truth"\nfolder = "masks"\n'
    (root / "segstudio.toml").write_text(text + entries, encoding="utf-8")
    return root
