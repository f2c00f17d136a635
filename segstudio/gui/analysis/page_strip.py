"""The strip of pages above the analysis: as many buttons as there is room for, the others in a menu."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from segstudio.gui.analysis.pages import PageEntry
from segstudio.gui.menu_button import MenuButton
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Segments

HEIGHT, SPACING = 32, 6
LEAST_WIDTH = 160
"""Of the strip, however many pages there are: it makes nothing beside it narrower."""
MORE = "More"


class PageStrip(QWidget):
    """``chosen`` names the page that is asked for. The button of the menu says which is shown, where it is in there."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, pages: Mapping[str, PageEntry]) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._pages, self._choice = pages, ""
        self.buttons, self.more = Segments("pageStrip"), MenuButton(theme, MORE, "The other pages of the analysis")
        self.buttons.offer({name: (page.text, page.tip) for name, page in pages.items()})
        self.buttons.chosen.connect(self.chosen)
        self._offered: dict[str, QAction] = {}
        for name, page in pages.items():
            action = self._offered[name] = self.more.menu().addAction(page.text)
            action.setToolTip(page.tip)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, name=name: self.chosen.emit(name))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACING)
        line.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # buttons without room are hidden
        line.addWidget(self.buttons)
        line.addWidget(self.more)
        line.addStretch(1)

    def choose(self, name: str) -> None:
        """Show a page as chosen, without announcing it."""
        self._choice = name
        self.buttons.choose(name)
        for key, action in self._offered.items():
            action.setChecked(key == name)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    def _share_room(self) -> None:
        hidden = self.buttons.fit(self.width())
        if hidden:
            self._say("")
            hidden = self.buttons.fit(self.width() - self.more.sizeHint().width() - SPACING)
        if self._choice in hidden:  # its name takes room as well
            self._say(self._pages[self._choice].text)
            hidden = self.buttons.fit(self.width() - self.more.sizeHint().width() - SPACING)
        for name, action in self._offered.items():
            action.setVisible(name in hidden)
        self.more.setVisible(bool(hidden))
        self.buttons.setVisible(len(hidden) < len(self._pages))

    def _say(self, text: str) -> None:
        self.more.setText(text or MORE)
        self.more.setProperty("on", bool(text))
        self.more.style().polish(self.more)
