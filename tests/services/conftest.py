"""A session with a project of three samples."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.records import Project
from segstudio.services.opening import open_path
from segstudio.services.session import Session


@pytest.fixture
def project(tiny_project: Path) -> Project:
    """A project of the samples a, c and deep/b, with a run that predicts a, and b in another size."""
    for name, shape in (("a", (24, 32)), ("deep/b", (10, 10))):
        file = tiny_project / "predictions" / "one" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ones(shape, np.uint8)).save(file)
    return open_path(tiny_project)


@pytest.fixture
def session(project: Project) -> Session:
    session = Session()
    session.open_project(project)
    return session
