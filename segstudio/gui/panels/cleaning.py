"""What is done to regions: to selected ones as a whole, and cleaning up, with what it is applied to and how much."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QPushButton

from segstudio.gui.regions import APPLY_TO, BY, SMALLEST
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NumberSlider, Section, Segments, row, tool_button
from segstudio.services.session import Session
from segstudio.tools.options import Number

NAME_WIDTH, SIDE = 84, 28
WHOLE = {
    "copy region": "content-copy",
    "cut region": "content-cut",
    "paste region": "content-paste",
    "delete region": "delete-outline",
    "reclass region": "format-color-fill",
    "merge regions": "vector-union",
    "select all": "select-all",
    "deselect": "select-off",
}
"""What is done to regions as a whole, and the icon of each."""


class CleanPanel(Section):
    """``buttons`` are by the names of the actions that they stand for."""

    wanted = Signal(str)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Regions")
        self.foldable(theme, opened=False)
        self._options = session.options
        self.buttons: dict[str, QAbstractButton] = {}
        self._numbers: dict[Number, NumberSlider] = {}
        icons = QHBoxLayout()
        icons.setSpacing(4)
        for name, icon in WHOLE.items():
            button = tool_button(theme, icon, name.capitalize())
            button.setFixedSize(SIDE, SIDE)  # else it is squeezed, for a moment, when the section is opened
            icons.addWidget(self._button(name, button))
        icons.addStretch(1)
        self.body.addLayout(icons)
        self._scope = Segments()
        self._scope.offer({key: (text, APPLY_TO.tip) for key, text in APPLY_TO.choices.items()})
        self._scope.chosen.connect(lambda key: self._options.set(APPLY_TO, key))
        self.body.addLayout(row("Clean up", self._scope, NAME_WIDTH))
        self._add_buttons(2, "fill holes", "keep largest")
        self._add_number(SMALLEST)
        self._add_buttons(1, "remove islands")
        self._add_number(BY)
        self._add_buttons(3, "grow", "shrink", "smooth", "open", "close")
        session.options.changed.connect(lambda _: self._show())
        self._show()

    def _add_number(self, setting: Number) -> None:
        slider = self._numbers[setting] = NumberSlider(setting.text, setting.low, setting.high, f" {setting.unit}")
        slider.setToolTip(setting.tip)
        slider.changed.connect(lambda value: self._options.set(setting, value))
        self.body.addLayout(row(setting.text, slider, NAME_WIDTH))

    def _add_buttons(self, columns: int, *names: str) -> None:
        grid = QGridLayout()
        grid.setSpacing(4)
        for i, name in enumerate(names):
            grid.addWidget(self._button(name, QPushButton(name.capitalize())), i // columns, i % columns)
        self.body.addLayout(grid)

    def _button(self, name: str, button: QAbstractButton) -> QAbstractButton:
        self.buttons[name] = button
        button.clicked.connect(lambda: self.wanted.emit(name))
        return button

    def _show(self) -> None:
        self._scope.choose(self._options.pick(APPLY_TO))
        for setting, slider in self._numbers.items():
            slider.set_value(self._options.number(setting))
