"""What the actions do that takes more than a line; each is given the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from segstudio import __version__
from segstudio.core.records import Keep
from segstudio.gui.keys.dialog import KeyDialog
from segstudio.gui.keys.sheet import KeySheet
from segstudio.gui.model.file_dialog import ModelDialog
from segstudio.gui.model.zoo_browser import ZooBrowser
from segstudio.gui.model_loading import Side
from segstudio.gui.presenter import LAYOUTS
from segstudio.gui.scrolling import scroll_to
from segstudio.io.images import IMAGE_SUFFIXES
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def ask_folder(window: MainWindow) -> None:
    chosen = QFileDialog.getExistingDirectory(window, "Open a folder of images", _start(window))
    if chosen:
        window.bench.open(Path(chosen))


def ask_image(window: MainWindow) -> None:
    images = "Images (" + " ".join(f"*{suffix}" for suffix in sorted(IMAGE_SUFFIXES)) + ");;All files (*)"
    chosen, _ = QFileDialog.getOpenFileName(window, "Open an image", _start(window), images)
    if chosen:
        window.bench.open(Path(chosen))


def ask_predictions(window: MainWindow, side: Side | None = None) -> None:
    title = "Add a folder of predictions" + (f", as {side.upper()}" if side is not None else "")
    chosen = QFileDialog.getExistingDirectory(window, title, _start(window))
    if chosen:
        window.bench.link_predictions(Path(chosen), side)


def _start(window: MainWindow) -> str:
    """Return where a file dialog begins: beside what was open last."""
    recent = window.bench.settings.recent()
    return str(recent[0].parent) if recent else ""


def ask_model(window: MainWindow, side: Side = "a") -> None:
    title = "Load a model" if side == "a" else "Load a model beside, as B"
    dialog = ModelDialog(window, title, _model_start(window))
    dialog.picked.connect(lambda path: window.bench.predictor.load(path, side))
    dialog.open()


def ask_model_folder(window: MainWindow) -> None:
    chosen = QFileDialog.getExistingDirectory(window, "Load a model folder", _model_start(window))
    if chosen:
        window.bench.predictor.load(Path(chosen))


def _model_start(window: MainWindow) -> str:
    """Return where a dialog for models begins: beside the one that was loaded last, but for the sample model.

    Before any was, it begins in the folder of the project.
    """
    recent = (path.parent for path in window.bench.settings.recent_models() if path != resource(MODEL))
    project = window.session.project
    beside = (project.root,) if project is not None else ()
    return next((str(folder) for folder in (*recent, *beside) if folder.is_dir()), _start(window))


def undo(window: MainWindow) -> None:
    """Take back the last corner of a shape that is being drawn, else the region kept last, else the last step."""
    if window.canvas.hand.back():
        window.canvas.update()
    elif not window.errors.take_back_kept() and window.session.current is not None:
        window.bench.edits.undo(window.session.current.document)


def redo(window: MainWindow) -> None:
    if window.session.current is not None:
        window.bench.edits.redo(window.session.current.document)


def toggle_bare(window: MainWindow) -> None:
    """Hide what lies over the picture, or show it again."""
    window.canvas.bare = not window.canvas.bare
    window.canvas.update()
    window.hidden_labels.show()


def toggle_outline(window: MainWindow) -> None:
    p = window.presenter
    if "outline" in LAYOUTS[p.mode]:
        p.set_layout("fill" if p.layout_key == "outline" else "outline")


def toggle_theme(window: MainWindow) -> None:
    window.theme.toggle()
    window.bench.settings.theme = window.theme.mode


def predict_folder(window: MainWindow) -> None:
    """Predict every sample of the project into a new run."""
    project = window.session.project
    panel = window.model_panel.predict
    keep = Keep(confidence=panel.keep.isChecked())
    samples = project.samples if project else ()
    window.bench.predictor.predict_all(samples, panel.batch.value(), keep, panel.sides)


def show_architectures(window: MainWindow) -> None:
    ZooBrowser.show_over(window)


def show_export(window: MainWindow) -> None:
    """Go to where the model that is shown is exported."""
    window.set_mode("predict")
    section = window.model_panel.exporting.section
    section.set_opened(True)
    section.kind.setFocus()
    scroll_to(section)


def find(window: MainWindow) -> None:
    window.finder.toggle()


def show_keys(window: MainWindow) -> None:
    KeySheet.show_over(window)


def change_keys(window: MainWindow) -> None:
    KeyDialog.show_over(window)


def show_about(window: MainWindow) -> None:
    box = QMessageBox(QMessageBox.Icon.NoIcon, "About segstudio", f"segstudio {__version__}", parent=window)
    box.setInformativeText("Label segmentation masks, predict them, and compare the two.")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
