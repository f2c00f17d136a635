"""Small projects to compare in, and what one does there again and again."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segstudio.gui.analysis.page import Page
from segstudio.gui.widgets import Choice
from tests.journeys.user import User

STREET = {"road": "#7045a3", "car": "#148efa", "pole": "#dafab8"}


def write(path: Path, plane: NDArray[np.uint8]) -> None:
    """Write a picture, gray or RGB, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)


def write_project(
    root: Path, planes: Mapping[str, NDArray[np.uint8]], classes: Mapping[str, str], background: str = ""
) -> Path:
    """Write a project with labels in ``masks``; return its root.

    ``planes`` are its pictures by their paths without the ending, ``classes`` names and colours, with ids from 0 on.
    """
    for name, plane in planes.items():
        write(root / f"{name}.png", plane)
    text = 'version = 1\nimages = "images"\n[[labels]]\nname = "truth"\nfolder = "masks"\n'
    for i, (name, color) in enumerate(classes.items()):
        text += f'[[class]]\nid = {i}\nname = "{name}"\ncolor = "{color}"\n'
        text += "background = true\n" if name == background else ""
    (root / "segstudio.toml").write_text(text, encoding="utf-8")
    return root


def choose_a(user: User, run: str) -> None:
    """Choose a run as the prediction, in Metrics."""
    _choose(user.window.metrics.predictions.runs, run)


def choose_b(user: User, run: str) -> None:
    """Choose a run as the second prediction, or that there is none."""
    _choose(user.window.metrics.predictions.others, run)


def page_of(user: User, name: str) -> Page:
    """Show a page of the analysis and return it."""
    user.window.comparing.show_page(name)
    page = user.window.analysis.made(name)
    assert page is not None
    user.wait(page.isVisible)
    return page


def _choose(field: Choice, text: str) -> None:
    assert field.findText(text) >= 0, text
    field.setCurrentText(text)
    field.activated.emit(field.currentIndex())
