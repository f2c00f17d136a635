"""The few controls that Qt does not bring: one of a few, a slider with its number, a panel's head, an empty state."""

import math
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TypeAlias

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through

Index: TypeAlias = QModelIndex | QPersistentModelIndex
"""What Qt hands to models and delegates."""

NOT_DEFINED = "-"

TIP_LINES = 20
"""A tool tip with more would not fit on the screen."""


def percent(score: float) -> str:
    """Return a score of 0..1 as it is shown everywhere: per cent with one decimal, or that it is not defined."""
    return NOT_DEFINED if math.isnan(score) else f"{100 * score:.1f}"


def tip_of(lines: Iterable[str]) -> str:
    """Return a tool tip of lines, the first of them where there are many."""
    return "\n".join(islice(lines, TIP_LINES))


class Segments(QFrame):
    """One choice of a few, all in sight."""

    chosen = Signal(str)

    def __init__(self, name: str = "segments", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def offer(self, choices: Mapping[str, tuple[str, str]]) -> None:
        """Replace the choices: key to (text, tooltip)."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        for key, (text, tip) in choices.items():
            button = QToolButton(self)
            button.setText(text)
            button.setToolTip(tip)
            button.setProperty("key", key)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._row.addWidget(button)

    def button(self, key: str) -> QAbstractButton:
        return next(b for b in self._group.buttons() if b.property("key") == key)

    def choose(self, key: str) -> None:
        """Show a choice as made, without announcing it."""
        self.button(key).setChecked(True)

    def fit(self, width: int) -> list[str]:
        """Keep in sight as many of the choices, from the first, as fit into a width; return those that do not."""
        left, hidden = width - 2 * self._row.contentsMargins().left(), list[str]()
        for button in self._group.buttons():
            left -= button.sizeHint().width() + self._row.spacing()
            button.setVisible(left >= 0)
            if left < 0:
                hidden.append(button.property("key"))
        return hidden


class NumberSlider(QWidget):
    """A slider and the field with its number; the field may go on to ``beyond``, where the slider ends at ``high``."""

    changed = Signal(int)

    def __init__(
        self, text: str, low: int, high: int, unit: str = "", beyond: int = 0, field: QSpinBox | None = None
    ) -> None:
        super().__init__()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(low, high)
        self._slider.setAccessibleName(text)
        self._field = field or QSpinBox()
        self._field.setRange(low, max(high, beyond))
        self._field.setSuffix(unit)
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._field.setFixedWidth(72)
        self._field.setAccessibleName(text)
        self._field.setKeyboardTracking(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        let_wheel_through(self._slider, self._field)
        self._slider.valueChanged.connect(self._announce)
        self._field.valueChanged.connect(self._announce)

    def value(self) -> int:
        return self._field.value()

    def show_slider(self, shown: bool) -> None:
        """Leave the field alone where there is no room for both."""
        self._slider.setVisible(shown)

    def _announce(self, value: int) -> None:
        self.set_value(value)
        self.changed.emit(value)

    def set_value(self, value: int) -> None:
        """Show a value without announcing it."""
        for part in (self._slider, self._field):
            part.blockSignals(True)
            part.setValue(value)
            part.blockSignals(False)


class Check(QCheckBox):
    """A check box whose mark follows the theme."""

    def __init__(self, text: str, theme: Theme) -> None:
        super().__init__(text)
        self._theme = theme

    def set_value(self, value: bool) -> None:
        """Show a value without announcing it."""
        self.blockSignals(True)
        self.setChecked(value)
        self.blockSignals(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            box = QRect(0, (self.height() - 16) // 2, 16, 16)
            self._theme.icon("check-bold", "onaccent").paint(QPainter(self), box.adjusted(2, 2, -2, -2))


class Choice(QComboBox):
    """A combo box whose arrow follows the theme."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        let_wheel_through(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        arrow = QRect(self.width() - 22, (self.height() - 16) // 2, 16, 16)
        self._theme.icon("chevron-down", "text3" if self.isEnabled() else "strong").paint(painter, arrow)


class ElidedLabel(QLabel):
    """A text that gives way: what has no room is left out, in the middle of names, at the end of sentences."""

    def __init__(self, name: str, left_out: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__()
        self._left_out = left_out
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(48)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), self._left_out, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


class Section(QFrame):
    """A part of a panel: a head with a title, a note and buttons, and what is below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("section")
        self._arrow: FoldArrow | None = None
        self.title, self.note = QLabel(title), ElidedLabel("note", Qt.TextElideMode.ElideRight)
        self.note.setMinimumWidth(0)  # the buttons in the head go first
        self.title.setObjectName("panelHead")
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.title)
        self.head.addWidget(self.note)
        self.head.addStretch(1)
        self._body = QWidget()
        self.body = QVBoxLayout(self._body)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 12)
        self._column.setSpacing(8)
        self._column.addLayout(self.head)
        self._column.addWidget(self._body, 1)

    def foldable(self, theme: Theme, opened: bool = True) -> FoldArrow:
        """Let a click on an arrow before the title fold the body away; return the arrow."""
        self._arrow = FoldArrow(theme, self.title.text())
        self.title.installEventFilter(self)
        self.title.setCursor(Qt.CursorShape.PointingHandCursor)
        self._arrow.toggled.connect(self._body.setVisible)
        self.head.insertWidget(0, self._arrow)
        self.set_opened(opened)
        return self._arrow

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and self._arrow is not None:
            self._arrow.click()  # the title is what one aims at
        return False

    @property
    def folds(self) -> bool:
        return self._arrow is not None

    @property
    def opened(self) -> bool:
        return self._arrow is None or self._arrow.isChecked()

    def unfold(self) -> None:
        """Open it where it is folded away, as a click on the arrow does."""
        if self._arrow is not None and not self._arrow.isChecked():
            self._arrow.click()

    def set_opened(self, opened: bool) -> None:
        """Show the body, or fold it away."""
        if self._arrow is not None:
            self._arrow.setChecked(opened)
            self._body.setVisible(opened)

    def tighten(self) -> None:
        """Leave no more room around the parts than tells them apart: for where many numbers are read at once."""
        self._column.setContentsMargins(12, 5, 12, 7)
        self._column.setSpacing(4)

    def to_the_edges(self) -> None:
        """Let the body, a list, reach both edges of the panel; the head stays where it is."""
        self._column.setContentsMargins(0, 8, 0, 0)
        self.head.setContentsMargins(12, 0, 12, 0)


def tool_button(theme: Theme, icon: str, tip: str, size: int = 16) -> QToolButton:
    """Return a button that is only an icon; its tip is also its accessible name."""
    button = QToolButton()
    theme.dress(button, icon, size)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button


def label(text: str = "", name: str = "", wrap: bool = False) -> QLabel:
    """Return a text in the style that the style sheet has for ``name``."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names come from files, and are no markup
    made.setObjectName(name)
    made.setWordWrap(wrap)
    return made


def row(text: str, field: QWidget, width: int = 88) -> QHBoxLayout:
    """Return a name and the field beside it."""
    line = QHBoxLayout()
    line.setSpacing(8)
    name = label(text, "note")
    name.setFixedWidth(width)
    name.setBuddy(field)
    line.addWidget(name)
    line.addWidget(field, 1)
    if field.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Maximum:
        line.addStretch(1)  # else what room it leaves goes before the name, too
    return line
