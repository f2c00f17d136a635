"""The same work by hand in other programs, in the same run: napari's brush and labelme's hover, where installed."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from tests.benchmarks.brush import EVENT_MS, ZOOMS, Painter
from tests.benchmarks.desk import desk
from tests.benchmarks.instances import CORNERS, COUNT, Outline, hover, instance_project, wobbly_outlines
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import large_project

EDGES, RADII = (2048, 8192), (10, 50, 200)
STROKES = 3
HOVER_EDGE, HOVERS = 4096, 10
"""Few: one takes seconds in labelme."""
LONGEST = 200
"""Characters of what a program says that fails."""


def measure(
    folder: Path,
    edges: Sequence[int] = EDGES,
    radii: Sequence[int] = RADII,
    strokes: int = STROKES,
    corners: Sequence[int] = (40, CORNERS),
    count: int = COUNT,
) -> Iterator[Row]:
    """Paint the same strokes with our brush and napari's; hover over the same polygons in our window and labelme's.

    A program that is not installed, or that fails, is named on stderr; our row comes without it.
    """
    napari_runs, labelme_runs = _runs("napari"), _runs("labelme")
    for edge in edges:
        project = large_project(folder / str(edge), edge)
        yield from brush(project, edge, radii, strokes, napari(project, radii, strokes) if napari_runs else [])
    for number in corners:
        root = folder / f"{number} corners"
        outlines = wobbly_outlines(HOVER_EDGE, count, number)
        project = instance_project(root, outlines, HOVER_EDGE)
        theirs = labelme(outlines, root) if labelme_runs else []
        with desk(project) as window:
            window.canvas.fit()
            what = f"peers: hover, {count} outlines of {number} corners"
            yield _row(what, hover(window, HOVERS), "labelme", theirs)


def brush(
    project: Path, edge: int, radii: Sequence[int], strokes: int, theirs: Sequence[Sequence[float]]
) -> Iterator[Row]:
    """Paint in our window; ``theirs`` are napari's times in the same order, empty where there are none."""
    with desk(project) as window:
        for number, (zoom, radius) in enumerate(product(("fit", "1:1"), radii)):
            ours = Painter(window, "label", ZOOMS[zoom], radius).paint(strokes, EVENT_MS)
            yield _row(f"peers: brush {edge}, {zoom}, r {radius}", ours, "napari", theirs[number] if theirs else [])


def napari(project: Path, radii: Sequence[int], strokes: int) -> list[list[float]]:
    """Return the milliseconds of each press and move in napari, fit and 1:1, for each radius."""
    times: list[list[float]] = _ask("napari", "napari_brush", project, strokes, ",".join(map(str, radii)))
    return times


def labelme(outlines: list[Outline], folder: Path) -> list[float]:
    """Return what a hover takes in labelme 6."""
    polygons = folder / "polygons.json"
    polygons.write_text(json.dumps([outline.tolist() for outline in outlines]))
    times: list[float] = _ask("labelme", "labelme_hover", polygons, HOVER_EDGE, HOVERS)
    return times


def _runs(peer: str) -> bool:
    """Return whether a program can run here; else say why not."""
    if importlib.util.find_spec(peer) is None:
        return _say(f"{peer} is not installed")
    bare = sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if peer == "napari" and bare:
        return _say("napari needs a display with OpenGL, and neither DISPLAY nor WAYLAND_DISPLAY is set")
    return True


def _ask(peer: str, module: str, *arguments: object) -> Any:
    """Return the times that a program measured in a process of its own; none, and the fault on stderr, if it failed."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    # The Qt that is here, on the display: offscreen it draws no OpenGL. No settings of the user's, nor any left behind.
    environment = {**os.environ, "QT_API": "pyside6", "NAPARI_CONFIG": ""}
    if peer == "napari" and environment.get("QT_QPA_PLATFORM") == "offscreen":
        del environment["QT_QPA_PLATFORM"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        fault = (ran.stderr.splitlines() or [""])[-1][:LONGEST]
        _say(f"{peer} failed with exit code {ran.returncode}: {fault}")
        return []
    return json.loads(ran.stdout.splitlines()[-1])


def _row(what: str, ours: Sequence[float], peer: str, theirs: Sequence[float]) -> Row:
    return Row(f"{what} (peer: {peer})", ours, peer=theirs) if theirs else Row(what, ours)


def _say(reason: str) -> bool:
    sys.stderr.write(f"peers: {reason}\n")
    return False
