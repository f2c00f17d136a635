"""What the program has to tell: toasts over the canvas, with an action beside them."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from segstudio.core.errors import SegstudioError
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label, tool_button

Kind = Literal["info", "warn", "error"]
ICONS: dict[Kind, tuple[str, str]] = {
    "info": ("information-outline", "text2"),
    "warn": ("alert-outline", "warn"),
    "error": ("alert-circle-outline", "error"),
}
GUARD_MS = 500
INFO_MS = 8000
FAILED_MS = 20_000
LINGER_MS = 1000
MOST = 2
REMEMBERED = 20
"""Messages that went by themselves, and can be shown again."""
MARGIN = 16
WIDEST, NARROWEST = 460, 300

Choice: TypeAlias = tuple[str, Callable[[], object]]
"""What a message offers, and what is done when it is chosen."""


@dataclass(frozen=True, slots=True)
class Message:
    """``title`` says what happened, ``text`` what to do; ``action`` is offered as a button.

    ``choices`` are offered below it, where there is more than one thing to do. ``about`` names what it is about, so
    that it can be taken back when that is over. What is ``passing`` goes by itself.
    """

    kind: Kind
    title: str
    text: str = ""
    action_text: str = ""
    action: Callable[[], object] | None = None
    about: str = ""
    choices: tuple[Choice, ...] = ()
    passing: bool = False


class Messages(QObject):
    """The one way to tell the user something; tests listen to it too."""

    said = Signal(object)
    over = Signal(str)  # what messages were about, and need be said no more

    def info(
        self,
        title: str,
        text: str = "",
        action_text: str = "",
        action: Callable[[], object] | None = None,
        about: str = "",
    ) -> None:
        self.said.emit(Message("info", title, text, action_text, action, about))

    def warn(self, title: str, text: str = "", about: str = "") -> None:
        self.said.emit(Message("warn", title, text, about=about))

    def ask(self, title: str, text: str, *choices: Choice, about: str = "") -> None:
        """Leave it to the user what to do, whenever they like."""
        self.said.emit(Message("warn", title, text, about=about, choices=choices))

    def fail(
        self,
        error: Exception,
        action_text: str = "",
        action: Callable[[], object] | None = None,
        about: str = "",
        passing: bool = False,
    ) -> None:
        """Show an error: a sentence where it is one to be read, else that it is a bug, with the trace in the log.

        It is ``passing`` where nothing was lost, and all is as it was before.
        """
        if isinstance(error, SegstudioError):
            self.said.emit(Message("error", str(error), error.hint, action_text, action, about, passing=passing))
            return
        logging.getLogger(__name__).error("unexpected error", exc_info=error)
        what = f"{type(error).__name__}: {error}"
        self.said.emit(Message("error", "Something went wrong inside segstudio.", f"{what}. Your labels are kept."))


class Toast(QFrame):
    """One message; it closes itself where nothing needs to be done about it."""

    closed = Signal(object)
    left = Signal(object)  # by itself: it may not have been read

    def __init__(self, message: Message, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setProperty("kind", message.kind)
        self.message = message
        self._theme, self._icon = theme, QLabel()
        self._show_icon()
        theme.changed.connect(self._show_icon)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(label(message.title, "toastTitle", wrap=True))
        if message.text:
            texts.addWidget(label(message.text, "toastText", wrap=True))
        if message.choices:
            texts.addLayout(self._row(message.choices))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 10, 8, 10)
        line.setSpacing(10)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        if message.action is not None:
            line.addWidget(self._button(message.action_text, message.action))
        close = tool_button(theme, "close", "Dismiss")
        close.clicked.connect(lambda: self.closed.emit(self))
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        if message.kind == "info" or message.passing:
            QTimer.singleShot(FAILED_MS if message.passing else INFO_MS, self, self._leave)

    def _show_icon(self) -> None:
        self._icon.setPixmap(self._theme.icon(*ICONS[self.message.kind]).pixmap(18, 18))

    def _leave(self) -> None:
        """Go by itself, but not from below the pointer: a click on it would draw on the picture."""
        if self.underMouse():
            QTimer.singleShot(LINGER_MS, self, self._leave)
        else:
            self.left.emit(self)

    def _row(self, choices: tuple[Choice, ...]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(4)
        for choice in choices:
            row.addWidget(self._button(*choice))
        row.addStretch(1)
        return row

    def _button(self, text: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("link")
        button.clicked.connect(lambda: self._act(action))
        button.setEnabled(False)  # the second press of a double click on what stood here before is not meant for it
        QTimer.singleShot(GUARD_MS, button, lambda: button.setEnabled(True))
        return button

    def _act(self, action: Callable[[], object]) -> None:
        action()
        self.closed.emit(self)


class Toasts(QObject):
    """Stacks the newest messages at the lower left of a widget; ``room`` says how much of its width is theirs."""

    def __init__(self, messages: Messages, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over = theme, over
        self._shown: list[Toast] = []
        self.missed: deque[Message] = deque(maxlen=REMEMBERED)
        """What went by itself, or for want of room; the newest last."""
        self.room: Callable[[], int] = over.width
        messages.said.connect(self.show)
        messages.over.connect(self._drop)

    def show(self, message: Message) -> None:
        for shown in [t for t in self._shown if t.message.title == message.title]:
            self._close(shown)  # said again: once on the screen is enough
        toast = Toast(message, self._theme, self._over)
        toast.closed.connect(self._close)
        toast.left.connect(self._miss)
        self._shown.append(toast)
        while len(self._shown) > MOST:
            older = self._shown[:-1]
            self._miss(next((t for t in older if not t.message.choices), older[0]))  # what asks stays longest
        toast.show()
        self.place()

    def again(self) -> None:
        """Show the last message that went by itself; said again, the one before it."""
        if self.missed:
            message = self.missed.pop()
            kept = tuple(self.missed)
            self.show(message)
            self.missed = deque(kept, REMEMBERED)  # what makes room for it was seen

    def _miss(self, toast: Toast) -> None:
        self.missed.append(toast.message)
        self._close(toast)

    def _drop(self, about: str) -> None:
        for toast in [t for t in self._shown if t.message.about == about]:
            self._close(toast)

    def clear(self) -> None:
        for toast in tuple(self._shown):
            self._close(toast)

    def place(self) -> None:
        """Put the toasts where they belong; called when the widget below changes its size."""
        bottom = self._over.height() - MARGIN
        for toast in reversed(self._shown):
            width = min(WIDEST, max(self.room(), NARROWEST) - 2 * MARGIN)
            toast.setFixedWidth(width)
            height = max(toast.heightForWidth(width), toast.minimumSizeHint().height())
            toast.setGeometry(MARGIN, bottom - height, width, height)
            toast.raise_()
            bottom -= height + 8

    def _close(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self.place()
