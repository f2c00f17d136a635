"""The window comes back as it was left, also where it was killed: its place, its panels, the tool and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QSplitter

from segstudio.gui.canvas.contents import CONTENTS
from segstudio.gui.canvas.lens import FACTORS
from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.looks_kept import LooksKept
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
        for fold in window.findChildren(FoldArrow):
            fold.toggled.connect(self._soon.start)
        for signal in (
            window.lens.changed,
            window.legends.toggled,
            window.comparing.changed,
            window.analysis.strip.chosen,
            window.errors_panel.filter.toggled,
            window.model_panel.predict.keep.toggled,
        ):
            signal.connect(self._soon.start)


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
            collapsible = splitter.childrenCollapsible()
            splitter.restoreState(state)
            splitter.setChildrenCollapsible(collapsible)  # which is restored too
    for section in _sections(window):
        if section.title.text() in settings.sections:
            section.set_opened(settings.sections[section.title.text()])
    if not settings.geometry.isEmpty():
        window.restoreGeometry(settings.geometry)
    _restore_looks(window, settings.looks)


def keep(window: MainWindow) -> None:
    """Remember how everything is."""
    settings, options = window.bench.settings, window.session.options
    settings.geometry = window.saveGeometry()
    settings.tool, settings.tool_values, settings.brush_size = window.tools["label"], options.values, options.size
    for name, splitter in _splitters(window).items():
        settings.keep_splitter(name, splitter.saveState())
    settings.sections = {section.title.text(): section.opened for section in _sections(window)}
    settings.looks = _looks(window)
    window.bench.keep_displays()


def _looks(window: MainWindow) -> LooksKept:
    presenter, lens = window.presenter, window.lens
    return LooksKept(
        presenter.layouts,
        presenter.opacities,
        presenter.choices.kept(),
        window.legends.on,
        lens.on,
        lens.content,
        lens.factor,
        window.comparing.analysis_shown,
        window.analysis.page,
        window.comparing.part,
        window.errors_panel.filter.isChecked(),
        window.model_panel.predict.keep.isChecked(),
    )


def _restore_looks(window: MainWindow, kept: LooksKept) -> None:
    window.presenter.choices.take_over(kept.panes)
    window.presenter.take_over(kept.layouts, kept.opacity)
    window.legends.set_on(kept.legends)
    content = kept.lens_content if kept.lens_content in CONTENTS else None
    window.lens.set(kept.lens, content, kept.lens_factor if kept.lens_factor in FACTORS else None)
    window.comparing.take_over(kept.analysis, kept.page, kept.part)
    window.errors_panel.filter.setChecked(kept.filters)
    window.model_panel.predict.keep.set_value(kept.keep_confidence)


def _splitters(window: MainWindow) -> dict[str, QSplitter]:
    return {"sides": window.sides, "middle": window.middle, "label side": window.label_side}


def _sections(window: MainWindow) -> list[Section]:
    sides = (window.label_side, window.compare_side)
    return [section for side in sides for section in side.findChildren(Section) if section.folds]
