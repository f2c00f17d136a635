"""The window comes back as it was left, also where it was killed: its place, its panels, the tool and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSplitter

from segstudio.gui.widgets import Section
from segstudio.tools import TOOLS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

KEEP_MS = 3_000
"""After a change until it is kept: a size changes many times while one turns a wheel."""


class Remembering(QObject):
    """Keeps how everything is a moment after it has changed."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_MS)
        self._soon.timeout.connect(lambda: keep(window))
        window.session.options.changed.connect(lambda _: self._soon.start())
        window.presenter.changed.connect(self._soon.start)
        # At once: a moment later another project may be open.
        window.windowing.settled.connect(lambda _: window.bench.keep_displays())
        for splitter in _splitters(window).values():
            splitter.splitterMoved.connect(self._soon.start)


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
    window.bench.keep_displays()


def _splitters(window: MainWindow) -> dict[str, QSplitter]:
    return {"sides": window.sides, "middle": window.middle, "label side": window.label_side}


def _sections(window: MainWindow) -> list[Section]:
    return [section for section in window.label_side.findChildren(Section) if section.folds]
