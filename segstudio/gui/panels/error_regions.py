"""The section with the error regions of the open sample: find one, go to it, take the prediction or keep the truth."""

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from segstudio.core.schema import UNKNOWN_COLOR, LabelClass
from segstudio.gui.error_finder import ErrorFinder
from segstudio.gui.panels.error_regions_delegate import ROW_HEIGHT, ErrorRegionDelegate
from segstudio.gui.panels.error_regions_model import ErrorRegionsModel, pair_text, points
from segstudio.gui.rows import PickedList
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through
from segstudio.gui.widgets import Choice, ElidedLabel, Section, Segments, label, tool_button
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services.error_regions import SMALLEST, ErrorRegion, Key, Order
from segstudio.services.session import Session

ROWS = 6
"""Rows that are seen at once."""

LARGEST = 1_000_000

ORDERS: dict[Order, str] = {"worth": "By worth", "size": "By size", "position": "By position"}
OF = {
    "image": ("Image", "What correcting a region adds to the mean IoU of this image"),
    "set": ("Data set", "What correcting a region adds to the mean IoU of the data set, from summed counts"),
}


class TakeButton(QPushButton):
    """Tells when the pointer comes to it, and leaves it."""

    hovered = Signal(bool)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hovered.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(False)


class ErrorRegionsPanel(Section):
    """Shows and asks; whoever hears its signals, and those of its ``view``, does what is asked for."""

    def __init__(self, session: Session, finder: ErrorFinder, theme: Theme) -> None:
        super().__init__("Error regions")
        self.foldable(theme)
        self._session, self._finder, self._theme = session, finder, theme
        self.model = ErrorRegionsModel(self.told)
        self.view = PickedList(self.model, ErrorRegionDelegate(theme, self.class_of, self), "Error regions", self)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFixedHeight(ROWS * ROW_HEIGHT)
        self.previous = tool_button(theme, "chevron-up", "Previous error region")
        self.next = tool_button(theme, "chevron-down", "Next error region")
        self.take, self.keep = TakeButton("Take prediction"), QPushButton("Keep truth")
        self.paint, self.whole = QPushButton("Paint truth"), QPushButton("Take class")
        self.again = QPushButton("List them again")
        self._kinds, self._order = Choice(theme, "Kind of mistake"), Choice(theme, "Order of the regions")
        self._smallest = QSpinBox()
        self._of = Segments()
        self.filters, self.filter = QWidget(), tool_button(theme, "filter-variant", "What is listed, in which order")
        self._sum, self._kept = label("", "note", wrap=True), label("", "note")
        self.gain = ElidedLabel("note", Qt.TextElideMode.ElideRight)
        self._lay_out()
        self._connect()
        self.refresh()

    def class_of(self, value: int) -> LabelClass:
        """Return the class of a value, which may be one that only the prediction has, or that no class has."""
        found = self._session.seen_schema.get(value) if self._session.project is not None else None
        return found or LabelClass(value, f"value {value}", UNKNOWN_COLOR)

    def told(self, region: ErrorRegion) -> str:
        """Return what was taken for what; where there is one class beside the background, what is missed or extra."""
        truth, predicted = self.class_of(region.truth), self.class_of(region.predicted)
        scored = self._session.project.schema.scored if self._session.project is not None else ()
        if len(scored) == 2 and {truth, predicted} == set(scored) and truth.background != predicted.background:
            return f"Missed {truth.name}" if predicted.background else f"Extra {predicted.name}"
        return pair_text(region.truth, region.predicted, self.class_of)

    def refresh(self) -> None:
        """Show the list as it is now."""
        listed, at = self._finder.listed, self.view.verticalScrollBar().value()
        self.model.show_regions(listed.regions)
        self.view.verticalScrollBar().setValue(at)
        self.note.setText(self._listed_as() if listed.matching else "")
        self._sum.setText(self._finder.problem or self._summary())
        self._kept.setText(f"{listed.kept:,} kept")
        for part in (self._kept, self.again):
            part.setVisible(listed.kept > 0)

    def mark(self, key: Key | None) -> None:
        """Mark a region as the one that is gone to, or none where it is not in the list."""
        at = self.model.row_of(key) if key is not None else None
        index = self.model.index(at) if at is not None else QModelIndex()
        if self.view.currentIndex() != index:
            self.view.setCurrentIndex(index)

    def enable(self, button: QPushButton, enabled: bool) -> None:
        """Enable a button, or not; with the focus on it, that goes to the list.

        Qt would move it on to the next button, which Space would then press unmeant, and scroll there.
        """
        if not enabled and button.hasFocus():
            self.view.setFocus()
        button.setEnabled(enabled)

    def choose_kind(self, kind: ErrorKind | None) -> None:
        """List one kind of mistake, or all, and show where that is set."""
        self.filter.setChecked(True)
        self._kinds.setCurrentIndex(self._kinds.findData(kind))
        self._finder.want(kind=kind)

    def _listed_as(self) -> str:
        """Return how many regions are listed, which, and in which order."""
        wanted, listed = self._finder.wanted, self._finder.listed
        shown = len(listed.regions)
        first = {"worth": "most worth", "size": "largest", "position": "first"}[wanted.order]
        many = f"{first} {shown:,} of {listed.matching:,}" if shown < listed.matching else f"{shown:,}"
        kind = [wanted.kind.text] if wanted.kind is not None else []
        of = "all classes" if wanted.class_id is None else self.class_of(wanted.class_id).name
        size = [f"from {wanted.smallest:,} px"] if wanted.smallest > SMALLEST else []
        order = [ORDERS[wanted.order].lower()] if wanted.order != "worth" else []  # worth is what the rows show
        return ", ".join((many, *kind, of, *size, *order))

    def _summary(self) -> str:
        listed, finder = self._finder.listed, self._finder
        if listed.matching:
            of = "the data set's" if finder.in_set else "this image's"
            return f"{listed.pixels:,} px; with all corrected {of} mean IoU changes by {points(listed.worth)} points."
        if finder.found is None:
            return "Nothing to compare: a region needs a truth, and a prediction that differs."
        return "Nothing is wrong here." if not len(finder.found.regions) else "No region is of this kind and size."

    def _connect(self) -> None:
        finder = self._finder
        finder.changed.connect(self.refresh)
        self._kinds.activated.connect(lambda _: finder.want(kind=self._kinds.currentData()))
        self._order.activated.connect(lambda _: finder.want(order=self._order.currentData()))
        self._smallest.valueChanged.connect(lambda value: finder.want(smallest=value))
        self._of.chosen.connect(lambda of: finder.want_in_set(of == "set"))
        self._session.project_changed.connect(lambda _: self.view.viewport().update())
        self._theme.changed.connect(self.view.viewport().update)

    def _lay_out(self) -> None:
        self.filter.setObjectName("toggle")
        self.filter.setCheckable(True)
        for button in (self.filter, self.previous, self.next):
            self.head.addWidget(button)
        self._kinds.addItem("All kinds", None)
        for kind in ErrorKind:
            self._kinds.addItem(kind.text.capitalize(), kind)
            self._kinds.setItemData(self._kinds.count() - 1, kind.meaning, Qt.ItemDataRole.ToolTipRole)
        for order, text in ORDERS.items():
            self._order.addItem(text, order)
        self._smallest.setRange(SMALLEST, LARGEST)
        self._smallest.setSuffix(" px")
        self._smallest.setPrefix("from ")
        self._smallest.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._smallest.setKeyboardTracking(False)
        self._smallest.setToolTip("Smaller regions are not listed")
        self._smallest.setAccessibleName("Smallest region")
        let_wheel_through(self._smallest)
        self._of.offer(OF)
        self._of.choose("image")
        self.again.setObjectName("link")
        self.again.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it goes when it was pressed, and the focus would move on
        self.whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # so much is not overwritten by a stray press of Space
        filters = QGridLayout(self.filters)
        filters.setContentsMargins(0, 0, 0, 0)
        filters.setSpacing(8)
        for place, field in enumerate((self._kinds, self._order, self._smallest, self._of)):
            filters.addWidget(field, place // 2, place % 2)
        kept = QHBoxLayout()
        kept.addWidget(self.gain, 1)
        for part in (self._kept, self.again):
            kept.addWidget(part)
            part.setSizePolicy(_keeping_room(part))
        self.filters.hide()
        self.filter.toggled.connect(self.filters.setVisible)
        self.body.setSpacing(4)  # for one more row in sight
        self.body.addWidget(self.filters)
        self.body.addLayout(
            self._beside((self.take, "tray-arrow-down"), (self.keep, "check"))
        )  # in sight with the list
        self.body.addWidget(self.view)
        self.body.addLayout(kept)
        self.body.addWidget(self._sum)
        self.body.addLayout(self._beside((self.paint, "brush"), (self.whole, "tray-arrow-down")))

    def _beside(self, *buttons: tuple[QPushButton, str]) -> QHBoxLayout:
        """Lay buttons with their icons side by side, all of one width."""
        line = QHBoxLayout()
        line.setSpacing(8)
        for button, icon in buttons:
            self._theme.dress(button, icon)
            line.addWidget(button, 1)
        return line


def _keeping_room(part: QWidget) -> QSizePolicy:
    """Let what is below a part stay where it is when the part comes and goes."""
    policy = part.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    return policy
