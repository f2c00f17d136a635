"""The list of samples as Qt sees it: filtered and ordered, any number of them."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt, Signal

from segstudio.core.records import Sample
from segstudio.gui.panels.states import State, state_of
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.widgets import Index, percent
from segstudio.metrics.overlap import iou
from segstudio.services.image_columns import Images, columns
from segstudio.services.sample_query import SampleQuery, parsed
from segstudio.services.session import Session

SAMPLE_ROLE = Qt.ItemDataRole.UserRole
STATE_ROLE = Qt.ItemDataRole.UserRole + 1
SCORE_ROLE = Qt.ItemDataRole.UserRole + 2
NOTED_ROLE = Qt.ItemDataRole.UserRole + 3
OPEN_ROLE = Qt.ItemDataRole.UserRole + 4
OTHER_SCORE_ROLE = Qt.ItemDataRole.UserRole + 5
NOTE_ROLE = Qt.ItemDataRole.UserRole + 6
FOUND_ROLE = Qt.ItemDataRole.UserRole + 7


NOT_DEFINED, NOT_SCORED = 2.0, 3.0
"""Where samples without a mean IoU, which is at most 1, come in its order."""


class Order(Enum):
    """How the list is sorted; ties stay in the order of the project."""

    NAME = "Name"
    NEWEST = "Newest"
    STATE = "State"
    WORST = "Worst IoU"
    CLASS = "Worst of class"
    FOUND = "As found"


@dataclass(frozen=True, slots=True)
class Found:
    """Samples that somebody asked for by what is in them: in words, and their ids in the order they were found.

    ``told`` says of each, by id, why it was found.
    """

    text: str
    ids: tuple[str, ...]
    told: Mapping[str, str] = field(default_factory=dict)


class SamplesModel(QAbstractListModel):
    """Rows are positions in ``order``; nothing is computed for a row that is not in sight.

    ``touched`` names a row that reads differently. It stands for ``dataChanged``, of which a list view lays out all
    its rows anew: a hundred thousand of them for each small picture that has come.
    """

    touched = Signal(QModelIndex)

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._samples: tuple[Sample, ...] = ()
        self._order: list[int] = []
        self._rows: dict[str, int] = {}
        self._parts = 1  # of an id, from its end, that tell all samples apart
        self._arranged: tuple[Order, Found | None] = (Order.NAME, None)
        self.focus: int | None = None
        """The class that is looked at, whose IoU orders the list by ``Order.CLASS``."""
        self.failed: dict[str, str] = {}
        self.dates: dict[str, float] = {}
        """When each image was changed last, in seconds, where that is known."""
        thumbnails.ready.connect(self.touch)

    def set_samples(self, samples: tuple[Sample, ...]) -> None:
        self.failed, self.dates = {}, {}
        self._samples = samples
        self._parts = _telling_apart([sample.id for sample in samples])
        self.set_order(list(range(len(samples))))

    def forgive(self, sample_id: str) -> None:
        """Where a sample was read that could not be, mark none as failed: what the fault was may be over for all."""
        if sample_id not in self.failed:
            return
        failed, self.failed = self.failed, {}
        self._thumbnails.retry()
        for each in failed:
            self.touch(each)

    def arrange(self, search: str, states: Container[State] | None, order: Order, found: Found | None = None) -> None:
        """Show the samples that ``search`` asks for, in some states or any; only those ``found``, where some were."""
        self._arranged = order, found
        query = self.query(search)
        matching = query.matching(Images(self._session.scores, None, self._session.records))
        wanted = query.words.casefold()
        places = {sample_id: n for n, sample_id in enumerate(found.ids)} if found is not None else None
        rows = [
            i
            for i, sample in enumerate(self._samples)
            if (places is None or sample.id in places)
            and (matching is None or sample.id in matching)
            and wanted in sample.id.casefold()
            and (states is None or self.state(sample) in states)
        ]
        if order is not Order.NAME:
            rank = self._ranked(order, places or {})
            ranks = np.array([rank(self._samples[i]) for i in rows])
            rows = np.array(rows, np.intp)[np.argsort(ranks, kind="stable")].tolist()
        self.set_order(rows)

    def query(self, search: str) -> SampleQuery:
        """Return what is asked for in the search."""
        return parsed(search, self._session.project.schema) if self._session.project is not None else SampleQuery("")

    def _ranked(self, order: Order, places: Mapping[str, int]) -> Callable[[Sample], float]:
        """Return what samples are sorted by; one of which that is not known goes last."""
        if order is Order.FOUND:
            return lambda sample: places.get(sample.id, len(places))
        if order is Order.NEWEST:
            return lambda sample: -self.dates.get(sample.id, 0.0)
        if order is Order.STATE:
            place = {state: n for n, state in enumerate(State)}
            return lambda sample: place[self.state(sample)]
        score = self._class_scores().get if order is Order.CLASS else self._session.scores.mean_iou

        def worst(sample: Sample) -> float:
            found = score(sample.id)
            return NOT_SCORED if found is None else NOT_DEFINED if found != found else found

        return worst

    def _class_scores(self) -> dict[str, float]:
        """Return by sample the IoU of the class that is looked at, of all classes where none is."""
        scores, project = self._session.scores, self._session.project
        if project is None or not len(scores):
            return {}
        known = columns(project.schema, second=False)
        column = known.get(f"iou:{self.focus}", known["mean_iou"])
        values = column.values(Images(scores, None, self._session.records), np.arange(len(scores)))
        return {scores.id_at(row): float(value) for row, value in enumerate(values)}

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
                return self.title(sample)
            case Qt.ItemDataRole.ToolTipRole:
                notes = self._session.records.get(sample.id).notes
                return self.failed.get(sample.id, f"{sample.id}\n\n{notes}" if notes else sample.id)
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
        if role == OPEN_ROLE:
            return self._session.current is not None and self._session.current.sample.id == sample.id
        if role == NOTED_ROLE:
            return bool(self._session.records.get(sample.id).notes)
        if role == OTHER_SCORE_ROLE:
            return self._session.other_scores.mean_iou(sample.id)
        if role == NOTE_ROLE:
            return self._note(sample.id)
        if role == FOUND_ROLE:
            found = self._arranged[1]
            return found.told.get(sample.id) if found is not None else None
        return self._session.scores.mean_iou(sample.id) if role == SCORE_ROLE else None

    def title(self, sample: Sample) -> str:
        """Return the name of a sample, with as many of its folders as it takes to tell all samples apart."""
        return _end_of(sample.id, self._parts)

    def _note(self, sample_id: str) -> str:
        """Return the class that a sample has the lowest IoU of, or that it is listed by, and the IoU; "" for none."""
        project, counts = self._session.project, self._session.scores.get(sample_id)
        if project is None or counts is None:
            return ""
        by_class, listed = iou(counts), self._arranged[0] is Order.CLASS and self.focus in counts.labels
        if not listed and np.isnan(by_class).all():
            return ""
        at = counts.labels.index(self.focus) if listed and self.focus is not None else int(np.nanargmin(by_class))
        shown = project.schema.get(counts.labels[at])
        name = shown.name if shown is not None else f"value {counts.labels[at]}"
        return f"{'' if listed else 'lowest '}{name} {percent(float(by_class[at]))}"

    def state(self, sample: Sample) -> State:
        """Return what is known of a sample."""
        return State.FAILED if sample.id in self.failed else state_of(self._session, sample.id)

    def sample_at(self, row: int) -> Sample | None:
        return self._samples[self._order[row]] if 0 <= row < len(self._order) else None

    def row_of(self, sample_id: str) -> int:
        """Return the row of a sample, or -1 where it is not shown."""
        return self._rows.get(sample_id, -1)

    def shown(self) -> list[str]:
        """Return the ids of the samples shown, in order."""
        return list(self._rows)

    def touch(self, sample_id: str) -> None:
        """Have a sample's row painted anew."""
        row = self.row_of(sample_id)
        if row >= 0:
            self.touched.emit(self.index(row, 0))


def _telling_apart(ids: Sequence[str]) -> int:
    """Return of how many parts, from their ends, ids are all different."""
    parts, different = 1, len(set(ids))
    while len({_end_of(each, parts) for each in ids}) < different:
        parts += 1
    return parts


def _end_of(sample_id: str, parts: int) -> str:
    return "/".join(sample_id.rsplit("/", parts)[-parts:])
