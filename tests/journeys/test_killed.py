"""The real window is killed while somebody paints in it; whoever opens it again finds every line."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY_PROJECT
from tests.journeys.user import User
from tests.journeys.window_painter import HEIGHT, LEFT, RIGHT, STEP, WIDTH


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("seed", range(3))
def test_every_finished_line_is_there_when_the_window_is_opened_again(user: User, tmp_path: Path, seed: int) -> None:
    root = tmp_path / "painted"
    (root / "images").mkdir(parents=True)
    Image.new("RGB", (WIDTH, HEIGHT), (90, 120, 30)).save(root / "images" / "a.png")
    (root / "segstudio.toml").write_text(TINY_PROJECT, encoding="utf-8")
    finished = killed_painting(root, random.Random(seed).uniform(0, 0.4))
    assert finished
    mask = root / "masks" / "a.png"
    if mask.exists():
        assert np.asarray(Image.open(mask)).shape == (HEIGHT, WIDTH)
    user.open(root)
    assert user.window.session.current is not None
    labels = user.window.session.current.document.labels
    assert (labels[finished, LEFT + 2 : RIGHT - 1] == 1).all()
    assert not labels[STEP // 2 :: STEP].any(), "nothing else is"
    assert not user.errors()


def killed_painting(root: Path, delay: float) -> list[int]:
    """Let somebody paint until a while after the first line, and return the rows that were told of."""
    command = [sys.executable, "-m", "tests.journeys.window_painter", str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline()]
        time.sleep(delay)  # the moment is what is tested
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL, "it ended by itself"
    return [int(row) for row in told if row.endswith("\n")]
