"""Killed at any moment of painting and saving, a hundred times: no finished stroke is missing, no mask is torn."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from PIL import Image

from segstudio.editing.document import Document
from tests.conftest import TINY_PROJECT
from tests.services.painter import change, resumed

KILLS = 50
IN_A_ROW = 10
"""Times that the same image is painted on: what was recovered is painted on again."""

LONGEST_S = 0.06
MOST_AHEAD = 3
"""Changes that may be in the journal when the process is killed before it could say so."""


@pytest.fixture
def painter() -> Iterator[tuple[IO[str], IO[str]]]:
    """Start a process that forks painters; its pipes."""
    command = [sys.executable, "-m", "tests.services.painter"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout
        process.stdin.close()


def make_project(root: Path, task: str) -> Path:
    (root / "images").mkdir(parents=True)
    Image.new("RGB", (220, 200), (90, 120, 30)).save(root / "images" / "a.png")
    (root / "segstudio.toml").write_text(TINY_PROJECT.replace("semantic", task), encoding="utf-8")
    return root


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, which this system cannot")
@pytest.mark.parametrize("task", ["semantic", "instances"])
def test_no_finished_stroke_is_lost_and_no_mask_is_torn(
    task: str, tmp_path: Path, painter: tuple[IO[str], IO[str]]
) -> None:
    wishes, reports = painter
    chance = random.Random(task)
    finished = 0
    for round_ in range(KILLS):
        if round_ % IN_A_ROW == 0:
            project = make_project(tmp_path / str(round_), task)
        document = resumed(project)[1].document
        seed = 1000 * round_
        wishes.write(f"{project} {seed}\n")
        told = kill_at(reports, chance.uniform(0, LONGEST_S))
        finished += told
        check_masks(project)
        check_recovered(project, document, seed, told)
    assert finished > KILLS, "it was killed before it had done anything"


def kill_at(reports: IO[str], delay: float) -> int:
    """Kill the child a while after its first change, and return how many it has told of."""
    child = int(reports.readline().removeprefix("child "))
    told = 0
    line = reports.readline()
    time.sleep(delay)  # the moment is what is tested
    os.kill(child, signal.SIGKILL)
    while not line.startswith("ended"):
        assert int(line) == told
        told += 1
        line = reports.readline()
    assert line == f"ended {-signal.SIGKILL}\n", "it ended by itself: a fault of its own"
    return told


def check_masks(project: Path) -> None:
    for path in (project / "masks").rglob("*.png"):
        if not path.name.startswith("."):
            with Image.open(path) as mask:
                mask.load()
                assert mask.size == (220, 200)


def check_recovered(project: Path, document: Document, seed: int, told: int) -> None:
    """Compare with what the same changes make of the labels of before: all that were told of, and maybe some more."""
    now = resumed(project)[1]
    assert now.contested is None
    for number in range(told):
        change(document, seed + number)
    for number in range(told, told + MOST_AHEAD):
        if same(document, now.document):
            break
        change(document, seed + number)
    else:
        pytest.fail(f"after {told} changes from seed {seed} something else was recovered")
    assert [e.text for e in now.document.history.steps] == [e.text for e in document.history.steps]
    assert now.document.history.undo_text == document.history.undo_text


def same(one: Document, other: Document) -> bool:
    if (one.instances is None) != (other.instances is None):
        return False
    numbers = one.instances is None or other.instances is None or np.array_equal(one.instances, other.instances)
    return numbers and np.array_equal(one.labels, other.labels)
