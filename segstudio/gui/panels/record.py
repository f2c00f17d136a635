"""What people say of the open sample: how far the work is, a note, and the time that went into it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit

from segstudio.core.records import WorkState
from segstudio.gui.panels.states import SAID, State, found_of
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, Segments
from segstudio.services.flow import spent
from segstudio.services.session import Session

TIME_MS = 5000
"""How often the time is shown anew: it reads in minutes."""

TIPS = {
    WorkState.UNLABELLED: "Nobody has said more of it than can be seen: it has labels, a prediction, or neither",
    WorkState.IN_WORK: "It has been begun; the first edit says so by itself",
    WorkState.REVIEW: "Somebody should look at it again: say why in the note",
    WorkState.DONE: "It is finished, and passed over when going to the next unfinished one",
}


class RecordPanel(Section):
    """Everything in it is saved by itself."""

    state_chosen = Signal(object)  # WorkState
    typed = Signal()
    left = Signal()  # Escape in the note

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Sample")
        self.foldable(theme)
        self._session = session
        self._sample_id = ""
        self.note.setToolTip("Time worked on this sample; it counts while something happens")
        self.states = Segments("states")
        self.states.offer({state.value: (SAID.get(state, State.UNLABELLED).title, tip) for state, tip in TIPS.items()})
        self.states.chosen.connect(lambda value: self.state_chosen.emit(WorkState(value)))
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText("Note on this sample")
        self.notes.setAccessibleName("Note on this sample")
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(52)
        self.body.addWidget(self.states)
        self.body.addWidget(self.notes)
        self.notes.textChanged.connect(self._on_text)
        leave = QShortcut(QKeySequence("Escape"), self.notes, context=Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self.left)
        self._clock = QTimer(self)
        self._clock.setInterval(TIME_MS)
        self._clock.timeout.connect(self._show_state)
        session.sample_opened.connect(lambda opened: self._show(opened.sample.id))
        session.sample_closed.connect(lambda _: self._show(""))
        session.project_opened.connect(lambda _: self._show(""))
        session.records.changed.connect(self._on_records)
        session.run_changed.connect(lambda _: self._show_state())
        self._show("")

    def _show(self, sample_id: str) -> None:
        self._sample_id = sample_id
        self.setEnabled(bool(sample_id))
        self.notes.blockSignals(True)
        self.notes.setPlainText(self._session.records.get(sample_id).notes)
        self.notes.blockSignals(False)
        self._show_state()
        (self._clock.start if sample_id else self._clock.stop)()

    def _show_state(self) -> None:
        """Show what is said of the sample; where that is nothing, what the list of samples says of it."""
        self.states.choose(self._session.records.get(self._sample_id).state.value)
        self.states.button(WorkState.UNLABELLED.value).setText(found_of(self._session, self._sample_id).title)
        self.note.setText(spent(self._session.records.seconds(self._sample_id)))

    def _on_records(self, sample_ids: tuple[str, ...]) -> None:
        if self._sample_id in sample_ids:
            self._show_state()

    def _on_text(self) -> None:
        self._session.records.set_notes(self._sample_id, self.notes.toPlainText())
        self.typed.emit()
