"""What is dropped on the window is opened, or compared with what is open."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from segstudio.gui.workbench import Workbench


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
