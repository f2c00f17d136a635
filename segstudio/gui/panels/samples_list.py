"""The list widget of the samples panel: what a click chooses, and the menu of what can be said of the chosen ones."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu

from segstudio.core.records import WorkState
from segstudio.gui.menu_head import MenuHead
from segstudio.gui.panels.samples_delegate import SampleDelegate
from segstudio.gui.panels.samples_model import SamplesModel
from segstudio.gui.panels.states import SAID
from segstudio.gui.rows import set_up_list

MARKS = (WorkState.DONE, WorkState.REVIEW, WorkState.IN_WORK)
TAKE_BACK = "Clear the state"
"""Of the work on samples: they are labelled, predicted or unlabelled again, as they are found."""


class SamplesList(QListView):
    """One click opens; with Shift or Ctrl more are chosen; the second button says something of those chosen."""

    marked = Signal(object, object)  # list of sample ids, WorkState

    def __init__(self, model: SamplesModel, delegate: SampleDelegate) -> None:
        super().__init__()
        self._model = model
        self.markable = False
        """Whether the states of all samples are known, and so can be changed."""
        set_up_list(self, model, delegate, "Samples")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIconSize(QSize(72, 48))
        model.touched.connect(self.update)

    def chosen(self) -> list[str]:
        """Return the ids of the samples that are selected."""
        selection = self.selectionModel().selection()  # ranges: a hundred thousand indexes would take their time
        ranges = [selection.at(n) for n in range(selection.count())]
        rows = [row for r in ranges for row in range(r.top(), r.bottom() + 1)]
        return [sample.id for row in sorted(rows) if (sample := self._model.sample_at(row)) is not None]

    def choose_only(self, index: QModelIndex) -> None:
        """Make a row the current one, and alone selected, whichever keys are held: ``setCurrentIndex`` minds them."""
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def current_seen_at(self) -> int | None:
        """Return how far below the top of the list the current sample is, in pixels, None where it is not in sight."""
        place = self.visualRect(self.currentIndex())
        return place.y() if place.intersects(self.viewport().rect()) else None

    def bring_current_to(self, y: int | None) -> None:
        """Scroll until the current sample is as far below the top; not at all for None, or with none current."""
        if y is not None and self.currentIndex().isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(self.currentIndex()).y() - y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The second button chooses what its menu is about, and opens nothing; beside all rows the open one is left."""
        index, selection = self.indexAt(event.position().toPoint()), self.selectionModel()
        if not index.isValid():
            self.choose_only(self.currentIndex())
            return
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)
            return
        if not selection.isSelected(index):
            selection.select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        ids = [] if by_mouse and not self.indexAt(event.pos()).isValid() else self.chosen()
        if ids:
            menu = self.menu_for(ids)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def menu_for(self, ids: list[str]) -> QMenu:
        """Return the menu of what can be said of samples."""
        menu = QMenu(self)
        sample = self._model.sample_at(self._model.row_of(ids[0])) if len(ids) == 1 else None
        MenuHead(menu, self._model.title(sample) if sample is not None else f"{len(ids):,} samples")
        for state in MARKS:
            menu.addAction(self._mark(menu, SAID[state].title, ids, state))
        menu.addSeparator()
        menu.addAction(self._mark(menu, TAKE_BACK, ids, WorkState.UNLABELLED))
        return menu

    def _mark(self, menu: QMenu, text: str, ids: list[str], state: WorkState) -> QAction:
        action = QAction(text, menu)
        action.setEnabled(self.markable)
        action.triggered.connect(lambda: self.marked.emit(ids, state))
        return action
