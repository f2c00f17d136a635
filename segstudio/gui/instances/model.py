"""The objects of the open sample as Qt's lists want them."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from segstudio.core.records import Instance
from segstudio.gui.instances.cutouts import Cutouts
from segstudio.gui.widgets import Index

INSTANCE_ROLE = Qt.ItemDataRole.UserRole

BY_NUMBER = "Number"
ORDERS: dict[str, Callable[[Instance], tuple[int, ...]]] = {
    BY_NUMBER: lambda i: (i.number,),
    "Class": lambda i: (i.class_id, i.number),
    "Largest first": lambda i: (-i.area, i.number),
    "Smallest first": lambda i: (i.area, i.number),
}


class InstancesModel(QAbstractListModel):
    """One row an object, in the chosen order."""

    def __init__(self, cutouts: Cutouts, name_of: Callable[[int], str]) -> None:
        super().__init__()
        self._cutouts, self._name_of = cutouts, name_of
        self._rows: dict[int, int] = {}
        self.instances: list[Instance] = []
        cutouts.ready.connect(self._on_cutout)

    def show(self, instances: list[Instance], order: str) -> None:
        """Show other objects. Where they are the same ones in the same order, only what changed is painted anew."""
        before, wanted = self.instances, sorted(instances, key=ORDERS[order])
        if [i.number for i in before] == [i.number for i in wanted]:
            self.instances = wanted
            for row, (old, new) in enumerate(zip(before, wanted, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self.instances = wanted
        self._rows = {instance.number: row for row, instance in enumerate(wanted)}
        self.endResetModel()

    def row_of(self, number: int) -> int | None:
        return self._rows.get(number)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.instances)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        instance = self.instances[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._name_of(instance.class_id)} #{instance.number}"
        if role == Qt.ItemDataRole.ToolTipRole:
            height, width = instance.rect.shape
            return f"{instance.area:,} pixels within {width:,} x {height:,}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._cutouts.get(instance)
        return instance if role == INSTANCE_ROLE else None

    def _on_cutout(self, number: int) -> None:
        if (row := self.row_of(number)) is not None:
            self.dataChanged.emit(self.index(row), self.index(row))
