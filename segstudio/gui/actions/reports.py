"""The rows of the menu Compare that write the numbers to a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from segstudio.gui.actions.table import ActionSpec
from segstudio.gui.files import ask_file
from segstudio.services.report_kinds import KINDS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Compare/Save the numbers"


def _can_report(window: MainWindow) -> bool:
    return window.session.project is not None and window.session.run is not None


def _ask_and_write(key: str, window: MainWindow) -> None:
    kind, run, project = KINDS[key], window.session.run, window.session.project
    if run is None or project is None:
        return
    path = ask_file(window, kind.text, f"{project.root.name}-{run.name}", kind.text, kind.suffix)
    if path is not None:
        window.reporter.write(kind, path)


ROWS: dict[str, ActionSpec] = {
    f"report {key}": ActionSpec(
        f"Save: {kind.text}",
        MENU,
        partial(_ask_and_write, key),
        icon="download-outline",
        separated=key == next(iter(KINDS)),
        enabled=_can_report,
        reason="Choose predictions to compare with first",
    )
    for key, kind in KINDS.items()
}
