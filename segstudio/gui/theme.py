"""The look: colour tokens for dark and light, the style sheet made from them, and icons in their colours."""

import re
from dataclasses import asdict, dataclass
from typing import Literal

import qtawesome
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication

from segstudio.services.resources import resource

Mode = Literal["system", "dark", "light"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of the window; the picture and its labels bring their own."""

    canvas: str
    window: str
    panel: str
    raised: str
    input: str
    border: str
    strong: str
    text: str
    text2: str
    text3: str
    accent: str
    onaccent: str
    select: str
    warn: str
    error: str
    ok: str

    def color(self, token: str) -> QColor:
        return QColor(getattr(self, token))


DARK = Tokens(
    canvas="#141618",
    window="#1B1E21",
    panel="#212529",
    raised="#2A2F34",
    input="#181B1E",
    border="#343A40",
    strong="#4B535B",
    text="#E8EAED",
    text2="#B0B8C0",
    text3="#9AA3AC",
    accent="#35C7B4",
    onaccent="#04221E",
    select="#1C3B38",
    warn="#F0B849",
    error="#FF8277",
    ok="#6CCB8B",
)
LIGHT = Tokens(
    canvas="#D9DDE0",
    window="#EEF0F2",
    panel="#F8F9FA",
    raised="#FFFFFF",
    input="#FFFFFF",
    border="#D5DADE",
    strong="#AAB2B9",
    text="#1B1F23",
    text2="#4A535B",
    text3="#59626B",
    accent="#0A7064",
    onaccent="#FFFFFF",
    select="#D8EFEB",
    warn="#805400",
    error="#B3261E",
    ok="#1C6B3C",
)

FACES = ("Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Helvetica Neue", "Noto Sans", "DejaVu Sans")


class Theme(QObject):
    """Which tokens are in force. ``changed`` says that everything painted by hand must be painted anew.

    The style sheet is ``put_on`` once the window is made: while its parts are put into one another, each would be
    styled anew at every step.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._template = resource("style.qss").read_text(encoding="utf-8")
        self._is_on = False
        self.mode: Mode = "system"
        self.tokens = DARK
        app.setStyle("Fusion")
        app.setFont(_font())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system)
        self.set_mode("system")

    @property
    def dark(self) -> bool:
        return self.tokens is DARK

    def set_mode(self, mode: Mode) -> None:
        """Choose dark or light, or follow the system."""
        self.mode = mode
        system_is_light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        self.tokens = LIGHT if mode == "light" or (mode == "system" and system_is_light) else DARK
        self._app.setPalette(_palette(self.tokens))
        if self._is_on:
            self._put_sheet()
        self.changed.emit()

    def put_on(self) -> None:
        """Style everything there is, and what comes."""
        self._is_on = True
        self._put_sheet()

    def toggle(self) -> None:
        self.set_mode("light" if self.dark else "dark")

    def icon(self, name: str, token: str = "text2", active: str = "text") -> QIcon:
        """Return an icon of the icon library in the colours of two tokens: at rest, and when checked."""
        t = self.tokens
        icon: QIcon = qtawesome.icon(
            f"mdi6.{name}",
            color=t.color(token),
            color_active=t.color(active),
            color_on=t.color(active),
            color_disabled=t.color("strong"),
        )
        return icon

    def dress(self, button: QAbstractButton, icon: str, size: int = 16, token: str = "text2", on: str = "text") -> None:
        """Give a button an icon that follows the theme."""
        button.setIconSize(QSize(size, size))
        _Dress(self, button, (icon, token, on))

    def _put_sheet(self) -> None:
        """Put the sheet on in place of another.

        The other is taken off first: in place of one Qt styles every widget once for each widget that it lies in, with
        none before it once, which takes a fifth of the time.
        """
        self._app.setStyleSheet("")
        self._app.setStyleSheet(styled(self._template, self.tokens))

    def _on_system(self) -> None:
        if self.mode == "system":
            self.set_mode("system")


class _Dress(QObject):
    """Keeps one button's icon in the theme's colours, and goes with the button."""

    def __init__(self, theme: Theme, button: QAbstractButton, icon: tuple[str, str, str]) -> None:
        super().__init__(button)
        self._theme, self._button, self._icon = theme, button, icon
        self._put()
        theme.changed.connect(self._put)

    def _put(self) -> None:
        self._button.setIcon(self._theme.icon(*self._icon))


def styled(template: str, tokens: Tokens) -> str:
    """Put the tokens' colours where the style sheet names them as ``@token``."""
    colors = asdict(tokens)
    return re.sub(r"@(\w+)", lambda found: colors[found[1]], template)


def _font() -> QFont:
    font = QFont()
    font.setFamilies([*FACES, font.family()])
    font.setPixelSize(13)
    font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width, so that columns of numbers stand
    return font


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.window,
        QPalette.ColorRole.WindowText: t.text,
        QPalette.ColorRole.Base: t.input,
        QPalette.ColorRole.AlternateBase: t.panel,
        QPalette.ColorRole.Text: t.text,
        QPalette.ColorRole.Button: t.raised,
        QPalette.ColorRole.ButtonText: t.text,
        QPalette.ColorRole.ToolTipBase: t.raised,
        QPalette.ColorRole.ToolTipText: t.text,
        QPalette.ColorRole.PlaceholderText: t.text3,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.onaccent,
        QPalette.ColorRole.Link: t.accent,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.strong))
    return palette
