"""The bar above the canvas: what is open, and how it is looked at."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from segstudio.core.schema import LabelSchema
from segstudio.gui.canvas.layouts import Layout
from segstudio.gui.menu_button import MenuButton
from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, ElidedLabel, NumberSlider, Segments, tool_button
from segstudio.services.open_sample import OpenSample

ALL_CLASSES = "All classes"
DONE_AND_NEXT = "Done and next"
ROOMY = 760
"""Pixels of width from which there is room for more than is needed above the canvas."""
NAME_WIDTH = 88
"""Of the sample, at the least: its size gives way first."""
IN_THE_BAR = 7
"""Ways to look that have a button where there is room; all are in the menu."""
MARGIN, SPACING = 12, 8
OPACITY_WIDTH, FIELD_WIDTH, MORE_WIDTH = 136, 72, 108
WIDE, WIDE_MORE = 880, 180
"""Pixels of width from which the button of all ways to look has room for their names, and how wide it is then."""


class CanvasBar(QFrame):
    """Name of the sample, ways to look at it, opacity. Whoever knows the actions fills ``more.menu()``."""

    layout_chosen = Signal(str)
    opacity_changed = Signal(int)  # per cent
    focus_chosen = Signal(object)  # class id or None

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("canvasBar")
        self.setFixedHeight(40)
        self._theme = theme
        self._offered: dict[str, Layout] = {}
        self._chosen = ""
        self._name, self._facts = ElidedLabel("sampleName"), ElidedLabel("sampleFacts")
        self._name.setMinimumWidth(NAME_WIDTH)
        self.segments, self.more = Segments(), MoreButton(theme)
        self.segments.chosen.connect(self.layout_chosen)
        self._focus = Choice(theme, "Class whose errors are shown")
        self._focus.setMinimumContentsLength(7)
        self._focus.activated.connect(lambda i: self.focus_chosen.emit(self._focus.itemData(i)))
        self.lens = tool_button(theme, "magnify-plus-outline", "Lens at the pointer")
        self.lens.setCheckable(True)
        self.opacity = NumberSlider("Opacity", 0, 100, " %")
        self.opacity.changed.connect(self.opacity_changed)
        self._drop = tool_button(theme, "opacity", "Opacity of what lies over the picture")
        self._drop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._drop.setEnabled(False)
        self.done = QPushButton()
        theme.dress(self.done, "check", 16)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._share_room()  # before, the parts were not styled, and of other widths

    def minimumSizeHint(self) -> QSize:
        """In Compare what gives way to others does so before the window is held up; elsewhere there is little."""
        if self.more.isHidden():
            return super().minimumSizeHint()
        kept = (self._focus, self.more, self.done)
        needed = sum(_width(part) + SPACING for part in kept if not part.isHidden())
        return QSize(2 * MARGIN + NAME_WIDTH + SPACING + FIELD_WIDTH + needed, super().minimumSizeHint().height())

    def show_sample(self, opened: OpenSample, title: str) -> None:
        height, width = opened.document.labels.shape
        self._name.setText(title)
        self._name.setToolTip(str(opened.sample.image))
        kind = opened.seen.kind.text
        self._facts.setText(f"{width:,} x {height:,}{kind and f', {kind}'}")

    def offer(self, layouts: dict[str, Layout], chosen: str, compared: bool) -> None:
        """Offer the layouts of a mode; where two are ``compared`` also classes to look at, and a lens."""
        if layouts is not self._offered:
            self._offered = layouts
            self.segments.offer({key: (layout.text, layout.tip) for key, layout in layouts.items()})
        self._chosen = chosen
        self.segments.choose(chosen)
        self._focus.setVisible(compared)
        self._facts.setVisible(not compared)  # there is no room for both on a small screen
        self.more.setVisible(compared)
        self._share_room()

    def show_done(self, shown: bool) -> None:
        """Offer to finish the sample, or do not."""
        self.done.setVisible(shown)
        self._share_room()

    def show_missing(self, missing: Mapping[str, str]) -> None:
        """Grey the layouts that have nothing to show; ``missing`` says of each what to do about it."""
        for key, layout in self._offered.items():
            button, why = self.segments.button(key), missing.get(key, "")
            button.setEnabled(not why)
            button.setToolTip(f"{layout.tip}\n{why}" if why else layout.tip)

    def offer_classes(self, schema: LabelSchema, chosen: int | None) -> None:
        self._focus.clear()
        self._focus.addItem(ALL_CLASSES, None)
        self._focus.setIconSize(QSize(14, 14))
        for c in schema.scored:
            self._focus.addItem(chip_icon(c, self._theme.tokens), c.name, c.id)
        self.show_focus(chosen)

    def show_focus(self, class_id: int | None) -> None:
        self._focus.setCurrentIndex(max(self._focus.findData(class_id), 0))

    def _share_room(self) -> None:
        """Give the ways to look what room the rest leaves; those without are found in the menu."""
        roomy = self.width() >= ROOMY
        self.done.setText(DONE_AND_NEXT if roomy else DONE_AND_NEXT.partition(" ")[0])
        compared = not self.more.isHidden()
        tight = compared and not roomy
        self._drop.setVisible(not tight)
        self.lens.setVisible(compared and roomy)  # it is in the menu, too
        self.more.widen(WIDE_MORE if self.width() >= WIDE else MORE_WIDTH)
        self.opacity.show_slider(not tight)
        self.opacity.setFixedWidth(FIELD_WIDTH if tight else OPACITY_WIDTH)
        hidden = self._fit_segments(compared)
        self.more.show_choice(self._offered[self._chosen].text if self._chosen in hidden else "")
        self.segments.setVisible(len(hidden) < len(self._offered))

    def _fit_segments(self, compared: bool) -> set[str]:
        """Show as many buttons as there is room for; return the layouts that have none."""
        rest: list[QWidget] = [self._focus, self.lens, self._drop, self.opacity, self.done, self.more]
        taken = sum(_width(part) + SPACING for part in rest if not part.isHidden())
        left = self.width() - 2 * MARGIN - self._name.minimumWidth() - SPACING - taken
        hidden = set(self.segments.fit(left if compared else self.width()))
        for key in list(self._offered)[IN_THE_BAR:]:
            self.segments.button(key).hide()
            hidden.add(key)
        return hidden

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.setSpacing(SPACING)
        line.addWidget(self._name)
        line.addWidget(self._facts)
        line.addStretch(1)
        for part in (self.segments, self.more, self._focus, self.lens, self._drop, self.opacity, self.done):
            line.addWidget(part)


class MoreButton(MenuButton):
    """Opens the menu of all ways to look; where the chosen one has no button of its own, it says which it is.

    It is as wide whatever it says, in a bar of one width: the buttons beside it stay where they are.
    """

    TEXT, TIP = "More", "All ways to look"
    ARROW = 34
    """Pixels of width that are not for the text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.TEXT, self.TIP)
        self.setFixedWidth(MORE_WIDTH)
        self.choice = ""

    def widen(self, width: int) -> None:
        """Be of another width from now on."""
        if width != self.width():
            self.setFixedWidth(width)
            self._show_text()

    def show_choice(self, text: str) -> None:
        if text != self.choice:
            self.choice = text
            self._show_text()

    def _show_text(self) -> None:
        text = self.choice
        self.setProperty("on", bool(text))
        self.style().polish(self)
        room = self.width() - self.ARROW
        self.setText(self.fontMetrics().elidedText(text or self.TEXT, Qt.TextElideMode.ElideRight, room))
        self.setToolTip(f"{text}. {self.TIP}" if text else self.TIP)


def _width(part: QWidget) -> int:
    fixed = part.minimumWidth() if part.minimumWidth() == part.maximumWidth() else 0
    return fixed or max(part.minimumSizeHint().width(), part.sizeHint().width())
