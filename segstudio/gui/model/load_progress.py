"""How far the loading of a model is: in the panel and in the status bar, once it takes long enough to be told."""

import time
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from segstudio.gui.model_loading import Loading, ModelLoading
from segstudio.gui.pace import time_left
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, label, tool_button

PATIENCE_S = 0.5
SETTLED_S = 2.0
"""From when on a time is told: before, what was slow to begin with says nothing of the rest."""
REFRESH_MS = 100
STEPS = 1000
"""Of the bar."""


class Told(NamedTuple):
    """``done`` of ``STEPS``, 0 where that is not known."""

    title: str
    detail: str
    done: int


class LoadProgress(QObject):
    """Tells of a loading what there is to tell, ten times a second, and None when it is over."""

    told = Signal(object)  # Told | None

    def __init__(self, loading: ModelLoading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loading = loading
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tell)
        loading.changed.connect(self._on_change)

    def _on_change(self) -> None:
        if self._loading.current is None:
            self._timer.stop()
            self.told.emit(None)
        elif not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        current = self._loading.current
        if current is not None and (seconds := time.perf_counter() - current.began) >= PATIENCE_S:
            self.told.emit(told_of(current, seconds))


def told_of(loading: Loading, seconds: float) -> Told:
    """Return what is told of a loading that has taken some seconds: what is done, the share, how fast, how long yet."""
    title = f"Loading {loading.path.name}" + (" beside, as B" if loading.side == "b" else "")
    step = loading.step
    if loading.given_up:
        return Told(title, "Cancelling, after what is being read", 0)
    if step is None or not step.total:
        return Told(title, step.what if step is not None else "Beginning", 0)
    share = min(step.done / step.total, 1.0)
    parts = [f"{step.what}, {100 * share:.0f} %"]
    if loading.size and share:
        parts.append(f"{share * loading.size / seconds / 1e6:.0f} MB/s")
    if 0 < share < 1 and seconds >= SETTLED_S:
        parts.append(time_left(seconds * (1 - share) / share))
    return Told(title, ", ".join(parts), round(STEPS * share))


class LoadStrip(QFrame):
    """What is on its way, over the card of what is there, with a way to give it up."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title, self._detail = ElidedLabel("panelHead"), label("", "note", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Loading")
        self.cancel = tool_button(theme, "close", "Cancel loading: what is loaded stays")
        line = QHBoxLayout()
        line.addWidget(self._title, 1)
        line.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self._bar)
        column.addWidget(self._detail)
        self.hide()

    def show_told(self, told: Told | None) -> None:
        self.setVisible(told is not None)
        if told is not None:
            self._title.setText(told.title)
            self._detail.setText(told.detail)
            self._bar.setRange(0, STEPS if told.done else 0)
            self._bar.setValue(told.done)
