"""What may be drawn over: all, the background, chosen classes, a range of values; and the chip that says so."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QSpinBox, QVBoxLayout, QWidget

from segstudio.core.schema import LabelSchema
from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Check, NumberSlider, Section, Segments, label, row
from segstudio.services.seen import Seen
from segstudio.services.session import Session

CHOICES = {
    "all": ("Everything", "Draw over all classes"),
    "background": ("Background", "Draw only over the background: what is labelled stays"),
    "classes": ("Classes", "Draw only over the classes that are ticked below"),
}
STEPS = 255
"""Of the sliders, from the least to the greatest value of the picture."""

ROW, SHOWN = 24, 6
CHIP_WIDTH = 240
NAME_WIDTH = 84


class RulesPanel(Section):
    """Classes are locked in their list, by a click on the lock."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Paint over")
        self.foldable(theme, opened=False)
        self._session, self._theme = session, theme
        self.over = Segments()
        self.over.offer(CHOICES)
        self.over.chosen.connect(lambda over: self._set(over=over))
        self.classes = QListWidget()
        self.classes.setAccessibleName("Classes that are drawn over")
        self.classes.setIconSize(QSize(14, 14))
        self.classes.itemChanged.connect(lambda _: self._set(chosen=self._ticked()))
        self.ranged = Check("Only where the picture's values are", theme)
        self.ranged.setToolTip("Draw only where the picture is as bright as this")
        self.ranged.toggled.connect(lambda on: self._set(ranged=on))
        self._scale = _Scale()
        self.low = NumberSlider("Lowest value", 0, STEPS, field=_Value(self._scale))
        self.high = NumberSlider("Highest value", 0, STEPS, field=_Value(self._scale))
        self.low.changed.connect(lambda at: self._set_ends(at, max(at, self.high.value())))
        self.high.changed.connect(lambda at: self._set_ends(min(at, self.low.value()), at))
        self._ends = QWidget()
        ends = QVBoxLayout(self._ends)
        ends.setContentsMargins(0, 0, 0, 0)
        ends.addLayout(row("From", self.low, NAME_WIDTH))
        ends.addLayout(row("To", self.high, NAME_WIDTH))
        self.stands_in = label("", "hintText", wrap=True)
        for part in (self.over, self.stands_in, self.classes, self.ranged, self._ends):
            self.body.addWidget(part)
        session.rules_changed.connect(lambda _: self._show())
        session.project_opened.connect(lambda _: self._offer())
        session.project_changed.connect(lambda _: self._offer())
        session.sample_opened.connect(lambda _: self._show())
        theme.changed.connect(self._offer)
        self._offer()

    def _set(self, **changed: object) -> None:
        self._session.set_rules(replace(self._session.rules, **changed))  # type: ignore[arg-type]

    def _set_ends(self, low: int, high: int) -> None:
        self._set(low=self._scale.value(low), high=self._scale.value(high))

    def _ticked(self) -> frozenset[int]:
        items = [self.classes.item(i) for i in range(self.classes.count())]
        return frozenset(i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() == Qt.CheckState.Checked)

    def _offer(self) -> None:
        """Offer the classes of the project."""
        project = self._session.project
        self.classes.blockSignals(True)
        self.classes.clear()
        for c in project.schema.classes if project is not None else ():
            item = QListWidgetItem(chip_icon(c, self._theme.tokens), c.name)
            item.setData(Qt.ItemDataRole.UserRole, c.id)
            item.setSizeHint(QSize(0, ROW))
            self.classes.addItem(item)
        self.stands_in.setText(_stands_in(project.schema) if project is not None else "")
        self.classes.setFixedHeight(ROW * min(max(self.classes.count(), 1), SHOWN) + 2)
        self.classes.blockSignals(False)
        self._show()

    def _show(self) -> None:
        rules, current = self._session.rules, self._session.current
        if current is not None:
            self._scale.fit(current.seen)
        self.over.choose(rules.over)
        self.classes.setVisible(rules.over == "classes")
        self.stands_in.setVisible(rules.over == "background" and bool(self.stands_in.text()))
        self.classes.blockSignals(True)
        for i in range(self.classes.count()):
            item = self.classes.item(i)
            ticked = item.data(Qt.ItemDataRole.UserRole) in rules.chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.classes.blockSignals(False)
        self.ranged.set_value(rules.ranged)
        self._ends.setVisible(rules.ranged)
        self.low.set_value(self._scale.step(rules.low))
        self.high.set_value(self._scale.step(rules.high))


def _stands_in(schema: LabelSchema) -> str:
    """Return what serves as background in a sentence, where no class is marked so."""
    serves = schema.get(schema.background)
    if serves is None or serves.background:
        return ""
    return f"No class is marked as background here: {serves.name}, which the eraser writes, is what may be drawn over."


class RuleChip(QPushButton):
    """Says in the status bar what is not drawn over; not there where everything is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("ruleChip")
        theme.dress(self, "lock-outline", 14, token="text")
        self.show_texts([])

    def show_texts(self, texts: list[str]) -> None:
        whole = ", ".join(texts)
        self.setText(self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, CHIP_WIDTH))
        self.setToolTip(f"Not everything is drawn over. {whole}. Click to change it.")
        self.setAccessibleName(whole)
        self.setVisible(bool(texts))


@dataclass(slots=True)
class _Scale:
    """The values of a picture along a slider; at either end there is no bound."""

    low: float = 0.0
    high: float = 255.0

    def fit(self, seen: Seen) -> None:
        values = seen.values if not seen.kind.plain else None
        self.low, self.high = (values.low, values.high) if values is not None else (0.0, 255.0)

    def shown(self, step: int) -> float:
        return self.low + (self.high - self.low) * step / STEPS

    def value(self, step: int) -> float:
        return -math.inf if step == 0 else math.inf if step == STEPS else self.shown(step)

    def step(self, value: float) -> int:
        span = (self.high - self.low) or 1.0
        return round(STEPS * min(max((value - self.low) / span, 0.0), 1.0))


class _Value(QSpinBox):
    """Shows the value of the picture that a position of the slider stands for."""

    def __init__(self, scale: _Scale) -> None:
        super().__init__()
        self._scale = scale

    def textFromValue(self, step: int) -> str:
        return f"{self._scale.shown(step):.5g}"

    def valueFromText(self, text: str) -> int:
        return self._scale.step(float(text))
