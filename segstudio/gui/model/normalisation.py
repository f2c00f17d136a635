"""The normalisation check: usual ways of preparing pictures, ranked by how well the model then predicts."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from segstudio.core.wording import counted, signed
from segstudio.gui.pace import Pace
from segstudio.gui.scrolling import scroll_to
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NOT_DEFINED, Section, label, percent
from segstudio.models import ModelInfo
from segstudio.services.model_facts import numbers
from segstudio.services.normalisation_check import IMAGES, NormalisationStep, Ranked, ranked_beside

ROW = 26
SCORE_ROOM, GAIN_ROOM = 44, 52


class RankedRows(QWidget):
    """One row a way: name, whether it is in use, mean IoU as a bar and a number, the gain. ``chosen`` tells which."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: tuple[Ranked, ...] = ()
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Normalisations by mean IoU")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_rows(self, rows: tuple[Ranked, ...], current: int = 0) -> None:
        """Show ways, the best first, which is then the chosen one where ``current`` does not say otherwise."""
        self.rows, self.current = rows, current
        self.setAccessibleDescription(", ".join(f"{row.way.name} {percent(row.mean_iou)} %" for row in rows))
        self.updateGeometry()
        self.update()

    def choose(self, row: int) -> None:
        if 0 <= row < len(self.rows):
            self.current = row
            self.chosen.emit(row)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * len(self.rows))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.choose(int(event.position().y()) // ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.choose(self.current + (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y()) // ROW
        self.setToolTip(numbers(self.rows[at].way.preprocess) if 0 <= at < len(self.rows) else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for i, row in enumerate(self.rows):
            self._paint_row(painter, QRect(0, i * ROW, self.width(), ROW), row, i == self.current)

    def _paint_row(self, painter: QPainter, rect: QRect, row: Ranked, current: bool) -> None:
        t, middle = self._theme.tokens, Qt.AlignmentFlag.AlignVCenter
        if current:
            painter.fillRect(rect, t.color("select"))
        right = middle | Qt.AlignmentFlag.AlignRight
        gain = QRect(rect.right() - GAIN_ROOM, rect.y(), GAIN_ROOM - 4, ROW)
        score = QRect(gain.x() - SCORE_ROOM, rect.y(), SCORE_ROOM, ROW)
        name = QRect(8, rect.y(), score.x() - 12, ROW - 6)
        painter.setPen(t.color("text"))
        text = f"{row.way.name}, in use" if row.way.in_use else row.way.name
        painter.drawText(
            name, middle, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, name.width())
        )
        bar = QRect(8, rect.bottom() - 5, name.width(), 3)
        painter.fillRect(bar, t.color("border"))
        if not math.isnan(row.mean_iou):
            bar.setWidth(round(bar.width() * row.mean_iou))
            painter.fillRect(bar, t.color("accent" if current else "text3"))
        painter.drawText(score, right, percent(row.mean_iou))
        painter.setPen(t.color("text2"))
        painter.drawText(gain, right, gain_text(row))


def gain_text(row: Ranked) -> str:
    """Return how far a way is ahead of the one in use, in per cent points."""
    if row.way.in_use:
        return ""
    return NOT_DEFINED if math.isnan(row.gain) else signed(row.gain)


class NormalisationSection(Section):
    """``wanted`` asks for the check, ``cancelled`` to end it; ``used`` gives the preprocessing that was chosen."""

    wanted = Signal()
    cancelled = Signal()
    used = Signal(object)

    def __init__(self, theme: Theme, pace: Callable[[], Pace] = Pace) -> None:
        super().__init__("Normalisation check")
        self.foldable(theme, opened=False)
        self._pace = pace()
        self._shown: tuple[ModelInfo, str] | None = None
        self.running = False
        self.check, self.use = QPushButton("Check"), QPushButton("Use this")
        self.check.setToolTip(
            f"Predict up to {IMAGES} labelled images of the project with each of the usual normalisations, "
            "and rank these by mean IoU. Nothing is written"
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.check, self.use):
            button.setObjectName("secondary")
            buttons.addWidget(button, 1)
        self.rows, self.said = RankedRows(theme), label("", "note", wrap=True)
        for part in (self.rows, self.said):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.check.clicked.connect(lambda: (self.cancelled if self.running else self.wanted).emit())
        self.use.clicked.connect(lambda: self.used.emit(self.rows.rows[self.rows.current].way.preprocess))
        self.rows.chosen.connect(lambda _: self._offer())
        self.forget()

    def show_model(self, info: ModelInfo, weights: str) -> None:
        """Keep what was found as long as it is about this model, in whichever of the ways it is run now.

        ``weights`` says what its file held as it was loaded: another file may stand there by then.
        """
        before, self._shown = self._shown, (info, weights)
        if before is None or (info.file, info.options, weights) != (before[0].file, before[0].options, before[1]):
            self.forget()
        elif info.preprocess != before[0].preprocess:
            self._show_used(info)

    def forget(self) -> None:
        """Show that nothing was checked."""
        self.rows.show_rows(())
        self.note.clear()
        self.said.setText(f"Predicts up to {IMAGES} labelled images in each of the usual ways and ranks these.")
        self._offer()

    def _show_used(self, info: ModelInfo) -> None:
        """Mark the way that the model is run in by now; one that was not ranked says nothing of those that were."""
        rows = ranked_beside(self.rows.rows, info.preprocess)
        if not rows:
            self.forget()
            return
        used = next(at for at, row in enumerate(rows) if row.way.in_use)
        self.rows.show_rows(rows, used)
        self.said.setText(f"{rows[used].way.name} is in use now. Another row can be chosen, and used instead.")
        self._offer()

    def begin(self) -> None:
        self.running = True
        self._pace.start()
        self.check.setText("Cancel")
        self.check.setEnabled(True)
        self._offer()

    def show_step(self, step: NormalisationStep) -> None:
        """Show how far it is, or what was found."""
        first, followed = not self.rows.rows, self._end_in_sight
        self.rows.show_rows(step.ranked)
        if first or (step.finished and followed):  # at first the rows have no room yet, at last what is said grows
            scroll_to(self)
        if not step.finished:
            self.note.setText(self._pace.told(step.done, step.total, "predictions"))
            return
        self.note.setText(f"mean IoU, {counted(len(step.ids), 'image')}")
        order = " No class of the model is known by name, so outputs are taken by order." if step.how == "order" else ""
        failures = f" {len(step.failures)} could not be read: {step.failures[0]}" if step.failures else ""
        self.said.setText(step.sentence(lambda score: f"{percent(score)} %") + order + failures)

    @property
    def _end_in_sight(self) -> bool:
        """Whether its lower edge is: nobody has scrolled away from it."""
        return self.visibleRegion().boundingRect().bottom() == self.rect().bottom()

    def end(self) -> None:
        """Let it be checked again, and what was found be used."""
        self.running = False
        self.check.setText("Check")
        self._offer()

    def allow(self, ready: bool) -> None:
        self.check.setEnabled(ready or self.running)
        self._offer()

    def _offer(self) -> None:
        """Let the chosen way be used, where it is another than now."""
        chosen = self.rows.rows[self.rows.current].way if self.rows.rows else None
        usable = chosen is not None and not chosen.in_use and not self.running
        self.use.setEnabled(usable)
        self.use.setText(f"Use {chosen.name}" if chosen is not None and usable else "Use this")
        self.use.setToolTip("Write it into the file beside the model, from where it is taken from now on")
