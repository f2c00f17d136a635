"""Changing the keys of one action: take one away, press another, decide where it belongs to something else."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QKeySequenceEdit, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.keys.keymap import FIXED, KeyMap, portable, shown
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label


class Recorder(QKeySequenceEdit):
    """Takes one key, pressed together with others or alone; Escape and Tab go on meaning what they mean."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setAccessibleName("New key")
        self.setToolTip("Click here, then press the new key")
        self.editingFinished.connect(self._finish)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return QWidget.event(self, event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _finish(self) -> None:
        key = portable(self.keySequence())
        self.clear()
        if key:
            self.pressed.emit(key)


class KeyEditor(QFrame):
    """The keys of one action, and what is in the way of a new one."""

    def __init__(self, keymap: KeyMap, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyEditor")
        self._keymap, self._theme = keymap, theme
        self._name: str | None = None
        self._wanted: tuple[str, ...] = ()
        self.title = label("", "panelHead")
        self.chips = QHBoxLayout()
        self.chips.setSpacing(4)
        self.recorder = Recorder()
        self.recorder.setFixedWidth(160)
        self.recorder.pressed.connect(self.record)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Give this action the keys it comes with")
        self.reset.clicked.connect(self._reset)
        self.trouble = label("", "warnText", wrap=True)
        self.take = QPushButton("Take it over")
        self.take.clicked.connect(self._take)
        self.leave = QPushButton("Leave it")
        self.leave.clicked.connect(self._forget)
        self._lay_out()
        keymap.changed.connect(self._show)

    def _lay_out(self) -> None:
        keys = QHBoxLayout()
        keys.setSpacing(8)
        keys.addWidget(self.title)
        keys.addLayout(self.chips)
        keys.addStretch(1)
        keys.addWidget(self.recorder)
        keys.addWidget(self.reset)
        trouble = QHBoxLayout()
        trouble.setSpacing(8)
        trouble.addWidget(self.trouble, 1)
        trouble.addWidget(self.take)
        trouble.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(keys)
        column.addLayout(trouble)
        self.show_action(None)

    def show_action(self, name: str | None) -> None:
        """Edit the keys of an action, or of none."""
        self._name = name
        self._forget()
        self._show()

    def record(self, key: str) -> None:
        """Add a key to those of the action, unless it is somebody else's: then ask."""
        assert self._name is not None
        if key in FIXED:
            self._warn(f"{shown(key)} cannot be given away: {FIXED[key].lower()}.")
            return
        self._want((*(k for k in self._keymap.keys(self._name) if k != key), key))

    def _want(self, keys: tuple[str, ...]) -> None:
        """Give the action these keys, or ask first where some are taken."""
        assert self._name is not None
        taken = self._keymap.conflicts(self._name, keys)
        if not taken:
            self._keymap.give(self._name, keys)
            self._forget()
            return
        self._wanted = keys
        whose = ", ".join(f"{shown(key)} belongs to “{self._keymap.specs[n].text}”" for key, n in taken.items())
        self._warn(f"{whose}.")
        self.take.show()
        self.leave.show()

    def _take(self) -> None:
        assert self._name is not None
        self._keymap.give(self._name, self._wanted)
        self._forget()

    def _reset(self) -> None:
        assert self._name is not None
        self._want(self._keymap.specs[self._name].keys)

    def _remove(self, key: str) -> None:
        assert self._name is not None
        self._keymap.give(self._name, tuple(k for k in self._keymap.keys(self._name) if k != key))

    def _warn(self, text: str) -> None:
        self._forget()
        self.trouble.setText(text)

    def _forget(self) -> None:
        self.trouble.setText("")
        self.take.hide()
        self.leave.hide()

    def _show(self) -> None:
        while (item := self.chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)  # at once: it is deleted only when its click has been dealt with
                widget.deleteLater()
        name = self._name
        for control in (self.recorder, self.reset):
            control.setEnabled(name is not None)
        self.title.setText(self._keymap.specs[name].text if name is not None else "Choose an action to change its keys")
        for key in self._keymap.keys(name) if name is not None else ():
            self.chips.addWidget(self._chip(key))
        self.reset.setEnabled(name is not None and self._keymap.is_changed(name))

    def _chip(self, key: str) -> QPushButton:
        chip = QPushButton(shown(key))
        chip.setObjectName("chip")
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross behind the key
        self._theme.dress(chip, "close", 12)
        chip.setToolTip(f"Take {shown(key)} away")
        chip.setAccessibleName(chip.toolTip())
        chip.clicked.connect(lambda: self._remove(key))
        return chip
