"""The benchmarks still run, and measure what they say; how fast, they say themselves."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.benchmarks import (
    brush,
    evaluate,
    fill,
    heartbeat,
    instances,
    live,
    memory,
    objects,
    opening,
    outlines,
    peers,
    pixels,
    start,
    stepping,
    view,
    zoo,
)
from tests.benchmarks.report import HEADS, Row, table

ROOT = Path(__file__).parents[1]

TINY: dict[str, Callable[[Path, Path], Iterator[Row]]] = {
    "brush": lambda folder, _: brush.measure(folder, edges=[1200], radii=[4], strokes=1),
    "instances": lambda folder, _: instances.measure(folder, edge=1200, count=9, hovers=3, strokes=1),
    "view": lambda folder, _: view.measure(folder, edge=1200, scales=[0.5], frames=2),
    "memory": lambda folder, _: memory.measure(folder, edge=1200, large=1300, strokes=2),
    "fill": lambda folder, _: fill.measure(folder, edge=1200, times=1),
    "opening": lambda folder, _: opening.measure(folder, edge=600, times=1),
    "start": lambda folder, _: start.measure(folder, times=1),
    "stepping": lambda folder, project: stepping.measure(folder, project, steps=2),
    "evaluate": lambda folder, project: evaluate.measure(folder, [project / "masks"], times=1),
    "heartbeat": lambda folder, _: heartbeat.measure(folder, images=2, idle_ms=20),
    "pixels": lambda folder, _: pixels.measure(folder, shape=(300, 400), times=1),
    "objects": lambda folder, _: objects.measure(folder, shape=(64, 96), images=2, times=1),
    "live": lambda folder, _: live.measure(folder, edges=[300], radii=[10], events=8),
    "outlines": lambda folder, _: outlines.measure(folder, shape=(120, 200), times=1),
    "peers": lambda folder, _: peers.measure(folder, edges=[1200], radii=[4], strokes=1, corners=[40], count=9),
    "zoo": lambda folder, _: zoo.measure(folder, side=32, times=1, pairs=zoo.PAIRS[-1:], seconds=0),
}


def test_networks_are_measured_where_there_is_no_qt() -> None:
    words = "import sys; sys.modules['PySide6'] = None; import tests.benchmarks.zoo"
    subprocess.run([sys.executable, "-W", "ignore", "-c", words], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", TINY)
def test_a_benchmark_measures(name: str, tmp_path: Path, tiny_project: Path, qtbot: QtBot) -> None:
    rows = list(TINY[name](tmp_path / name, tiny_project))
    assert rows
    for row in rows:
        assert row.what.startswith(name)
        assert len(row.times) > 0
        assert min(row.times) >= 0


def test_the_table_says_what_was_missed() -> None:
    rows = [Row("slow", [1.0, 3.0, 5.0], 2.0, peer=[1.5]), Row("fast", [1.0, 1.0, 9.0], 2.0), Row("free", [4.0])]
    lines = table(rows).splitlines()
    assert lines[0].split() == [head for head in HEADS if head]
    assert [row.met for row in rows] == [False, True, None]
    assert " ".join(lines[1].split()) == "slow 3.00 4.80 4.96 5.00 3 median <= 2 MISSED 1.50 2.00"
    assert Row("late", [1.0, 1.0, 9.0], 2.0, 0.99).met is False


def test_the_command_names_the_benchmarks() -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "--help"]
    said = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True).stdout
    assert all(name in said for name in TINY)
