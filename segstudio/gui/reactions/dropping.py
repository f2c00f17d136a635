"""What is dropped on the window is opened, or compared with what is open."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from segstudio.gui.workbench import Workbench


def leave_drops_to(window: QWidget) -> None:
    """Keep fields from taking a file that is dropped on them for its name: it is for the window, wherever it falls."""
    for kind in (QLineEdit, QPlainTextEdit):
        for field in window.findChildren(kind):
            field.setAcceptDrops(False)


def welcome_drag(event: QDragEnterEvent) -> None:
    """Take what has files or folders in it."""
    if event.mimeData().hasUrls():
        event.acceptProposedAction()


def open_dropped(event: QDropEvent, bench: Workbench, comparing: bool) -> None:
    """Open the first file or folder, two models as A and B; while one compares, a folder is one of predictions."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    for path in paths[:1]:
        if comparing and path.is_dir():
            bench.link_predictions(path)
        else:
            bench.open(path, paths[1] if len(paths) > 1 else None)
