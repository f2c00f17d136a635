"""What is dropped on the window is opened."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from segstudio.gui.workbench import Workbench


def welcome_drag(event: QDragEnterEvent) -> None:
    """Take what has files or folders in it."""
    if event.mimeData().hasUrls():
        event.acceptProposedAction()


def open_dropped(event: QDropEvent, bench: Workbench) -> None:
    """Open the first file or folder."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    for path in paths[:1]:
        bench.open(path)
