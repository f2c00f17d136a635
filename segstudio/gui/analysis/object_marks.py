"""Objects drawn over the panes: pairs joined and outlined, missed and false ones in the colours of errors."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from segstudio.gui.analysis.object_finder import Seen
from segstudio.gui.analysis.object_rows import Fate, ObjectRow
from segstudio.gui.canvas.pointing import to_screen
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.plots.ink import small_font
from segstudio.overlays.errors import FALSE_NEGATIVE, FALSE_POSITIVE, SWAPPED, TRUE_POSITIVE

COLORS = {
    Fate.MISSED: QColor(*FALSE_NEGATIVE),
    Fate.FALSE: QColor(*FALSE_POSITIVE),
    Fate.MISTAKEN: QColor(*SWAPPED),
    Fate.MATCHED: QColor(*TRUE_POSITIVE),
}
LOOKS = {
    Fate.MISSED: Qt.PenStyle.DashLine,
    Fate.FALSE: Qt.PenStyle.SolidLine,
    Fate.MISTAKEN: Qt.PenStyle.SolidLine,
    Fate.MATCHED: Qt.PenStyle.SolidLine,
}
"""Missed objects are dashed, as they are hatched elsewhere: colour alone does not tell."""
UNDER = QColor(0, 0, 0, 150)
WIDTH, CHOSEN_WIDTH = 2.0, 3.5


class ObjectMarks:
    """Draws rows, one of the canvas's ``over``. ``chosen`` is drawn stronger, with its IoU."""

    def __init__(self) -> None:
        self._seen: Seen | None = None
        self._rows: Sequence[ObjectRow] = ()
        self._paths: dict[Fate, QPainterPath] = {}
        self._predicted = QPainterPath()
        self._joins: list[QLineF] = []
        self._by_number: tuple[dict[int, ObjectRow], dict[int, ObjectRow]] = ({}, {})
        self.chosen: ObjectRow | None = None

    def show(self, seen: Seen | None, rows: Sequence[ObjectRow]) -> None:
        """Draw other rows; nothing where ``seen`` is None."""
        self._seen, self._rows, self.chosen = seen, rows if seen is not None else (), None
        self._paths = {fate: QPainterPath() for fate in Fate}
        self._predicted, self._joins, self._by_number = QPainterPath(), [], ({}, {})
        for row in self._rows:
            assert seen is not None
            if row.truth is not None:
                self._paths[row.fate].addPath(seen.truth.paths[row.truth])
                self._by_number[0][row.truth] = row
            if row.prediction is not None:
                self._by_number[1][row.prediction] = row
                line = self._predicted if row.truth is not None else self._paths[row.fate]
                line.addPath(seen.prediction.paths[row.prediction])
            if row.truth is not None and row.prediction is not None:
                self._joins.append(QLineF(seen.truth.middles[row.truth], seen.prediction.middles[row.prediction]))

    def at(self, place: tuple[float, float] | None) -> ObjectRow | None:
        """Return the row of the object at a place of the picture, that of the truth before that of the prediction."""
        if self._seen is None or place is None:
            return None
        x, y = int(place[0] // 1), int(place[1] // 1)
        objects = self._seen.objects
        for side, rows in zip((objects.truth, objects.prediction), self._by_number, strict=True):
            numbers = side.planes.instances
            assert numbers is not None
            if 0 <= y < numbers.shape[0] and 0 <= x < numbers.shape[1] and (row := rows.get(int(numbers[y, x]))):
                return row
        return None

    def draw(self, painter: QPainter, view: Viewport) -> None:
        """Draw all rows where a view of the picture has them."""
        if not self._rows:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setTransform(to_screen(view), combine=True)
        _stroke(painter, self._predicted, COLORS[Fate.MATCHED], 1.0, Qt.PenStyle.DotLine)
        for fate in reversed(Fate):
            _stroke(painter, self._paths[fate], COLORS[fate], WIDTH, LOOKS[fate])
        for color, width in ((UNDER, 4.0), (COLORS[Fate.MATCHED], 2.0)):
            painter.setPen(_pen(color, width))
            painter.drawLines(self._joins)
        if self.chosen is not None:
            self._draw_chosen(painter, self.chosen)
        painter.restore()
        if self.chosen is not None:
            _draw_text(painter, view, self.chosen)

    def _draw_chosen(self, painter: QPainter, row: ObjectRow) -> None:
        assert self._seen is not None
        sides = ((self._seen.truth, row.truth), (self._seen.prediction, row.prediction))
        for outlines, number in sides:
            if number is not None:
                _stroke(painter, outlines.paths[number], COLORS[row.fate], CHOSEN_WIDTH, LOOKS[row.fate])


def chip(fate: Fate, size: int = 14) -> QPixmap:
    """Return the line of a fate as a picture, for the table."""
    pixmap = QPixmap(size + 2, size + 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(UNDER, 4))
    painter.drawEllipse(QRectF(3, 3, size - 4, size - 4))
    painter.setPen(QPen(COLORS[fate], 2, LOOKS[fate]))
    painter.drawEllipse(QRectF(3, 3, size - 4, size - 4))
    painter.end()
    return pixmap


def _stroke(painter: QPainter, path: QPainterPath, color: QColor, width: float, look: Qt.PenStyle) -> None:
    if not path.isEmpty():
        painter.setPen(_pen(UNDER, width + 1.5))
        painter.drawPath(path)
        painter.setPen(_pen(color, width, look))
        painter.drawPath(path)


def _pen(color: QColor, width: float, look: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, look)
    pen.setCosmetic(True)  # as wide at any zoom
    return pen


def _draw_text(painter: QPainter, view: Viewport, row: ObjectRow) -> None:
    """Write the IoU, or what became of the object, above it."""
    corners = [view.to_screen(x, y) for x in (row.rect.x0, row.rect.x1) for y in (row.rect.y0, row.rect.y1)]
    text = row.fate.name.lower() if row.iou is None else f"IoU {100 * row.iou:.1f} %"
    painter.setFont(small_font(bold=True))
    width = painter.fontMetrics().horizontalAdvance(text) + 12
    middle, top = (min(x for x, _ in corners) + max(x for x, _ in corners)) / 2, min(y for _, y in corners)
    box = QRectF(middle - width / 2, max(top - 24, 4), width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 200))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
