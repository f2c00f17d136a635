"""Cleaning up: what it is applied to, how much, and a button for each way."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton

from segstudio.gui.regions import APPLY_TO, BY, SMALLEST
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NumberSlider, Section, Segments, row
from segstudio.services.session import Session
from segstudio.tools.options import Number

NAME_WIDTH = 84
WHOLE = ("remove islands", "keep largest", "fill holes")
BY_PIXELS = ("grow", "shrink", "smooth", "open", "close")


class CleanPanel(Section):
    """``buttons`` are by the names of the actions that they stand for."""

    wanted = Signal(str)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Clean up")
        self.foldable(theme, opened=False)
        self._options = session.options
        self.buttons: dict[str, QPushButton] = {}
        self._scope = Segments()
        self._scope.offer({key: (text, APPLY_TO.tip) for key, text in APPLY_TO.choices.items()})
        self._scope.chosen.connect(lambda key: self._options.set(APPLY_TO, key))
        self.body.addLayout(row(APPLY_TO.text, self._scope, NAME_WIDTH))
        self._numbers: dict[Number, NumberSlider] = {}
        for setting, names, columns in ((SMALLEST, WHOLE, 2), (BY, BY_PIXELS, 3)):
            slider = NumberSlider(setting.text, setting.low, setting.high, f" {setting.unit}")
            slider.setToolTip(setting.tip)
            slider.changed.connect(lambda value, setting=setting: self._options.set(setting, value))
            self._numbers[setting] = slider
            self.body.addLayout(row(setting.text, slider, NAME_WIDTH))
            self.body.addLayout(self._grid(names, columns))
        session.options.changed.connect(lambda _: self._show())
        self._show()

    def _grid(self, names: tuple[str, ...], columns: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for i, name in enumerate(names):
            button = self.buttons[name] = QPushButton(name.capitalize())
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
            grid.addWidget(button, i // columns, i % columns)
        return grid

    def _show(self) -> None:
        self._scope.choose(self._options.pick(APPLY_TO))
        for setting, slider in self._numbers.items():
            slider.set_value(self._options.number(setting))
