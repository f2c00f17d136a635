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
        self.limited = Choice(theme, "Window of")
        self.limited.setToolTip("The window, brightness and contrast are of this channel, or of all")
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
        self._limits = QWidget()
        limits = row("Window of", self.limited, NAME_WIDTH)
        limits.setContentsMargins(0, 0, 0, 0)
        self._limits.setLayout(limits)
        self.body.addWidget(self.histogram)
        self.body.addWidget(self._limits)
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
        self.histogram.moved.connect(self._on_dragged)
        self.histogram.fitted.connect(lambda: self._fit(on=True))
        self.auto.clicked.connect(self._fit)
        self.reset.clicked.connect(windowing.reset)
        self.low.valueChanged.connect(self._set_low)
        self.high.valueChanged.connect(self._set_high)
        for slider in (self.brightness, self.contrast):
            slider.changed.connect(lambda _: self._balance())
        self.gamma.changed.connect(lambda at: self._change(lambda d: replace(d, gamma=GAMMA_BASE ** (at / 100))))
        self.channels.activated.connect(lambda at: self._set_channels(self.channels.itemData(at)))
        self.limited.activated.connect(lambda _: self._show())
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

    def _set_window(self, low: float, high: float) -> None:
        self._change(lambda d: d.with_window(low, high, self._channel(d)))

    def _set_low(self, low: float) -> None:
        if (seen := self._windowing.seen) is not None:
            self._set_window(low, max(low, self._view(seen.display).high))

    def _set_high(self, high: float) -> None:
        if (seen := self._windowing.seen) is not None:
            self._set_window(min(high, self._view(seen.display).low), high)

    def _on_dragged(self, display: Display) -> None:
        seen = self._windowing.seen
        if seen is not None and (display.low, display.high) != _window(self._view(seen.display)):
            self._set_window(display.low, display.high)
        else:  # let go: what is seen of the values may suit the window now
            self._show()

    def _fit(self, on: bool) -> None:
        """Let the window follow the picture; that of one channel is fitted to it once."""
        seen = self._windowing.seen
        if seen is None or (channel := self._channel(seen.display)) is None or seen.values is None:
            self._change(lambda d: replace(d, auto=on))
        else:
            self._set_window(*seen.values.window((channel,)))

    def _set_channels(self, channels: tuple[int, ...]) -> None:
        self._change(lambda d: replace(d, channels=channels))

    def _balance(self) -> None:
        """Move and narrow the window of the channel that is set, or that of each."""
        if (seen := self._windowing.seen) is None:
            return
        balance = Balance(self.brightness.value(), self.contrast.value())

        def applied(display: Display) -> Display:
            return balance.applied(display, _around(seen, display.channels))

        if self._channel(seen.display) is not None:
            self._set_window(*_window(applied(self._view(seen.display))))
        else:
            self._change(
                lambda d: replace(applied(d), apart=tuple((c, *_window(applied(d.of_channel(c)))) for c, *_ in d.apart))
            )

    def _channel(self, display: Display) -> int | None:
        """Return the channel whose window is set, None for all that are shown."""
        if len(display.channels) == 1:
            alone = display.channels[0]
            return alone if any(channel == alone for channel, *_ in display.apart) else None
        channel: int | None = self.limited.currentData()
        return channel

    def _view(self, display: Display) -> Display:
        """Return what is set of a display: that of one channel, or all of it."""
        channel = self._channel(display)
        return display if channel is None else display.of_channel(channel)

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
        self._show_channels(seen.display)
        display = self._view(seen.display)
        self.auto.setChecked(display.auto)
        self.histogram.show_values(seen.values, display, seen.kind.plain)
        self.low.show_value(display.low)
        self.high.show_value(display.high)
        balance = Balance.of(display, _around(seen, display.channels))
        self.brightness.set_value(balance.brightness)
        self.contrast.set_value(balance.contrast)
        self.gamma.set_value(round(100 * math.log(display.gamma, GAMMA_BASE)))

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
        self._limits.setVisible(colored and not self._kind.plain)
        self._offer_limits(sorted(set(display.channels)) if colored and not self._kind.plain else [])

    def _offer_limits(self, channels: list[int]) -> None:
        """Offer the channels that are shown; the one that was chosen stays so."""
        chosen: int | None = self.limited.currentData()
        self.limited.clear()
        self.limited.addItem("All channels", None)
        for channel in channels:
            self.limited.addItem(f"Channel {channel + 1}", channel)
        self.limited.setCurrentIndex(max(self.limited.findData(chosen), 0))


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


def _window(display: Display) -> tuple[float, float]:
    return display.low, display.high


def _around(seen: Seen, channels: tuple[int, ...]) -> tuple[float, float]:
    """Return the window of channels in which brightness and contrast are in the middle."""
    if seen.kind.plain or seen.values is None:
        return whole_window(seen.kind, seen.values) if seen.values else (0, 255)
    return seen.values.window(channels)


def _decimals(window: tuple[float, float]) -> int:
    """Return how many decimals tell a thousandth of a window apart."""
    span = window[1] - window[0]
    return max(0, min(9, 3 - math.floor(math.log10(span)))) if span > 0 else 3
