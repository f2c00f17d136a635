"""Icons: outlines of one colour, of Material Design Icons, drawn at any size."""

import json
from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from segstudio.services.resources import resource

SHARE = 0.875
"""Of the square that an icon is given, as much is its own: at 16 pixels it is drawn as large as text is."""
KEPT = 512


class Inks(NamedTuple):
    """The colours of an icon at rest, when it is pointed at or on, and where it cannot be used."""

    rest: QColor
    active: QColor
    disabled: QColor

    def of(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return self.disabled
        return self.active if mode == QIcon.Mode.Active or state == QIcon.State.On else self.rest


def icon(name: str, inks: Inks) -> QIcon:
    """Return an icon by its name in the library; raises ``LookupError`` for one that was not taken from it."""
    outline = _outlines().get(name)
    if outline is None:
        raise LookupError(f"There is no icon {name} in resources/icons.json: resources/take_icons.py adds it.")
    return QIcon(_Engine(outline, inks))


class _Engine(QIconEngine):
    """Draws one outline, in the colour for what is done with it."""

    def __init__(self, outline: str, inks: Inks) -> None:
        super().__init__()
        self._outline, self._inks = outline, inks

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = SHARE * min(rect.width(), rect.height())
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        _renderer(self._outline, self._inks.of(mode, state).name()).render(painter, box)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _Engine(self._outline, self._inks)


@cache
def _outlines() -> dict[str, str]:
    outlines: dict[str, str] = json.loads(resource("icons.json").read_text(encoding="utf-8"))["icons"]
    return outlines


@lru_cache(KEPT)
def _renderer(outline: str, color: str) -> QSvgRenderer:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="{color}" d="{outline}"/></svg>'
    return QSvgRenderer(QByteArray(svg.encode()))
