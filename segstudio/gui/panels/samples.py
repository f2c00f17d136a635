"""The list of samples on the left: find one, and step through them."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
)

from segstudio.core.records import Sample
from segstudio.gui.panels.empty import EmptyState
from segstudio.gui.panels.samples_delegate import SampleDelegate
from segstudio.gui.panels.samples_model import SamplesModel, State
from segstudio.gui.panels.thumbnails import Thumbnails
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, label
from segstudio.services.session import Session

ANY = "All states"
BY_NAME, WORST_FIRST = "Name", "Worst IoU"


class SamplesPanel(QFrame):
    """``wanted`` names the sample that the user goes to."""

    wanted = Signal(object)
    left_search = Signal()

    def __init__(self, session: Session, theme: Theme, thumbnails: Thumbnails) -> None:
        super().__init__()
        self.setObjectName("leftSide")
        self._session = session
        self._selecting = False
        self._labelled: set[str] = set()
        self._at = -1  # the row asked for last, which a failed one leaves behind the one that is shown
        self.model = SamplesModel(session, thumbnails)
        self._delegate = SampleDelegate(theme, self)
        self.view = self._make_view()
        self._count = label("0", "note")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find by name")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find samples by name")
        self._states = Choice(theme, "Show samples in this state")
        self._states.addItems([ANY, *(s.text.capitalize() for s in State)])
        self._orders = Choice(theme, "Order of samples")
        self._orders.addItems([BY_NAME, WORST_FIRST])
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
        self._orders.currentIndexChanged.connect(lambda _: self.arrange())
        session.project_opened.connect(lambda _: self._on_project())
        session.sample_opened.connect(lambda opened: self.select(opened.sample.id))
        theme.changed.connect(self.view.viewport().update)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) sample shown."""
        row = self._at + by
        if 0 <= row < self.model.rowCount():
            self._on_current(self.model.index(row, 0))

    def select(self, sample_id: str) -> None:
        """Show a sample as the current one, without asking for it."""
        row = self._at = self.model.row_of(sample_id)
        self._selecting = True
        self.view.setCurrentIndex(self.model.index(row, 0) if row >= 0 else QModelIndex())
        self._selecting = False

    def show_scores(self, shown: bool) -> None:
        """Show mean IoU in the rows, worst first, or states by name."""
        self._delegate.scored = shown
        self._orders.setCurrentText(WORST_FIRST if shown else BY_NAME)
        self.view.viewport().update()

    def arrange(self) -> None:
        """Filter and order anew; the current sample stays current."""
        index = self._states.currentIndex()
        state = None if index == 0 else list(State)[index - 1]
        self.model.arrange(self.search.text(), state, self._orders.currentText() == WORST_FIRST)
        project = self._session.project
        shown, every = self.model.rowCount(), len(project.samples) if project else 0
        self._count.setText(f"{shown:,}" if shown == every else f"{shown:,} of {every:,}")
        if self._session.current is not None:
            self.select(self._session.current.sample.id)

    def note_saved(self, sample_id: str) -> None:
        """Show that a sample has labels on disk now."""
        self.model.touch(sample_id)
        self._labelled.add(sample_id)
        self._show_labelled()

    def _show_labelled(self) -> None:
        done, every = len(self._labelled), len(self._session.project.samples) if self._session.project else 0
        self._progress.setRange(0, max(every, 1))
        self._progress.setValue(done)
        self._done.setText(f"{done:,} of {every:,} labelled")

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

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName("Samples")
        view.setIconSize(QSize(72, 48))
        view.selectionModel().currentChanged.connect(self._on_current)
        return view

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
        search = QHBoxLayout()
        search.setContentsMargins(12, 0, 12, 0)
        search.addWidget(self.search)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.setSpacing(8)
        foot.addWidget(self._progress, 1)
        foot.addWidget(self._done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (head, search, choices):
            column.addLayout(part)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)

    def _on_project(self) -> None:
        project = self._session.project
        assert project is not None
        self.model.set_samples(project.samples)
        self._stack.setCurrentIndex(1)
        have = {i for source in project.sources for i in source.files}
        self._labelled = {sample.id for sample in project.samples if sample.id in have}
        self._show_labelled()
        self.arrange()

    def _on_current(self, index: QModelIndex) -> None:
        sample: Sample | None = self.model.sample_at(index.row())
        if sample is not None and not self._selecting:
            self._at = index.row()
            self.wanted.emit(sample)
