"""The bars of the window: menus and ways of working, above all; what is under the pointer, below the canvas."""

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from segstudio.gui.panels.rules import RuleChip
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, Segments, label, tool_button

SAFE = "Each stroke goes into the journal as it is drawn, and is there after a crash"
UNSAFE = "The journal cannot be written: what is not saved would not be there after a crash"
PATIENCE_MS = 500
"""What takes longer says so."""


class StatusBar(QFrame):
    """Whether everything is saved; the pixel under the pointer; the job under way; the zoom."""

    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setFixedHeight(28)
        self.saved, self._at, self._value, self._class = label(), label(), label(), ElidedLabel("pixelClass")
        self._hint, self._job, self._zoom = ElidedLabel("hint", Qt.TextElideMode.ElideRight), label(), label()
        # Of fixed size: else the window is laid out anew at every move of the pointer.
        for part, width in ((self._at, 104), (self._value, 112), (self._class, 240)):
            part.setFixedSize(width, 20)
        self._progress = QProgressBar()
        self._progress.setFixedWidth(96)
        self._progress.setTextVisible(False)
        self._cancel = tool_button(theme, "close", "Cancel")
        self._cancel.clicked.connect(self.cancelled)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(16)
        for part in (self.saved, self._at, self._value, self._class):
            line.addWidget(part)
        self.rules = RuleChip(theme)
        line.addWidget(self.rules)
        line.addWidget(self._hint, 1)
        for widget in (self._job, self._progress, self._cancel, self._zoom):
            line.addWidget(widget)
        self._edit, self._edit_percent, self._edit_shown = "", 0, False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_late)
        self.show_job("", 0, 0)
        self.show_safe(True)

    def show_saved(self, state: str) -> None:
        now = datetime.now().strftime("%H:%M")
        texts = {
            "unsaved": "Editing",
            "saving": "Saving",
            "saved": f"Saved {now}",
            "clean": "All saved",
            "failed": "Not saved",
        }
        self.saved.setText(texts[state])

    def show_safe(self, safe: bool) -> None:
        self.saved.setToolTip(SAFE if safe else UNSAFE)

    def show_pixel(self, at: tuple[int, int] | None, value: str, class_name: str) -> None:
        self._at.setText("" if at is None else f"x {at[0]}  y {at[1]}")
        self._value.setText(value)
        if (needed := self._value.sizeHint().width()) > self._value.width():
            self._value.setFixedWidth(needed)
        self._class.setText(class_name)

    def show_hint(self, text: str) -> None:
        self._hint.setText(text)
        self._hint.setToolTip(text)

    def show_job(self, text: str, done: int, total: int, can_cancel: bool = False) -> None:
        """Show a job; without a text there is none, without a total its end is not known."""
        self._job.setText(text)
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        self._job.setVisible(bool(text))
        self._progress.setVisible(bool(text))
        self._cancel.setVisible(bool(text) and can_cancel)

    def show_edit(self, text: str) -> None:
        """Show what is computed of the labels, "" for nothing, once it has taken longer than one would wait gladly."""
        self._edit, self._edit_percent = text, 0
        if text:
            self._patience.start()
        else:
            self._patience.stop()
            if self._edit_shown:
                self.show_job("", 0, 0)
        self._edit_shown = self._edit_shown and bool(text)

    def show_edit_share(self, share: float) -> None:
        """Show what share of it, 0..1, is computed."""
        self._edit_percent = round(100 * share)
        if self._edit_shown:
            self._show_late()

    def _show_late(self) -> None:
        self._edit_shown = True
        self.show_job(self._edit, self._edit_percent, 100 if self._edit_percent else 0, can_cancel=True)

    def show_zoom(self, scale: float) -> None:
        self._zoom.setText(f"Zoom {100 * scale:.0f} %" if scale >= 0.1 else f"Zoom {100 * scale:.1f} %")


class TopBar(QFrame):
    """The menus, the three ways of working, the theme."""

    mode_chosen = Signal(str)

    def __init__(self, menus: QWidget, modes: dict[str, tuple[str, str]], buttons: list[QWidget]) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setFixedHeight(40)
        self.modes = Segments("modeSwitch")
        self.modes.offer(modes)
        self.modes.chosen.connect(self.mode_chosen)
        right = QHBoxLayout()
        right.setSpacing(4)
        right.addStretch(1)
        for button in buttons:
            right.addWidget(button)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 12, 0)
        # Equal shares on both sides keep the switch in the middle of the window.
        line.addWidget(menus, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.modes)
        line.addLayout(right, 1)
