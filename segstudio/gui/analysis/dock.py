"""The dock below the canvas in Compare: one page at a time, chosen from a strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout

from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_strip import PageStrip
from segstudio.gui.analysis.pages import PAGES
from segstudio.gui.analysis.side_choice import SideChoice
from segstudio.gui.widgets import tool_button

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

REFRESH_MS = 60
"""After a change until the page is refreshed: a stroke changes many times."""

LEAST_WIDTH = 240
"""As narrow as the canvas may be: whatever a page wants, what stands beside the dock keeps its width."""


class AnalysisDock(QFrame):
    """Makes a page when it is first shown, and refreshes the one in sight after what it shows may have changed."""

    closed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("analysisDock")
        self._window = window
        self._made: dict[str, Page] = {}
        self.page = next(iter(PAGES), "")
        self.sides = SideChoice(window.session, self)
        self.sides.changed.connect(self.refresh_soon)
        self.strip = PageStrip(window.theme, PAGES)
        self.strip.chosen.connect(self.show_page)
        self._stack = _Pages()
        self._framed = _framed(self._stack)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REFRESH_MS)
        self._soon.timeout.connect(self._refresh)
        self._lay_out()
        session = window.session
        for event in (session.project_opened, session.project_changed, session.sample_opened, session.sample_closed):
            event.connect(lambda _: self.refresh_soon())
        session.prediction_changed.connect(lambda _: self.refresh_soon())
        session.run_changed.connect(lambda _: self.refresh_soon())
        session.other_run_changed.connect(lambda _: self.refresh_soon())
        window.metrics.refreshed.connect(self.refresh_soon)
        window.bench.scorer.finished.connect(self.refresh_soon)
        window.bench.autosave.saved.connect(self.refresh_soon)
        window.presenter.changed.connect(self.refresh_soon)

    def show_page(self, name: str) -> None:
        """Show a page, and leave the one that was shown."""
        if name not in self._made:
            self._made[name] = PAGES[name].load()(self._window)
            self._stack.addWidget(self._made[name])
        if name != self.page and self.page in self._made:
            self._made[self.page].leave()
        self.page = name
        self.strip.choose(name)
        if self._stack.currentWidget() is not self._made[name]:
            self._stack.setCurrentWidget(self._made[name])
            self._framed.verticalScrollBar().setValue(0)
        self.refresh_soon()

    def made(self, name: str) -> Page | None:
        """Return a page that has been shown; None of others."""
        return self._made.get(name)

    def refresh_soon(self) -> None:
        """Refresh the page in sight in a moment, once however often it is asked."""
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def close_pages(self) -> None:
        """Wait for what the pages do in the background."""
        for page in self._made.values():
            page.close_page()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.page:
            self.show_page(self.page)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.page in self._made:
            self._made[self.page].leave()

    def _refresh(self) -> None:
        if self.isVisible() and self.page in self._made:
            self._made[self.page].refresh()

    def _lay_out(self) -> None:
        close = tool_button(self._window.theme, "close", "Close the analysis")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 0)
        head.addWidget(self.strip, 1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._framed, 1)


def _framed(pages: QStackedWidget) -> QScrollArea:
    """Let a page that needs more room than the dock has be scrolled, so that the canvas keeps its own."""
    framed = QScrollArea()
    framed.setWidgetResizable(True)
    framed.setFrameShape(QFrame.Shape.NoFrame)
    framed.setWidget(pages)
    for part in (framed.viewport(), pages):  # a scroll area fills them, in the colour of the window
        part.setAutoFillBackground(False)
    return framed


class _Pages(QStackedWidget):
    """Needs as much room as the page in sight does, whatever the others would."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        """A stack asks this of all its pages, and one with a text of several lines would set the height of each."""
        page = self.currentWidget()
        layout = page.layout() if page is not None else None
        return layout.minimumHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
