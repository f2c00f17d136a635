"""The window comes back as it was left: its place, its panels, the tool and what was set of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSplitter

from segstudio.gui.widgets import Section
from segstudio.tools import TOOLS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def restore(window: MainWindow) -> None:
    """Put everything where it was the last time, as far as it is still there."""
    settings, options = window.bench.settings, window.session.options
    options.values.update(settings.tool_values)
    options.resize(settings.brush_size)
    if settings.tool in TOOLS:
        window.choose_tool(settings.tool)
    for name, splitter in _splitters(window).items():
        state = settings.splitter(name)
        if not state.isEmpty():
            splitter.restoreState(state)
    for section in _sections(window):
        if section.title.text() in settings.sections:
            section.set_opened(settings.sections[section.title.text()])
    if not settings.geometry.isEmpty():
        window.restoreGeometry(settings.geometry)


def keep(window: MainWindow) -> None:
    """Remember how everything is."""
    settings, options = window.bench.settings, window.session.options
    settings.geometry = window.saveGeometry()
    settings.tool, settings.tool_values, settings.brush_size = window.tool, options.values, options.size
    for name, splitter in _splitters(window).items():
        settings.keep_splitter(name, splitter.saveState())
    settings.sections = {section.title.text(): section.opened for section in _sections(window)}


def _splitters(window: MainWindow) -> dict[str, QSplitter]:
    return {"sides": window.sides, "middle": window.middle, "label side": window.label_side}


def _sections(window: MainWindow) -> list[Section]:
    return [section for section in window.label_side.findChildren(Section) if section.folds]
