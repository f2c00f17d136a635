"""The error regions as Qt's lists want them."""

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from segstudio.core.schema import LabelClass
from segstudio.core.wording import signed
from segstudio.gui.widgets import Index
from segstudio.services.error_regions import ErrorRegion, Key

REGION_ROLE = Qt.ItemDataRole.UserRole

ClassOf: TypeAlias = Callable[[int], LabelClass]
"""Returns the class of a value, also of one that no class has."""


def points(worth: float) -> str:
    """Return a difference of scores of 0..1 in points of a hundred, with its sign; small ones with two decimals."""
    return signed(worth, 1 if abs(worth) >= 0.001 else 2)


def pair_text(region_truth: int, predicted: int, class_of: ClassOf) -> str:
    """Return what was taken for what, as "Car as Building"."""
    return f"{class_of(region_truth).name} as {class_of(predicted).name}"


class ErrorRegionsModel(QAbstractListModel):
    """One row a region, in the order in which they come."""

    def __init__(self, told: Callable[[ErrorRegion], str]) -> None:
        super().__init__()
        self._told = told
        self._rows: dict[Key, int] = {}
        self.regions: tuple[ErrorRegion, ...] = ()

    def show_regions(self, regions: tuple[ErrorRegion, ...]) -> None:
        """Show other regions; where none of them is another, nothing happens."""
        if regions != self.regions:
            self.beginResetModel()
            self.regions = regions
            self._rows = {region.key: row for row, region in enumerate(regions)}
            self.endResetModel()

    def row_of(self, key: Key) -> int | None:
        return self._rows.get(key)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.regions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        region = self.regions[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._told(region)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            height, width = region.rect.shape
            where = f"{region.area:,} px within {width:,} x {height:,}, worth {points(region.worth)} IoU"
            return f"{region.kind.text.capitalize()}: {where}\n{region.kind.meaning}"
        return region if role == REGION_ROLE else None
