"""The list of samples on the left: find one, and step through them."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout

from segstudio.core.records import Sample
from segstudio.gui.panels.empty import EmptyState
from segstudio.gui.panels.found_chip import FoundChip
from segstudio.gui.panels.samples_delegate import SampleDelegate
from segstudio.gui.panels.samples_list import SamplesList
from segstudio.gui.panels.samples_model import Found, Order, SamplesModel
from segstudio.gui.panels.samples_search import SampleSearch
from segstudio.gui.panels.states import SAID, State
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, label
from segstudio.services.flow import next_unfinished
from segstudio.services.session import Session

FILTERS: dict[str, frozenset[State] | None] = {
    "Any state": None,
    "Unfinished": frozenset(State) - {State.DONE},
    **{state.title: frozenset((state,)) for state in State},
}


class SamplesPanel(QFrame):
    """``wanted`` names the sample that the user goes to."""

    wanted = Signal(object)
    left_search = Signal()
    dates_wanted = Signal()
    arranged = Signal()  # other samples are listed, or in another order
    all_finished = Signal()  # the next unfinished sample was asked for, and there is none

    def __init__(self, session: Session, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("leftSide")
        self._session = session
        self._selecting = False
        self._labelled: set[str] = set()
        self._stacks: dict[Path, list[Sample]] = {}
        self.found: Found | None = None
        self._order_before = Order.NAME
        self._at = -1  # the row asked for last, which a failed one leaves behind the one that is shown
        self.model = SamplesModel(session, thumbnails)
        self._delegate = SampleDelegate(theme, self)
        self.view = SamplesList(self.model, self._delegate)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self._count = label("0", "note")
        self.search = SampleSearch()
        self._states = Choice(theme, "Show samples in this state")
        self._states.addItems(list(FILTERS))
        self._orders = Choice(theme, "Order of samples")
        self._orders.addItems([order.value for order in Order if order is not Order.FOUND])
        self.found_chip = FoundChip(theme)
        self.found_chip.clicked.connect(self.show_all)
        self._progress, self._done = QProgressBar(), label("", "note")
        self._progress.setTextVisible(False)
        empty = EmptyState(
            theme, "image-multiple-outline", "No samples yet", "Open a folder of images, or drop one on the window."
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.view)
        self._lay_out()
        self.search.textChanged.connect(lambda _: self.arrange())
        self.search.returnPressed.connect(self._open_first)
        leave = QShortcut(QKeySequence("Escape"), self.search, context=Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self._leave_search)
        self._states.currentIndexChanged.connect(lambda _: self.arrange())
        self._orders.currentTextChanged.connect(lambda _: self._on_order())
        session.project_opened.connect(lambda _: self._on_project())
        session.sample_opened.connect(lambda opened: self.model.forgive(opened.sample.id))
        session.sample_opened.connect(lambda opened: self.select(opened.sample.id))
        session.records.changed.connect(self._on_records)
        theme.changed.connect(self.view.viewport().update)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) sample shown."""
        row = self._at + by
        if 0 <= row < self.model.rowCount():
            self._on_current(self.model.index(row, 0))

    def pages_of(self, sample: Sample) -> list[Sample]:
        """Return the pages of the stack that a sample is one of, whatever is listed; none where it is no page."""
        return self._stacks.get(sample.image, [])

    def step_page(self, by: int) -> None:
        """Go to the next (1) or previous (-1) page of the stack."""
        at = self.model.sample_at(self._at)
        if at is None and self._session.current is not None:
            at = self._session.current.sample
        pages = self.pages_of(at) if at is not None else []
        if at in pages and 0 <= (page := pages.index(at) + by) < len(pages):
            self._at = self.model.row_of(pages[page].id)
            self.wanted.emit(pages[page])

    def step_unfinished(self, by: int) -> None:
        """Go to the next (1) or previous (-1) sample shown that is not done, round the ends."""
        row = next_unfinished(self.model.shown(), self._at, by, self._session.records.finished)
        if row is None:
            self.all_finished.emit()
        else:
            self._on_current(self.model.index(row, 0))

    def select(self, sample_id: str) -> None:
        """Show a sample as the current one, without asking for it."""
        row = self._at = self.model.row_of(sample_id)
        index = self.model.index(row, 0) if row >= 0 else QModelIndex()
        if index != self.view.currentIndex():  # else what is chosen beside it stays chosen
            self._selecting = True
            self.view.choose_only(index)
            self._selecting = False
        self.view.viewport().update()

    def show_scores(self, shown: bool) -> None:
        """Show mean IoU in the rows, worst first, or states by name."""
        self._delegate.scored = shown
        wanted = Order.WORST if shown else Order.NAME
        if self.found is not None:
            self._order_before = wanted
        elif shown or self._order is Order.WORST:
            self._orders.setCurrentText(wanted.value)
        self.view.viewport().update()

    def show_focus(self, class_id: int | None) -> None:
        """Order by another class where the list is ordered by the class that is looked at."""
        if class_id != self.model.focus:
            self.model.focus = class_id
            if self._order is Order.CLASS:
                self.arrange()
                self.view.viewport().update()

    def show_found(self, found: Found) -> None:
        """List only some samples, in their order, until ``show_all``; a chip says which."""
        if self.found is None:
            self._order_before = self._order
            self._orders.addItem(Order.FOUND.value)
        self.found = found
        self.found_chip.show_text(found.text)
        self._choose_order(Order.FOUND)
        self.view.scrollToTop()

    def show_all(self) -> None:
        """List all samples again, in the order that they were in."""
        if self.found is None:
            return
        self.found = None
        self.found_chip.show_text("")
        kept = self._order if self._order is not Order.FOUND else self._order_before
        self._orders.blockSignals(True)
        self._orders.removeItem(self._orders.findText(Order.FOUND.value))
        self._orders.blockSignals(False)
        self._choose_order(kept)

    def _choose_order(self, order: Order) -> None:
        self._orders.blockSignals(True)
        self._orders.setCurrentText(order.value)
        self._orders.blockSignals(False)
        self._on_order()

    @property
    def _order(self) -> Order:
        return Order(self._orders.currentText())

    def arrange(self) -> None:
        """Filter and order anew; the current sample stays current, and where it is seen."""
        seen_at = self.view.current_seen_at()
        self.model.arrange(self.search.text(), FILTERS[self._states.currentText()], self._order, self.found)
        self.search.show_unknown(self.model.query(self.search.text()).unknown)
        project = self._session.project
        shown, every = self.model.rowCount(), len(project.samples) if project else 0
        self._count.setText(f"{shown:,}" if shown == every else f"{shown:,} of {every:,}")
        if self._session.current is not None:
            self.select(self._session.current.sample.id)
        self.view.bring_current_to(seen_at)
        self.arranged.emit()

    def note_saved(self, sample_id: str) -> None:
        """Show that a sample has labels on disk now."""
        self.model.touch(sample_id)
        self._labelled.add(sample_id)
        self._show_progress()

    def show_records(self, complete: bool) -> None:
        """Show states that were read; where ``complete``, nothing more is to come, and any can be changed."""
        self.view.markable = complete
        self.view.viewport().update()
        self._show_progress()
        if complete and (self._states.currentIndex() or self._order is Order.STATE):
            self.arrange()

    def show_dates(self, dates: dict[str, float]) -> None:
        """Sort by the dates of the images, where that is still wanted."""
        self.model.dates = dates
        if self._order is Order.NEWEST:
            self.arrange()

    def _on_order(self) -> None:
        if self._order is Order.NEWEST and not self.model.dates:
            self.dates_wanted.emit()
        self.arrange()

    def _on_records(self, sample_ids: tuple[str, ...]) -> None:
        if len(sample_ids) == 1:
            self.model.touch(sample_ids[0])
        else:
            self.view.viewport().update()
        self._show_progress()

    def _show_progress(self) -> None:
        """Show how many samples are done, and in the tool tip what else is said and known of them."""
        every = len(self._session.project.samples) if self._session.project else 0
        counts = {state: self._session.records.count(said) for said, state in SAID.items()}
        done = counts[State.DONE]
        self._progress.setRange(0, max(every, 1))
        self._progress.setValue(done)
        self._done.setText(f"{done:,} of {every:,} done")
        said = [f"{count:,} {state.text}" for state, count in counts.items() if count]
        self._done.setToolTip("\n".join([*said, f"{len(self._labelled):,} of {every:,} with labels"]))

    def fail(self, sample_id: str, reason: str) -> None:
        """Mark a sample that could not be read; the one that stays open is the one that is marked as current."""
        self.model.failed[sample_id] = reason
        self.model.touch(sample_id)
        at, current = self._at, self._session.current
        self.select(current.sample.id if current is not None else "")
        self._at = at

    def _open_first(self) -> None:
        """Enter in the search: go to the first that was found."""
        if self.model.rowCount():
            self._on_current(self.model.index(0, 0))
            self.left_search.emit()

    def _leave_search(self) -> None:
        self.search.clear()
        self.left_search.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.addWidget(label("Samples", "panelHead"))
        head.addWidget(self._count)
        head.addStretch(1)
        choices = QHBoxLayout()
        choices.setContentsMargins(12, 0, 12, 8)
        choices.setSpacing(8)
        choices.addWidget(self._states, 1)
        choices.addWidget(self._orders, 1)
        search = QVBoxLayout()
        search.setContentsMargins(12, 0, 12, 0)
        search.setSpacing(4)
        search.addWidget(self.search)
        search.addWidget(self.search.unknown)
        chip = QHBoxLayout()
        chip.setContentsMargins(12, 0, 12, 0)
        chip.addWidget(self.found_chip)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.setSpacing(8)
        foot.addWidget(self._progress, 1)
        foot.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (head, search, chip, choices):
            column.addLayout(part)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _on_project(self) -> None:
        project = self._session.project
        assert project is not None
        self.view.markable = False
        self.model.set_samples(project.samples)
        self.show_all()
        self._stacks.clear()
        for page in (sample for sample in project.samples if "#" in sample.name):
            self._stacks.setdefault(page.image, []).append(page)
        self._stack.setCurrentIndex(1)
        have = {i for source in project.sources for i in source.files}
        self._labelled = {sample.id for sample in project.samples if sample.id in have}
        self._show_progress()
        self._on_order()

    def _on_current(self, index: QModelIndex) -> None:
        sample: Sample | None = self.model.sample_at(index.row())
        if sample is not None and not self._selecting:
            self._at = index.row()
            self.wanted.emit(sample)
