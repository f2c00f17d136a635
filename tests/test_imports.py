"""What starting costs: torch and Qt are loaded by the first thing that needs them, not before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from tests.models.loaders.onnx_graphs import write_graph

ROOT = Path(__file__).parents[1]

BEGIN = """
import importlib, pkgutil, runpy, sys
looked_for, *arguments = sys.argv[1:]
"""

WALK = """
for name in arguments:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
"""

HELP = """
sys.argv = ["segstudio", *arguments]
try:
    runpy.run_module("segstudio", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""

WINDOW = """
from PySide6.QtWidgets import QApplication

def look_about(*_):
    for _ in range(20):
        QApplication.processEvents()
    assert any(window.isVisible() for window in QApplication.topLevelWidgets())
    return 0

QApplication.exec = look_about
sys.argv = ["segstudio", *arguments]
try:
    runpy.run_module("segstudio", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""

REPORT = """
print(*(name for name in looked_for.split() if name in sys.modules), file=sys.stderr)
"""


def loaded(names: str, script: str, *arguments: str) -> str:
    """Run a script in an interpreter of its own and return which of the modules ``names`` it has loaded at its end."""
    command = [sys.executable, "-c", BEGIN + script + REPORT, names, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # The offscreen platform says of every window that it cannot hint sizes.
    return "\n".join(line for line in done.stderr.splitlines() if "propagateSizeHints" not in line).strip()


def test_no_module_outside_models_loads_torch() -> None:
    packages = ("core", "editing", "tools", "io", "metrics", "overlays", "services", "cli", "gui")
    assert loaded("torch", WALK, *(f"segstudio.{name}" for name in packages)) == ""


def test_nothing_below_the_window_loads_qt() -> None:
    packages = ("core", "editing", "tools", "io", "metrics", "overlays", "models", "services", "cli")
    assert loaded("PySide6 qtawesome", WALK, *(f"segstudio.{name}" for name in packages)) == ""


@pytest.mark.parametrize("command", [[], ["predict"], ["evaluate"], ["train"], ["models"], ["demo"]])
def test_help_loads_neither_torch_nor_qt(command: list[str]) -> None:
    assert loaded("torch PySide6", HELP, *command, "--help") == ""


def test_telling_what_a_file_is_loads_nothing_that_runs_a_model(tmp_path: Path) -> None:
    runs = "segstudio.services.predict segstudio.services.opening cv2"
    assert loaded(runs, HELP, "inspect", str(resource(MODEL))) == ""
    graph = write_graph(tmp_path / "net.onnx")
    assert loaded(f"torch onnxruntime {runs}", HELP, "inspect", str(graph)) == ""


@pytest.mark.skipif(os.name == "nt", reason="on Windows torch has to be loaded before Qt")
def test_the_window_opens_a_project_without_torch(tiny_project: Path) -> None:
    assert loaded("torch", WINDOW, str(tiny_project)) == ""
