"""What memory the open sample takes, and what the strokes on it."""

from collections.abc import Iterator
from pathlib import Path

from segstudio.gui.window import MainWindow
from tests.benchmarks.brush import Painter
from tests.benchmarks.desk import desk
from tests.benchmarks.report import Row
from tests.benchmarks.resident import STATM, resident
from tests.benchmarks.scenes import large_project

EDGE, LARGE_EDGE, STROKES = 8192, 16384, 100
TARGETS_MB = {50: 5.0, 200: 20.0}
"""For all strokes together, by radius."""
RATIO = 1.5
PYRAMID = 4 / 3
"""A picture and all its halvings, against the picture alone."""


def measure(folder: Path, edge: int = EDGE, large: int = LARGE_EDGE, strokes: int = STROKES) -> Iterator[Row]:
    """Figures are megabytes. The peer of an open sample is what it needs: RGB32 and labels, with their halvings."""
    with desk(large_project(folder / str(edge), edge)) as window:
        for radius, target in TARGETS_MB.items():
            yield from _painted(window, radius, strokes, target)
    if STATM.exists():
        project = large_project(folder / str(large), large)
        with desk() as window:
            before = resident()
        with desk(project) as window:
            assert window.session.current is not None
            needed = PYRAMID * 5 * large**2 / 1e6
            held = 0 if window.session.current.prediction is None else large**2 / 1e6
            taken = max(resident() - before - held, 0)  # what was let go elsewhere meanwhile can be more
        yield Row(f"memory: {large} px open, MB (peer: what is needed)", [taken], RATIO * needed, 1.0, [needed])


def _painted(window: MainWindow, radius: int, strokes: int, target: float) -> Iterator[Row]:
    assert window.session.current is not None
    history = window.session.current.document.history
    before, resident_before = len(history.steps), resident()
    Painter(window, "label", 1.0, radius).paint(strokes, 0)
    steps = history.steps[before:]
    for step in steps:
        step.to_bytes()  # compresses it, as the journal soon does
    what = f"memory: {strokes} strokes of r {radius} at 1:1, MB"
    yield Row(f"{what} of undo steps", [sum(step.nbytes for step in steps) / 1e6], target, 1.0)
    if STATM.exists():
        yield Row(f"{what} resident", [max(resident() - resident_before, 0.0)])
