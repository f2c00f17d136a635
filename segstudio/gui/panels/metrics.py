"""How good the prediction is: this image beside the data set, class by class, live while one paints."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
)

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NOT_DEFINED, Choice, Index, Section, label, percent
from segstudio.metrics import overlap
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session

COUNTING_S = 0.005
REFRESH_MS = 40
"""Between two refreshes while one paints: as often as figures can be followed."""
COLUMNS = ("Class", "IoU", "image", "set", "Dice", "set")
TIPS = (
    "Click a class to see its errors alone; click it again for all",
    "IoU of this image (upper bar) and of the data set (lower bar)",
    "IoU of this image, %",
    "IoU of the data set from summed pixel counts, %",
    "Dice of this image, %",
    "Dice of the data set from summed pixel counts, %",
)


class ScoresModel(QAbstractTableModel):
    """One row a scored class; nan where a score is not defined."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.classes: tuple[LabelClass, ...] = ()
        self._values = np.empty((0, 4))

    def show_scores(self, classes: tuple[LabelClass, ...], values: np.ndarray[Any, np.dtype[np.float64]]) -> None:
        """Show ``values``, shape (classes, 4): IoU of image and set, Dice of image and set."""
        if classes != self.classes:
            self.beginResetModel()
            self.classes, self._values = classes, values
            self.endResetModel()
        else:
            self._values = values
            self.dataChanged.emit(self.index(0, 1), self.index(len(classes) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return COLUMNS[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return TIPS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if section < 2 else Qt.AlignmentFlag.AlignRight
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        c = self.classes[row]
        if role == Qt.ItemDataRole.UserRole:
            return (c, float(self._values[row, 0]), float(self._values[row, 1]))
        if role == Qt.ItemDataRole.DisplayRole and column != 1:
            return c.name if column == 0 else percent(self._values[row, column - 2])
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return chip_pixmap(c, self._theme.tokens)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class BarDelegate(QStyledItemDelegate):
    """Two bars in one cell: this image in the class colour, the data set below it."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = self._theme.tokens
        c, image, dataset = index.data(Qt.ItemDataRole.UserRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, t.color("select"))
        ground = QRect(option.rect.x() + 2, option.rect.center().y() - 4, option.rect.width() - 8, 9)
        painter.fillRect(ground, t.color("border"))
        for value, color, top, height in ((image, QColor(*c.color), 0, 5), (dataset, t.color("text3"), 6, 3)):
            if not math.isnan(value):
                painter.fillRect(QRect(ground.x(), ground.y() + top, round(ground.width() * value), height), color)


class MetricsPanel(QFrame):
    """``focused`` names the class whose errors alone are to be seen, or None."""

    focused = Signal(object)
    refreshed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._session = session
        self._focus: int | None = None
        self._runs = Choice(theme, "Prediction that is compared")
        self._numbers = [label(NOT_DEFINED, "headline") for _ in range(3)]
        self._sets = [label("", "caption") for _ in range(3)]
        self._hint = label("", "hintText", wrap=True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self.model = ScoresModel(theme)
        self.table = self._make_table(theme)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._count)
        self._lay_out()
        self._runs.activated.connect(self._on_run_chosen)
        session.project_opened.connect(lambda _: self._list_runs())
        session.project_changed.connect(lambda _: self._list_runs())
        session.run_changed.connect(lambda _: self._list_runs())
        session.sample_opened.connect(self._follow)
        session.prediction_changed.connect(self._follow)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()

    def _count(self) -> None:
        """Count what was drawn, a part of a frame at a time, then show it."""
        current = self._session.current
        if self.isVisible() and current is not None and not current.catch_up(COUNTING_S):
            self._timer.start(0)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Show the scores as they are now; where nobody sees them, when they are seen again."""
        if not self.isVisible():
            return
        project, current = self._session.project, self._session.current
        comparison = current.scored if current else None
        image = comparison.confusion if comparison else None
        dataset = self._session.live_total()
        for i, score in enumerate((overlap.mean_iou, overlap.mean_dice, overlap.pixel_accuracy)):
            self._numbers[i].setText(NOT_DEFINED if image is None else percent(score(image)))
            self._sets[i].setText("" if dataset is None else f"set {percent(score(dataset))}")
        if project is not None:
            columns = [_by_class(overlap.iou, image), _by_class(overlap.iou, dataset)]
            columns += [_by_class(overlap.dice, image), _by_class(overlap.dice, dataset)]
            scored = project.schema.scored
            filled = [np.full(len(scored), np.nan) if c is None else c for c in columns]
            self.model.show_scores(scored, np.stack(filled, axis=1))
        self._hint.setText(self._advice(image))
        self._hint.setVisible(bool(self._hint.text()))
        self.refreshed.emit()

    def show_progress(self, done: int, total: int, failures: Mapping[str, str]) -> None:
        """Show how much of the data set has been scored, and what could not be."""
        self._progress.setRange(0, max(total, 1))
        self._progress.setValue(done)
        self._progress.setVisible(done < total)
        text = f"{done:,} of {total:,} images" if done < total else f"{total - len(failures):,} images pooled"
        self.table_section.note.setText(text + (f", {len(failures):,} not scored" if failures else ""))
        self.table_section.note.setToolTip("\n".join(list(failures.values())[:20]))
        self.later()

    def later(self) -> None:
        """Refresh in a moment, once however often it is asked."""
        if not self._timer.isActive():
            self._timer.start(REFRESH_MS)

    def _advice(self, image: Confusion | None) -> str:
        current = self._session.current
        if image is None and current is not None and current.prediction is not None:
            return "This image has no labels yet, so there is nothing to score the prediction against."
        if image is None:
            return "There is no prediction for this image. Predict it, or choose a run above."
        if not image.pixels:
            return "Nothing of this image is scored: it has no labels yet, or all of them are ignored."
        return ""

    def _follow(self, opened: OpenSample) -> None:
        if opened.comparison is not None:
            opened.comparison.changed.connect(lambda _: self.later())
        self.later()

    def _list_runs(self) -> None:
        project, run = self._session.project, self._session.run
        self._runs.clear()
        for known in reversed(project.runs if project else ()):
            self._runs.addItem(known.name, known)
            if run is not None and known.folder == run.folder:
                self._runs.setCurrentIndex(self._runs.count() - 1)
        self._runs.setEnabled(self._runs.count() > 0)
        self._runs.setPlaceholderText("No predictions yet")
        self.later()

    def _on_run_chosen(self, index: int) -> None:
        self._session.choose_run(self._runs.itemData(index))

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setItemDelegateForColumn(1, BarDelegate(theme, table))
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setAccessibleName("Scores by class")
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((100, 0, 42, 40, 40, 40)):
            if width:
                table.setColumnWidth(column, width)
        table.clicked.connect(self._on_class)
        return table

    def _on_class(self, index: QModelIndex) -> None:
        c: LabelClass = index.data(Qt.ItemDataRole.UserRole)[0]
        again = self._focus == c.id
        self._focus = None if again else c.id
        if again:
            self.table.clearSelection()
        self.focused.emit(self._focus)

    def show_focus(self, class_id: int | None) -> None:
        """Show which class is looked at alone, without announcing it."""
        self._focus = class_id
        row = next((i for i, c in enumerate(self.model.classes) if c.id == class_id), None)
        self.table.clearSelection() if row is None else self.table.selectRow(row)

    def _lay_out(self) -> None:
        head = Section("Metrics")
        head.body.addWidget(self._runs)
        grid = QGridLayout()
        grid.setVerticalSpacing(0)
        for i, name in enumerate(("mIoU", "Mean Dice", "Pixel accuracy")):
            grid.addWidget(label(name, "caption"), 0, i)
            grid.addWidget(self._numbers[i], 1, i)
            grid.addWidget(self._sets[i], 2, i)
            grid.setColumnStretch(i, 1)
        head.body.addLayout(grid)
        head.body.addWidget(self._hint)
        self.table_section = Section("By class")
        self.table_section.body.addWidget(self._progress)
        self.table_section.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.table_section, 1)


def _by_class(metric: Any, confusion: Confusion | None) -> Any:
    return None if confusion is None else metric(confusion)
