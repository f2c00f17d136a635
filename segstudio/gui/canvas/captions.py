"""What stands over the canvas in words: what each pane shows, and below it what its colours mean."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.kept import Kept
from segstudio.gui.canvas.layouts import Arrangement, Pane
from segstudio.gui.canvas.legend import LegendBox
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, label
from segstudio.services.legend import Legend

MARGIN = 12
HEIGHT = 26
NARROWEST = 72
"""Pixels of width below which a pane has no title."""
FEW = 2
"""Panes, that have room for legends which tell all; of more, legends are folded until one is clicked."""
LEGEND_PART = 0.22
"""Of a pane, that a legend may take at the most."""


class Captions(QObject):
    """Keeps the titles and the legends in the corners of their panes."""

    asked = Signal(int)  # a click on the title of the pane of that number
    placed = Signal()

    def __init__(self, canvas: Canvas, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas, self._theme = canvas, theme
        self._texts: Sequence[tuple[str, str]] = ()
        self._legends: Sequence[Legend | None] = ()
        self.titles: list[PaneTitle] = []
        self.boxes: list[LegendBox] = []
        self._folded = {False: False, True: True}  # by whether there are many panes, of which legends hide much
        canvas.resized.connect(self.place)
        canvas.panes_changed.connect(self.place)

    def show_titles(self, texts: Sequence[tuple[str, str]]) -> None:
        """Say what each pane shows, in two parts: the first stands out."""
        if texts != self._texts:
            self._texts = texts
            self.place()

    def show_legends(self, legends: Sequence[Legend | None]) -> None:
        """Say what the colours of each pane mean; boxes move only where one has grown, for this is at every stroke."""
        before, others = [(box.sizeHint(), box.isVisible()) for box in self.boxes], len(legends) != len(self._legends)
        self._legends = legends
        while len(self.boxes) < len(legends):
            self.boxes.append(LegendBox(self._canvas))
            self.boxes[-1].clicked.connect(self._fold)
        for box, legend in zip(self.boxes, legends, strict=False):
            if legend is not None:
                box.fold(self._folded[self._many])
                box.show_legend(legend)
        for title, legend in zip(self.titles, legends, strict=False):
            title.legend = legend
        if [(box.sizeHint(), box.isVisible()) for box in self.boxes] != before or others:
            self.place()

    @property
    def _many(self) -> bool:
        return len(self._canvas.panes()) > FEW

    def _fold(self) -> None:
        """Fold all legends to their heads, or unfold them, for as many panes as there are now."""
        self._folded[self._many] = not self._folded[self._many]
        for box in self.boxes:
            box.fold(self._folded[self._many])
        self.place()

    @property
    def corner(self) -> int:
        """How much of the canvas's lower right corner a legend takes, in pixels from its lower edge."""
        inside = QPoint(self._canvas.width() - MARGIN - 2, self._canvas.height() - MARGIN - 2)
        taken = (box.height() + MARGIN for box in self.boxes if box.isVisible() and box.geometry().contains(inside))
        return next(taken, 0)

    @property
    def free(self) -> int:
        """How much of the canvas's width is free of legends in its lower rows, in pixels from the left."""
        low = self._canvas.height() - MARGIN - 2
        lefts = [box.x() for box in self.boxes if box.isVisible() and box.geometry().bottom() >= low]
        return min([self._canvas.width(), *lefts])

    def place(self) -> None:
        """Put everything where it belongs."""
        arranged = self._canvas.panes()
        for number in range(len(self.titles), len(self._texts)):
            self.titles.append(PaneTitle(self._canvas, self._theme))
            self.titles[-1].clicked.connect(lambda _=False, number=number: self.asked.emit(number))
        for i, title in enumerate(self.titles):
            if i < min(len(self._texts), len(arranged)):
                self._place_title(title, self._texts[i], arranged, i)
            else:
                title.hide()
        for i, box in enumerate(self.boxes):
            shown = self._legends[i] if i < min(len(self._legends), len(arranged)) else None
            self._place_box(box, shown, self._area(arranged[i]) if shown is not None else QRect())
        self.placed.emit()

    def _area(self, pane: Pane) -> QRect:
        return self._canvas.in_widget(pane.area)

    def _place_title(self, title: "PaneTitle", texts: tuple[str, str], arranged: Sequence[Pane], index: int) -> None:
        area = self._area(arranged[index])
        title.show_texts(*texts)
        title.let_ask(self._canvas.layout_shown.titled)
        width = min(title.sizeHint().width(), area.width() - 2 * MARGIN)
        title.resize(width, title.sizeHint().height())
        to_the_right = self._canvas.layout_shown.arrangement is Arrangement.SWIPE and index == 1
        left = area.right() - width - MARGIN if to_the_right else area.x() + MARGIN
        title.move(left, area.y() + MARGIN)
        title.setVisible(width >= min(title.sizeHint().width(), NARROWEST) and area.height() > title.height() + MARGIN)

    def _place_box(self, box: LegendBox, legend: Legend | None, area: QRect) -> None:
        if legend is None:
            box.hide()
            return
        box.adjustSize()
        size = box.size()
        fits = size.width() + 2 * MARGIN <= area.width() and size.height() + HEIGHT + 3 * MARGIN <= area.height()
        box.move(area.right() - size.width() - MARGIN + 1, area.bottom() - size.height() - MARGIN + 1)
        box.setVisible(fits and size.width() * size.height() <= LEGEND_PART * area.width() * area.height())


class PaneTitle(QPushButton):
    """What a pane shows; a click asks for something else. Its tool tip has the legend, which may have no room."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("paneTitle")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the canvas
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme = theme
        self.legend: Legend | None = None
        self._said = ""
        self._what, self._whose, self._arrow = label("", "paneWhat"), ElidedLabel("paneWhose"), label()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(8, 3, 6, 3)
        self._line.setSpacing(6)
        for part in (self._what, self._whose, self._arrow):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._line.addWidget(part)
        self._kept = Kept(self)
        theme.changed.connect(self._dress)
        self._dress()

    def show_texts(self, what: str, whose: str) -> None:
        if (what, whose) != (self._what.text(), self._whose.text()):
            self._what.setText(what)
            self._whose.setText(whose)
            self._whose.setVisible(bool(whose))
            self._said = f"{what}, {whose}" if whose else what
            self.setAccessibleName(f"Pane: {self._said}")
            self._kept.renew()

    def let_ask(self, asks: bool) -> None:
        """Let a click ask for something else, or let it through to the picture."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not asks)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if asks else Qt.FocusPolicy.NoFocus)
        self._arrow.setVisible(asks)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip("\n".join((self._said, "Click to show something else here", *_told(self.legend))))
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(self._line.sizeHint().width(), HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._kept.renew()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._kept.renew()

    def _dress(self) -> None:
        self._arrow.setPixmap(self._theme.icon("chevron-down", "text2").pixmap(14, 14))
        self._kept.renew()


def _told(legend: Legend | None) -> list[str]:
    """Return a legend's numbers as lines of text."""
    entries = legend.entries if legend is not None else ()
    return [f"{entry.text}: {entry.pixels:,} px" for entry in entries if entry.pixels is not None]
