"""500 objects of complex outline: from a move of the pointer to the outline of what is below it, and a whole frame."""

import math
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from segstudio.core.raster import LabelMap
from segstudio.core.records import LabelSource, Project
from segstudio.gui.window import MainWindow
from segstudio.io.instances import write_label_map
from segstudio.services.opening import save_schema
from segstudio.services.synthetic_cells import CELL_SCHEMA
from tests.benchmarks.brush import Painter
from tests.benchmarks.desk import PaintCounter, desk, settle
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import texture
from tests.benchmarks.view import blit, centred, shown

TARGET_MS = 16.0
EDGE, COUNT = 4096, 500
CORNERS = 400
"""Of each outline: as many as a hand leaves that follows a ragged border."""
HOVERS, FRAMES, STROKES = 60, 20, 4
ZOOMS: dict[str, float | None] = {"fit": None, "1:1": 1.0}

Outline = NDArray[np.int32]
"""Shape (n, 2): x, y."""


def measure(
    folder: Path, edge: int = EDGE, count: int = COUNT, hovers: int = HOVERS, strokes: int = STROKES
) -> Iterator[Row]:
    """Hover over objects and paint among them, coloured by class and by object."""
    outlines = wobbly_outlines(edge, count)
    with desk(instance_project(folder, outlines, edge)) as window:
        bare = blit(window)
        for by_instance, (zoom, scale) in product((False, True), ZOOMS.items()):
            window.presenter.set_by_instance(by_instance)
            what = f"instances: {count} in {edge}, by {'instance' if by_instance else 'class'}, {zoom}"
            window.canvas.fit()
            view = window.canvas.view if scale is None else centred(window, scale)
            frames = [view.panned(i, i) for i in range(FRAMES)]
            yield Row(f"{what}, frame", shown(window, frames), TARGET_MS, 0.95, bare)
            yield Row(f"{what}, hover", hover(window, hovers), TARGET_MS, 0.95, bare)
            yield Row(
                f"{what}, brush r 50", Painter(window, "label", scale, 50).paint(strokes, 8), TARGET_MS, 0.95, bare
            )


def wobbly_outlines(edge: int, count: int, corners: int = CORNERS) -> list[Outline]:
    """Return ragged discs that fill a square, some touching; the same each time."""
    rng = np.random.default_rng(count)
    side = math.ceil(math.sqrt(count))
    step = edge / side
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    found: list[Outline] = []
    for i in range(count):
        waves = sum(rng.normal(0, 0.25 / k) * np.cos(k * angles + rng.uniform(0, 7)) for k in (3, 5, 9, 17, 40))
        radius = step * (0.42 + 0.1 * np.clip(waves, -1.5, 1.5))
        middle = np.array([i % side + 0.5, i // side + 0.5]) * step
        points = middle + radius[:, None] * np.stack((np.cos(angles), np.sin(angles)), axis=1)
        found.append(np.rint(np.clip(points, 0, edge - 1)).astype(np.int32))
    return found


def instance_project(root: Path, outlines: list[Outline], edge: int) -> Path:
    """Write a project of one square picture with an object for each outline; return its folder."""
    classes, numbers = np.zeros((edge, edge), np.uint8), np.zeros((edge, edge), np.int32)
    for number, outline in enumerate(outlines, 1):
        cv2.fillPoly(classes, [outline], 1 + number % 3)
        cv2.fillPoly(numbers, [outline], number)
    (root / "images").mkdir(parents=True)
    picture = texture(np.random.default_rng(edge), edge)
    cv2.imwrite(str(root / "images" / "cells.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    source = LabelSource("truth", root / "masks")
    write_label_map(source.target("cells"), LabelMap(classes, numbers.astype(np.uint32)), CELL_SCHEMA)
    save_schema(Project(root, CELL_SCHEMA, (), (source,), image_root=root / "images", task="instances"))
    return root


def hover(window: MainWindow, times: int) -> list[float]:
    """Move the pointer from one object to another; return the milliseconds until the outline of each is painted."""
    window.choose_tool("pick")  # no brush round the pointer: what is painted is the outline alone
    settle()
    paints, found = PaintCounter(window.canvas), list[float]()
    for at in places(window, times):
        before, began = paints.count, time.perf_counter()
        _move(window, at)
        paints.await_paint(before)
        found.append(1000 * (time.perf_counter() - began))
    window.choose_tool("brush")
    return found


def places(window: MainWindow, times: int) -> list[QPointF]:
    """Return points in sight on objects, no two in a row on the same one."""
    current, canvas, rng = window.session.current, window.canvas, np.random.default_rng(0)
    assert current is not None
    assert current.document.instances is not None
    found: list[QPointF] = []
    last = 0
    while len(found) < times:
        at = QPointF(float(rng.integers(canvas.width())), float(rng.integers(canvas.height())))
        x, y = canvas.view.to_image(at.x() + 0.5, at.y() + 0.5)
        height, width = current.document.instances.shape
        number = int(current.document.instances[int(y), int(x)]) if 0 <= x < width and 0 <= y < height else 0
        if number not in (0, last):
            found.append(at)
            last = number
    return found


def _move(window: MainWindow, at: QPointF) -> None:
    where = window.canvas.mapToGlobal(at)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, at, where, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window.canvas, event)
