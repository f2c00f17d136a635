"""How the picture is looked at: its window of values, brightness, contrast, gamma, channels. For the view alone."""

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from segstudio.core.display import Balance, Display, Kind, whole_window
from segstudio.gui.panels.histogram import Histogram
from segstudio.gui.theme import Theme
from segstudio.gui.wheel import let_wheel_through
from segstudio.gui.widgets import Choice, NumberSlider, Section, label, row, tool_button
from segstudio.gui.windowing import Windowing
from segstudio.services.seen import Seen

NAME_WIDTH = 84
GAMMA_BASE = 4
"""The gamma at the right end of its slider; at the left end it is as much below 1."""
COLOR = "Colour"


class DisplayPanel(Section):
    """Folded away until it is asked for, or a picture is open whose values are no colours yet."""

    def __init__(self, windowing: Windowing, theme: Theme) -> None:
        super().__init__("View")
        self._windowing, self._theme = windowing, theme
        self._kind: Kind | None = None
        self._decided = False  # the user has folded it away or opened it, and it stays so
        self.auto = tool_button(theme, "auto-fix", "Auto contrast")
        self.auto.setCheckable(True)
        self.auto.setObjectName("toggle")
        self.reset = tool_button(theme, "restore", "Reset contrast")
        self.histogram = Histogram(theme)
        self.low, self.high = _Value("Black: values up to this"), _Value("White: values from this on")
        self.brightness, self.contrast = NumberSlider("Brightness", -100, 100), NumberSlider("Contrast", -100, 100)
        self.gamma = NumberSlider("Gamma", -100, 100, field=_Gamma())
        self.channels = Choice(theme, "Channels")
        self.mixed = [Choice(theme, f"Channel shown as {color}") for color in ("red", "green", "blue")]
        self._lay_out()
        self._connect()
        self.setEnabled(False)

    def _lay_out(self) -> None:
        for button in (self.auto, self.reset):
            self.head.addWidget(button)
        window = QWidget()
        line = QHBoxLayout(window)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for part in (self.low, label("to", "note"), self.high):
            line.addWidget(part, int(isinstance(part, _Value)))
        mixed = QHBoxLayout()
        mixed.setSpacing(4)
        for choice in self.mixed:
            choice.setMinimumContentsLength(1)
            mixed.addWidget(choice, 1)
        self.body.addWidget(self.histogram)
        for text, field in (
            ("Window", window),
            ("Brightness", self.brightness),
            ("Contrast", self.contrast),
            ("Gamma", self.gamma),
        ):
            self.body.addLayout(row(text, field, NAME_WIDTH))
        self._choices = QWidget()
        choices = QVBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(8)
        choices.addLayout(row("Channels", self.channels, NAME_WIDTH))
        choices.addLayout(mixed)
        self.body.addWidget(self._choices)
        self._fold = self.foldable(self._theme, opened=False)

    def _connect(self) -> None:
        windowing = self._windowing
        windowing.changed.connect(self._show)
        self._fold.clicked.connect(self._on_arrow)
        self.histogram.moved.connect(windowing.set_display)
        self.histogram.fitted.connect(windowing.fit)
        self.auto.clicked.connect(lambda on: self._change(lambda d: replace(d, auto=on)))
        self.reset.clicked.connect(windowing.reset)
        self.low.valueChanged.connect(self._set_low)
        self.high.valueChanged.connect(self._set_high)
        for slider in (self.brightness, self.contrast):
            slider.changed.connect(lambda _: self._balance())
        self.gamma.changed.connect(lambda at: self._change(lambda d: replace(d, gamma=GAMMA_BASE ** (at / 100))))
        self.channels.activated.connect(lambda at: self._set_channels(self.channels.itemData(at)))
        for choice in self.mixed:
            choice.activated.connect(lambda _: self._set_channels(tuple(c.currentIndex() for c in self.mixed)))

    # What the user does

    def _on_arrow(self, opened: bool) -> None:
        self._decided = True
        if opened:
            self._windowing.look_at_values()

    def _change(self, change: Callable[[Display], Display]) -> None:
        if (seen := self._windowing.seen) is not None:
            self._windowing.set_display(change(seen.display))

    def _set_low(self, low: float) -> None:
        self._change(lambda d: replace(d, low=low, high=max(low, d.high), auto=False))

    def _set_high(self, high: float) -> None:
        self._change(lambda d: replace(d, low=min(high, d.low), high=high, auto=False))

    def _set_channels(self, channels: tuple[int, ...]) -> None:
        self._change(lambda d: replace(d, channels=channels))

    def _balance(self) -> None:
        if (seen := self._windowing.seen) is not None:
            balance, around = Balance(self.brightness.value(), self.contrast.value()), _around(seen)
            self._change(lambda d: balance.applied(d, around))

    # What is shown

    def _show(self) -> None:
        seen = self._windowing.seen
        self.setEnabled(seen is not None)
        if seen is None:
            self.note.clear()
            return
        if seen.kind != self._kind:
            self._kind = seen.kind
            self._show_kind(seen)
        if self.opened:
            self._windowing.look_at_values()
        display = seen.display
        self.auto.setChecked(display.auto)
        self.histogram.show_values(seen.values, display, seen.kind.plain)
        self.low.show_value(display.low)
        self.high.show_value(display.high)
        balance = Balance.of(display, _around(seen))
        self.brightness.set_value(balance.brightness)
        self.contrast.set_value(balance.contrast)
        self.gamma.set_value(round(100 * math.log(display.gamma, GAMMA_BASE)))
        self._show_channels(display)

    def _show_kind(self, seen: Seen) -> None:
        """Offer what there is for another kind of picture."""
        kind = seen.kind
        self.note.setText(kind.text)
        if not self._decided:
            self.set_opened(not kind.plain)
        decimals = (
            0
            if seen.samples.dtype.kind in "iu"
            else _decimals(whole_window(kind, seen.values) if seen.values else (0, 1))
        )
        for field in (self.low, self.high):
            field.setDecimals(decimals)
        names = ["Red", "Green", "Blue"] if kind.plain else [f"Channel {c + 1}" for c in range(kind.channels)]
        self.channels.clear()
        if kind.channels > 1:
            self.channels.addItem(COLOR, tuple(min(c, kind.channels - 1) for c in range(3)))
        for channel, name in enumerate(names):
            self.channels.addItem(name, (channel,))
        for choice in self.mixed:
            choice.clear()
            choice.addItems([str(c + 1) for c in range(kind.channels)])

    def _show_channels(self, display: Display) -> None:
        assert self._kind is not None
        colored = len(display.channels) > 1
        self._choices.setVisible(self._kind.channels > 1)
        self.channels.setCurrentIndex(0 if colored else display.channels[0] + int(self._kind.channels > 1))
        for choice, channel in zip(self.mixed, display.channels * 3, strict=False):
            choice.setCurrentIndex(channel)
            choice.setVisible(colored and not self._kind.plain)


class _Value(QDoubleSpinBox):
    """An end of the window: a value as it stands in the file."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setRange(-1e12, 1e12)
        let_wheel_through(self)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(48)

    def show_value(self, value: float) -> None:
        """Show a value without announcing it."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)


class _Gamma(QSpinBox):
    """Shows the gamma that a position of the slider stands for."""

    def textFromValue(self, value: int) -> str:
        return f"{GAMMA_BASE ** (value / 100):.2f}"

    def valueFromText(self, text: str) -> int:
        return round(100 * math.log(max(float(text), 0.01), GAMMA_BASE))


def _around(seen: Seen) -> tuple[float, float]:
    """Return the window in which brightness and contrast are in the middle."""
    if seen.kind.plain or seen.values is None:
        return whole_window(seen.kind, seen.values) if seen.values else (0, 255)
    return seen.values.window(seen.display.channels)


def _decimals(window: tuple[float, float]) -> int:
    """Return how many decimals tell a thousandth of a window apart."""
    span = window[1] - window[0]
    return max(0, min(9, 3 - math.floor(math.log10(span)))) if span > 0 else 3
