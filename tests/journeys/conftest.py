"""The real window for journeys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image
from pytestqt.qtbot import QtBot

from segstudio.gui.app import make_window
from segstudio.models.zoo import build_network
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


@pytest.fixture
def weights(tmp_path: Path) -> Callable[[str, int], Path]:
    """Return the function that writes the weights of a small U-Net, as another program would have saved them."""

    def write(name: str, seed: int) -> Path:
        torch.manual_seed(seed)
        network = build_network("unet", 3, 2, width=4, depth=2)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.5)
        torch.save({"state_dict": network.state_dict()}, tmp_path / name)
        return tmp_path / name

    return write
