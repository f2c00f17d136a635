"""What a hover takes in labelme: ``python -m tests.benchmarks.labelme_hover POLYGONS.json EDGE TIMES`` prints JSON.

In a process of its own, for labelme brings another Qt.
"""

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1290, 860
"""Of the canvas, as in a window of 1600 x 1000."""


def hover(polygons: list[list[list[int]]], edge: int, times: int) -> list[float]:
    """Return the milliseconds from each move onto another polygon until labelme has painted."""
    core, gui, widgets = (import_module(f"PyQt5.{name}") for name in ("QtCore", "QtGui", "QtWidgets"))
    app = widgets.QApplication([])
    canvas = import_module("labelme.widgets.canvas").Canvas()
    picture = gui.QPixmap(edge, edge)
    picture.fill(gui.QColor("gray"))
    canvas.load_pixmap(picture)
    canvas.load_shapes([_shape(points, core) for points in polygons])
    canvas.set_editing(True)
    canvas.scale = min(WIDTH, HEIGHT) / edge
    canvas.resize(WIDTH, HEIGHT)
    canvas.show()
    app.processEvents()
    painted = _count_paints(canvas, core)
    found: list[float] = []
    for i in range(times):
        middle = [sum(axis) / len(axis) for axis in zip(*polygons[i * 7 % len(polygons)], strict=True)]
        offset = canvas._compute_image_origin_offset()
        at = core.QPointF((middle[0] + offset.x()) * canvas.scale, (middle[1] + offset.y()) * canvas.scale)
        none = core.Qt.NoButton
        event = gui.QMouseEvent(core.QEvent.MouseMove, at, none, none, core.Qt.NoModifier)
        before, began = len(painted), time.perf_counter()
        app.sendEvent(canvas, event)
        while len(painted) == before:
            app.processEvents()
        found.append(1000 * (time.perf_counter() - began))
    return found


def _shape(points: list[list[int]], core: Any) -> Any:
    shape = import_module("labelme._shape").Shape(label="cell", shape_type="polygon")
    for x, y in points:
        shape.add_point(core.QPointF(x, y))
    shape.close()
    return shape


def _count_paints(canvas: Any, core: Any) -> list[None]:
    """Return a list that grows by one with each paint."""
    painted: list[None] = []
    paint = canvas.paintEvent

    def counted(event: Any) -> None:
        paint(event)
        painted.append(None)

    canvas.paintEvent = counted
    return painted


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(hover(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2]), int(sys.argv[3]))))
