"""The list of samples as Qt sees it: filtered and ordered, any number of them."""

from enum import Enum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from segstudio.core.records import Sample
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.widgets import Index
from segstudio.services.session import Session

SAMPLE_ROLE = Qt.ItemDataRole.UserRole
STATE_ROLE = Qt.ItemDataRole.UserRole + 1
SCORE_ROLE = Qt.ItemDataRole.UserRole + 2


class State(Enum):
    """What is known of a sample: its text, icon and colour token."""

    UNLABELLED = ("unlabelled", "circle-outline", "text3")
    LABELLED = ("labelled", "check-circle", "ok")
    EDITED = ("edited", "pencil-circle", "accent")
    PREDICTED = ("predicted", "creation", "text2")
    FAILED = ("failed", "alert-circle", "error")

    @property
    def text(self) -> str:
        return str(self.value[0])


class SamplesModel(QAbstractListModel):
    """Rows are positions in ``order``; nothing is computed for a row that is not in sight."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._samples: tuple[Sample, ...] = ()
        self._order: list[int] = []
        self._rows: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        thumbnails.ready.connect(self.touch)

    def set_samples(self, samples: tuple[Sample, ...]) -> None:
        self.failed = {}
        self._samples = samples
        self.set_order(list(range(len(samples))))

    def arrange(self, search: str, state: State | None, worst_first: bool) -> None:
        """Show the samples whose id holds ``search``, in one state or any, by name or worst mean IoU first."""
        wanted = search.casefold().strip()
        order = [
            i
            for i, sample in enumerate(self._samples)
            if wanted in sample.id.casefold() and (state is None or self.state(sample) is state)
        ]
        if worst_first:
            rank = {sample_id: n for n, (sample_id, _) in enumerate(self._session.scores.worst_first())}
            order.sort(key=lambda i: rank.get(self._samples[i].id, len(rank)))
        self.set_order(order)

    def set_order(self, order: list[int]) -> None:
        if order == self._order and len(self._rows) == len(order):
            return
        self.beginResetModel()
        self._order = order
        self._rows = {self._samples[i].id: row for row, i in enumerate(order)}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        sample = self._samples[self._order[index.row()]]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return sample.name
            case Qt.ItemDataRole.ToolTipRole:
                return self.failed.get(sample.id, sample.id)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{sample.id}, {self.state(sample).text}"
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.get(sample)
            case _:
                return self._own_data(sample, role)

    def _own_data(self, sample: Sample, role: int) -> Any:
        if role == SAMPLE_ROLE:
            return sample
        if role == STATE_ROLE:
            return self.state(sample)
        if role == SCORE_ROLE:
            return self._session.scores.mean_iou(sample.id)
        return None

    def state(self, sample: Sample) -> State:
        """Return what is known of a sample; the later steps of work win."""
        project = self._session.project
        if sample.id in self.failed:
            return State.FAILED
        if sample.id in self._session.edited:
            return State.EDITED
        if project is not None and any(sample.id in source.files for source in project.sources):
            return State.LABELLED
        if self._session.run is not None and sample.id in self._session.run.files:
            return State.PREDICTED
        return State.UNLABELLED

    def sample_at(self, row: int) -> Sample | None:
        return self._samples[self._order[row]] if 0 <= row < len(self._order) else None

    def row_of(self, sample_id: str) -> int:
        """Return the row of a sample, or -1 where it is not shown."""
        return self._rows.get(sample_id, -1)

    def touch(self, sample_id: str) -> None:
        """Paint a sample's row anew."""
        row = self.row_of(sample_id)
        if row >= 0:
            index = self.index(row, 0)
            self.dataChanged.emit(index, index)
