"""The steps of a history as Qt's lists want them: what was added or is gone is told alone, not all of them anew."""

import time
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, QTimer, Signal

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.edit import Edit
from segstudio.editing.history import History
from segstudio.editing.written import Written, counting
from segstudio.gui.widgets import Index

OPENED = "Opened"
COUNTING_S = 0.004
"""A quarter of a frame: so long is counted at a time."""

WRITTEN_ROLE = Qt.ItemDataRole.UserRole
CLASS_ROLE = Qt.ItemDataRole.UserRole + 1


class HistoryModel(QAbstractListModel):
    """Row 0 is the sample as it was opened, or as it was before the oldest step that is still known.

    What a step has written is counted once somebody asks for it, a few milliseconds at a time. ``touched`` says that
    rows read differently; it stands for ``dataChanged``, of which a list view lays out all its rows anew.
    """

    touched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Edit] = []
        self.at = 0
        self.schema: LabelSchema | None = None
        self._followed = False
        self._written: dict[int, Written] = {}  # by the id of a step, which is kept as long as the step is
        self._wanted: dict[int, Iterator[Written]] = {}
        self._partly: dict[int, Written] = {}
        self._counting = QTimer(self)
        self._counting.timeout.connect(self._count)

    def show_history(self, history: History | None) -> None:
        """Show all steps of a history, or none."""
        self.beginResetModel()
        self._followed = history is not None
        self.steps = [] if history is None else list(history.steps)
        self.at = 0 if history is None else len(history)
        kept = {id(step) for step in self.steps}
        self._written = {key: found for key, found in self._written.items() if key in kept}
        self._wanted.clear()
        self._partly.clear()
        self.endResetModel()

    def add(self, step: Edit, done: int) -> None:
        """Show a step just made, after which ``done`` can be undone: what had been undone is gone, and old ones may."""
        self._remove(self.at, len(self.steps))
        self.beginInsertRows(QModelIndex(), len(self.steps) + 1, len(self.steps) + 1)
        self.steps.append(step)
        self.endInsertRows()
        self._remove(0, len(self.steps) - done)
        self.go_to(done)

    def go_to(self, done: int) -> None:
        """Show that so many steps are done, and the others undone."""
        self.at = done
        self.touched.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() or not self._followed else len(self.steps) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.row() == 0:
            return OPENED if role == Qt.ItemDataRole.DisplayRole else None
        step = self.steps[index.row() - 1]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(step)
            case Qt.ItemDataRole.AccessibleTextRole:
                written = self._asked(step)
                return self._text(step) + (f", {written.pixels:,} pixels" if written is not None else "")
            case _ if role == WRITTEN_ROLE:
                return self._asked(step)
            case _ if role == CLASS_ROLE:
                return self._class(step)
        return None

    def _text(self, step: Edit) -> str:
        """Return what a step is called: with the class that it wrote, once that is known and says something."""
        c = self._class(step)
        return step.text if c is None or c.background or c.name in step.text else f"{step.text}: {c.name}"

    def _class(self, step: Edit) -> LabelClass | None:
        """Return the one class that a step wrote, None where it is not one, or not yet known."""
        written = self._asked(step)
        if written is None or len(written.classes) != 1 or self.schema is None:
            return None
        return self.schema.get(next(iter(written.classes)))

    def _asked(self, step: Edit) -> Written | None:
        """Return what a step has written, None where that is still to be counted."""
        found = self._written.get(id(step))
        if found is None and id(step) not in self._wanted:
            self._wanted[id(step)] = counting(step)
            self._counting.start(0)
        return found

    def _count(self) -> None:
        until = time.perf_counter() + COUNTING_S
        while self._wanted:
            key, tiles = next(iter(self._wanted.items()))
            for self._partly[key] in tiles:
                if time.perf_counter() > until:
                    return
            self._written[key] = self._partly.pop(key, Written())
            del self._wanted[key]
        self._counting.stop()
        self.touched.emit()

    def _remove(self, first: int, last: int) -> None:
        """Take out steps, the last not included."""
        if first < last:
            self.beginRemoveRows(QModelIndex(), first + 1, last)
            for key in map(id, self.steps[first:last]):
                self._written.pop(key, None)
                self._wanted.pop(key, None)
                self._partly.pop(key, None)
            del self.steps[first:last]
            self.endRemoveRows()
