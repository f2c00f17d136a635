"""The options of the chosen tool, made from what it says there is to set."""

from functools import partial
from typing import TypeAlias

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Check, Choice, NumberSlider, Section, Segments, label, row
from segstudio.services.session import Session
from segstudio.tools import TOOLS
from segstudio.tools.base import Tool
from segstudio.tools.options import MAX_SIZE, MIN_SIZE, Flag, Number, Pick, Setting

SLIDER_MAX = 300
NAME_WIDTH = 84
SEGMENTS_MAX = 3
"""More choices than these are offered in a list."""
SIZE = "size"
"""Stands for the size of the brush where settings are named by their keys."""

Control: TypeAlias = NumberSlider | Check | Segments | Choice


class ToolOptionsPanel(Section):
    """Only what the chosen tool uses.

    It keeps the room that the most of it took, so that what is below stays there, until it is asked to give it back.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Brush")
        self._options, self._theme = session.options, theme
        self._size = NumberSlider("Size", MIN_SIZE, SLIDER_MAX, " px", MAX_SIZE)
        self._size.changed.connect(session.options.resize)
        self._sized = _line("Size", self._size)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._controls: dict[str, Control] = {SIZE: self._size}
        self._fields: dict[str, QWidget] = {}
        """What is shown or hidden of each setting: its control, or its name and its control."""
        self._hint = label("", "hintText", wrap=True)
        self.body.addWidget(self._sized)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._hint)
        self.body.addStretch(1)
        session.options.changed.connect(lambda _: self._show_values())
        self._tool: type[Tool] | None = None
        self._settings: tuple[Setting, ...] = ()
        self._show_values()

    def show_tool(self, name: str) -> None:
        tool = TOOLS[name]
        self.title.setText(tool.text)
        self._hint.setText(tool.hint)
        self._tool, self._settings = tool, tool.settings
        for setting in tool.settings:
            if setting.key not in self._fields:
                self._make(setting)
            self._rows.addWidget(self._fields[setting.key])  # again, for what tools share: in this tool's order
        self._show_values()

    def control(self, key: str) -> Control:
        """Return the control of a setting that a tool has shown, or of the ``SIZE``."""
        return self._controls[key]

    def give_back(self, most: int) -> int:
        """Give up room that the chosen tool does not use, ``most`` pixels of it; return how many that are."""
        layout = self.layout()
        if not self.isVisible() or layout is None:
            return 0
        given = min(most, max(self.height() - layout.totalHeightForWidth(self.width()), 0))
        if given:
            self.setMinimumHeight(self.height() - given)
        return given

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():  # what nobody has seen took no room
            self.setMinimumHeight(self.height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setMinimumHeight(self.height())

    def _make(self, setting: Setting) -> None:
        """Make the control of a setting; tools that share the setting share it."""
        control = self._controls[setting.key] = self._control(setting)
        control.setObjectName(control.objectName() or "setting")
        control.setToolTip(setting.tip)
        self._fields[setting.key] = control if isinstance(setting, Flag) else _line(setting.text, control)

    def _control(self, setting: Setting) -> Control:
        change = partial(self._options.set, setting)
        control: Control
        match setting:
            case Number():
                unit = f" {setting.unit}" if setting.unit else ""
                control = NumberSlider(setting.text, setting.low, setting.high, unit)
                control.changed.connect(change)
            case Flag():
                control = Check(setting.text, self._theme)
                control.toggled.connect(change)
            case Pick() if len(setting.choices) <= SEGMENTS_MAX:
                control = Segments()
                control.offer({key: (text, setting.tip) for key, text in setting.choices.items()})
                control.chosen.connect(change)
            case Pick():
                control = self._list(setting)
        return control

    def _list(self, setting: Pick) -> Choice:
        control = Choice(self._theme, setting.text)
        for key, text in setting.choices.items():
            control.addItem(text, key)
        control.activated.connect(lambda i: self._options.set(setting, control.itemData(i)))
        return control

    def _show_values(self) -> None:
        self._size.set_value(self._options.size)
        wanted = {setting.key for setting in self._tool.relevant(self._options)} if self._tool is not None else set()
        shown = {field: key in wanted for key, field in self._fields.items()}
        shown[self._sized] = self._tool is not None and self._tool.sized
        for field in sorted(shown, key=shown.__getitem__):  # first what goes: what comes is laid out at once
            field.setVisible(shown[field])
        for setting in self._settings:
            self._show_value(setting, self._controls[setting.key])

    def _show_value(self, setting: Setting, control: Control) -> None:
        if isinstance(control, NumberSlider) and isinstance(setting, Number):
            control.set_value(self._options.number(setting))
        elif isinstance(control, Check) and isinstance(setting, Flag):
            control.set_value(self._options.flag(setting))
        elif isinstance(control, Segments) and isinstance(setting, Pick):
            control.choose(self._options.pick(setting))
        elif isinstance(control, Choice) and isinstance(setting, Pick):
            control.setCurrentIndex(control.findData(self._options.pick(setting)))


def _line(text: str, field: QWidget) -> QWidget:
    """Return a name and its field as one widget, to be shown and hidden together."""
    whole = QWidget()
    line = row(text, field, NAME_WIDTH)
    line.setContentsMargins(0, 0, 0, 0)
    whole.setLayout(line)
    return whole
