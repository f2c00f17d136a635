"""Verify: replay the scores that were stored with a model, or beside it, and say whether they come out the same."""

from collections.abc import Generator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from segstudio.gui.scrolling import scroll_to
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, label
from segstudio.models import ModelInfo, Segmenter
from segstudio.services.verifying import Verified, check_file, store_check, verify, where_checked


class VerifySection(Section):
    """``verify_wanted`` and ``store_wanted`` ask for it; what comes of it is shown as long as the model stays."""

    verify_wanted = Signal()
    store_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("Verify")
        self.foldable(theme, opened=False).toggled.connect(lambda opened: scroll_to(self) if opened else None)
        self._theme = theme
        self._shown: ModelInfo | None = None
        self._verdict = label("differs", "tag")
        self._verdict.hide()
        self.head.addWidget(self._verdict)
        self.replay, self.store = QPushButton("Verify"), QPushButton("Store a check")
        self.replay.setToolTip("Predict the stored picture here, and compare the scores with the stored ones")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.replay, self.store):
            button.setObjectName("secondary")
            buttons.addWidget(button, 1)
        self.said = label("", "note", wrap=True)
        self.body.addLayout(buttons)
        self.body.addWidget(self.said)
        self.replay.clicked.connect(self.verify_wanted)
        self.store.clicked.connect(self.store_wanted)

    def show_model(self, info: ModelInfo) -> None:
        """Say where the check of a model is; a verdict stays only for the model that it was about."""
        if info is self._shown:
            return
        self._shown = info
        self.note.clear()
        self._verdict.hide()
        self._tell_where()

    def show_verdict(self, found: Verified) -> None:
        self.note.setText("the same" if found.within else "")
        self._verdict.setVisible(not found.within)
        self.said.setText(found.sentence())
        scroll_to(self)

    def allow(self, free: bool) -> None:
        """Let the model be run, or not."""
        checked = self._shown is not None and where_checked(self._shown) is not None
        finds_objects = self._shown is not None and self._shown.instances
        self.replay.setEnabled(free and checked)
        self.store.setEnabled(free and not finds_objects)

    def stored(self) -> None:
        """Show that there is a check now."""
        self.note.clear()
        self._verdict.hide()
        self._tell_where()

    def _tell_where(self) -> None:
        assert self._shown is not None
        where, beside = where_checked(self._shown), check_file(self._shown.file)
        self.store.setVisible(not self._shown.check)
        self.store.setToolTip(f"Write the scores for a small picture into {beside.name}, to verify on other machines")
        if where is None:
            self.said.setText(f"No check yet. Stored, it lies beside the model: {beside.name}.")
        else:
            self.said.setText(f"The check is in {where.name}.")


def verifying(model: Segmenter) -> Generator[Verified, None, None]:
    """Replay the check of a model, as a job."""
    yield verify(model)


def storing(model: Segmenter) -> Generator[Verified, None, None]:
    """Store a check of a model, and replay it, as a job: what was just stored has to come out the same."""
    store_check(model)
    yield verify(model)
