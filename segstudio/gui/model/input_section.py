"""How pictures are prepared for the model, and correcting it."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from segstudio.gui.model.fact_grid import set_shown, show_mark
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through
from segstudio.gui.widgets import Choice, Section, label, row
from segstudio.models import ModelInfo
from segstudio.models.description import ORDERS, Preprocess
from segstudio.services.model_facts import mark_of, numbers
from segstudio.services.normalisations import NORMALISATIONS, name_of, normalised

OWN = "Its own numbers"
LARGEST = 65535.0


class NumberField(QDoubleSpinBox):
    """A real number, shown with as many digits as it has; told once it is entered."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setDecimals(8)
        self.setRange(-LARGEST, LARGEST)
        self.setKeyboardTracking(False)
        self.setAccessibleName(name)
        self.setMinimumWidth(40)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        let_wheel_through(self)

    def textFromValue(self, value: float) -> str:
        return self.locale().toString(value, "g", 6)

    def set_value(self, value: float) -> None:
        """Show a value without announcing it."""
        if value != self.value():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)


class InputSection(Section):
    """``edited`` gives the preprocessing as a person corrected it."""

    edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("Input")
        self.foldable(theme, opened=False)
        self._shown = Preprocess()
        self._mark = label("", "tag")
        self.head.addWidget(self._mark)
        self.usual, self.order = Choice(theme, "Normalisation"), Choice(theme, "Order of channels")
        self.usual.addItems([*NORMALISATIONS, OWN])
        self.order.addItems([name for name, channels in ORDERS.items() if channels == 3])
        self.scale = NumberField("Divide pixels by")
        self.means = [NumberField(f"Mean of channel {i}") for i in (1, 2, 3)]
        self.stds = [NumberField(f"Standard deviation of channel {i}") for i in (1, 2, 3)]
        self._formula = label("", "note", wrap=True)
        for name, field in (("Usual", self.usual), ("Channels", self.order), ("Divide by", self.scale)):
            self.body.addLayout(row(name, field))
        self.body.addLayout(row("Mean", _side_by_side(self.means)))
        self.body.addLayout(row("Deviation", _side_by_side(self.stds)))
        self.body.addWidget(self._formula)
        self.usual.activated.connect(self._choose_usual)
        self.order.activated.connect(lambda _: self._say(order=self.order.currentText()))
        for field in (self.scale, *self.means, *self.stds):
            field.valueChanged.connect(lambda _: self._say())
        self.setToolTip("Pixels of 0 to 255 are divided, the mean taken off, and the rest divided by the deviation")

    def show_model(self, info: ModelInfo) -> None:
        p = self._shown = info.preprocess
        self.note.setText(name_of(p) or "its own numbers")
        show_mark(self._mark, mark_of(info, "preprocess"))
        self.usual.setCurrentText(name_of(p) or OWN)
        self.order.setCurrentText(p.order)
        self.order.setEnabled(p.channels == 3)
        self.scale.set_value(p.scale)
        for fields, values in ((self.means, p.mean), (self.stds, p.std)):
            for i, field in enumerate(fields):
                set_shown(field, i < len(values))
                if i < len(values):
                    field.set_value(values[i])
        self._formula.setText(numbers(p))

    def _choose_usual(self, index: int) -> None:
        name = self.usual.itemText(index)
        if name in NORMALISATIONS and name != name_of(self._shown):
            self.edited.emit(normalised(self._shown, name))

    def _say(self, order: str = "") -> None:
        """Announce the numbers as they are; where they cannot be meant, those that were meant are shown again."""
        count = self._shown.channels
        mean, std = (tuple(field.value() for field in fields[:count]) for fields in (self.means, self.stds))
        try:
            said = replace(self._shown, order=order or self._shown.order, scale=self.scale.value(), mean=mean, std=std)
            if said.order == self._shown.order and said != self._shown:
                said = replace(said, per_image="")  # numbers that somebody types are meant
        except ValueError as error:
            self._formula.setText(f"Not taken: {error}.")
            return
        if said != self._shown:
            self.edited.emit(said)


def _side_by_side(fields: Sequence[QWidget]) -> QWidget:
    held = QWidget()
    line = QHBoxLayout(held)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(4)
    for field in fields:
        line.addWidget(field, 1)
    return held
