"""Files that the user asks for: where to, written whole, told with a way to look at them."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from segstudio.core.errors import UnwritableFile
from segstudio.gui.messages import Messages
from segstudio.gui.settings import Settings
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import tool_button
from segstudio.io.files import write_atomically

Files = dict[str, tuple[str, Callable[[], str]]]
"""By suffix, what a file is called and what is in it, asked when it is wanted."""


def ask_file(parent: QWidget, title: str, name: str, kind: str, suffix: str) -> Path | None:
    """Ask where a file is to be written; None where that is given up. ``name`` may hold anything.

    It begins in the folder that was saved to last, else beside the project.
    """
    settings = Settings()
    offered = (settings.save_folder or Path()) / (re.sub(r"[^\w.-]+", "-", name).strip("-") + f".{suffix}")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(offered), f"{kind} (*.{suffix})")
    if not chosen:
        return None
    path = Path(chosen)
    settings.save_folder = path.parent
    return path if path.suffix else path.with_suffix(f".{suffix}")


def write_told(path: Path, data: bytes, messages: Messages) -> None:
    """Write a file whole and say so, or why not."""
    try:
        write_atomically(path, data)
    except UnwritableFile as error:
        messages.fail(error)
    else:
        tell_written(path, messages)


def tell_written(path: Path, messages: Messages) -> None:
    messages.info(f"Saved {path.name}", str(path.parent), "Show file", lambda: show_file(path))


def show_file(path: Path) -> None:
    """Open a file with the program that the system has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def files_button(theme: Theme, tip: str, name: Callable[[], str], files: Files, messages: Messages) -> QToolButton:
    """Return a button with a menu of the files that something can be saved as."""
    button = tool_button(theme, "download-outline", tip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    for suffix, (kind, _) in files.items():
        action = QAction(f"Save as {kind} ...", menu)
        action.triggered.connect(lambda _=False, suffix=suffix: _save(button, name(), suffix, files, messages))
        menu.addAction(action)
    button.setMenu(menu)
    return button


def _save(parent: QWidget, name: str, suffix: str, files: Files, messages: Messages) -> None:
    kind, content = files[suffix]
    path = ask_file(parent, f"Save as {kind}", name, kind, suffix)
    if path is not None:
        write_told(path, content().encode(), messages)
