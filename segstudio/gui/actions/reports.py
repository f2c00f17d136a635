"""The rows of the menu Compare that write the numbers to a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from segstudio.gui.actions.table import ActionSpec
from segstudio.services.project_report import KINDS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Compare/Save the numbers"


def _can_report(window: MainWindow) -> bool:
    return window.session.project is not None and window.session.run is not None


def _ask_and_write(key: str, window: MainWindow) -> None:
    kind, run = KINDS[key], window.session.run
    if run is None:
        return
    name = f"{run.name}.{kind.suffix}"
    chosen, _ = QFileDialog.getSaveFileName(window, kind.text, name, f"{kind.text} (*.{kind.suffix})")
    if chosen:
        path = Path(chosen)
        window.reporter.write(kind, path if path.suffix else path.with_suffix(f".{kind.suffix}"))


ROWS: dict[str, ActionSpec] = {
    f"report {key}": ActionSpec(
        f"Save: {kind.text}",
        MENU,
        partial(_ask_and_write, key),
        icon="download-outline",
        separated=key == next(iter(KINDS)),
        enabled=_can_report,
    )
    for key, kind in KINDS.items()
}
