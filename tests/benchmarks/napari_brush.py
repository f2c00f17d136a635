"""What the brush of napari takes: ``python -m tests.benchmarks.napari_brush PROJECT STROKES RADII`` prints JSON.

In a process of its own, for napari brings its own settings, threads and OpenGL.
"""

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import count, islice
from pathlib import Path
from typing import Any

import cv2

from segstudio.io.masks import read_mask
from segstudio.services.synthetic_cells import CELL_SCHEMA
from tests.benchmarks.brush import EVENT_MS, Hand
from tests.benchmarks.desk import SIZE, settle

FIRST_LABEL = 4
"""A new one for each stroke, beyond those of the picture: napari does not draw where nothing changes."""


def brush(project: Path, strokes: int, radii: Sequence[int]) -> list[list[float]]:
    """Return the milliseconds of each press and move until napari has painted: for "fit" and "1:1", for each radius."""
    viewer = import_module("napari").Viewer()
    viewer.window.resize(*SIZE)
    picture = cv2.imread(str(project / "images" / "large.png"))
    assert picture is not None
    viewer.add_image(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    layer = viewer.add_labels(read_mask(project / "masks" / "large.png", CELL_SCHEMA))
    layer.mode = "paint"
    settle()
    viewer.reset_view()
    fit = viewer.camera.zoom
    canvas = viewer.window._qt_viewer.canvas.native
    assert canvas.isValid(), "there is no OpenGL"
    finish = import_module("vispy.gloo.gl").glFinish
    hand = Hand(canvas, lambda: (canvas.makeCurrent(), finish()))
    found: list[list[float]] = []
    labels = count(FIRST_LABEL)
    for zoom in (fit, 1.0):
        viewer.camera.zoom = zoom
        for radius in radii:
            layer.brush_size = 2 * radius
            settle()
            found.append(_painted(viewer, layer, hand, list(islice(labels, strokes))))
    viewer.close()
    return found


def _painted(viewer: Any, layer: Any, hand: Hand, labels: Sequence[int]) -> list[float]:
    times: list[float] = []
    for number, label in enumerate(labels):
        layer.selected_label = label
        times += hand.stroke(number / len(labels), EVENT_MS)[0]
        assert layer.get_value(viewer.cursor.position, world=True) == label, "napari did not paint"
    return times


if __name__ == "__main__":
    print(json.dumps(brush(Path(sys.argv[1]), int(sys.argv[2]), [int(radius) for radius in sys.argv[3].split(",")])))
