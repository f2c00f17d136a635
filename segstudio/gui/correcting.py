"""Correct what a model file does not tell: written beside it, and the loaded model with it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from segstudio.gui.messages import Messages
from segstudio.gui.model_loading import THREADS, LoadJob, Side
from segstudio.gui.predictor import Predictor
from segstudio.models import Segmenter, load_steps
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.corrections import Correction, corrected, forgotten, restored, sidecar_content
from segstudio.services.trust import trusted

Change: TypeAlias = Callable[[Segmenter, Callable[[], LoadJob]], LoadJob]
"""Takes a model and what begins to load its file anew; makes the changed model."""

CORRECTED = "correction"
"""What messages about corrections are about."""


class Correcting(QObject):
    """Everything it does can be taken back: what stood in the sidecar before is kept until then.

    One change after the other: what is asked for while one is under way follows it. What waits for a model that is
    then not there is dropped. ``changed`` says that what can be undone is another.
    """

    changed = Signal()

    def __init__(self, predictor: Predictor, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predictor, self._messages = predictor, messages
        self._waiting: list[tuple[Side, Path, Change, str, bool]] = []
        self._done: list[tuple[Path, bytes | None]] = []
        """What stood in the sidecar of a model file before each correction that was not undone, the last one last."""
        predictor.loading.changed.connect(self._go_on)

    def correct(self, side: Side, correction: Correction) -> None:
        """Say something else of a model from now on."""
        self._change(side, lambda model, load: corrected(model, correction, load), "Written to {}")

    def forget(self, side: Side) -> None:
        """Take back all that was said of a model: it is then what its file tells, and what is assumed."""
        self._change(side, forgotten, "{} says nothing of the model any more")

    def can_undo(self, side: Side) -> bool:
        """Return whether a model was corrected since the program began, and that was not undone."""
        return self._last(side) is not None

    def undo(self, side: Side) -> None:
        """Undo the last correction of a model."""
        if (last := self._last(side)) is not None:
            self._restore(side, *last, undoes=True)

    def _last(self, side: Side) -> tuple[Path, bytes | None] | None:
        model = self._predictor.model_of(side)
        return next((each for each in reversed(self._done) if model is not None and each[0] == model.info.file), None)

    def _change(self, side: Side, change: Change, said: str, undoes: bool = False) -> None:
        if (model := self._predictor.model_of(side)) is not None:
            self._waiting.append((side, model.info.file, change, said, undoes))
            self._go_on()

    def _go_on(self) -> None:
        if self._waiting and self._predictor.loading.current is None:
            side, file, change, said, undoes = self._waiting.pop(0)
            model = self._predictor.model_of(side)
            if model is not None and model.info.file == file:
                self._begin(side, model, change, said, undoes)
            else:
                self._go_on()

    def _begin(self, side: Side, model: Segmenter, change: Change, said: str, undoes: bool) -> None:
        file, before = model.info.file, list[bytes | None]()

        def job() -> LoadJob:
            before.append(sidecar_content(file))
            yield from change(model, lambda: _loaded(file))

        def tell() -> None:
            name = sidecar_of(file).name
            again = partial(self._restore, side, file, before[0], not undoes)
            self._messages.over.emit(CORRECTED)  # one undoes the last correction, and no earlier one
            self._messages.info(said.format(name), "", "Redo" if undoes else "Undo", again, CORRECTED)
            self._note(file, before[0], undoes)

        self._predictor.loading.start(file, side, job, tell)

    def _note(self, file: Path, before: bytes | None, undone: bool) -> None:
        """Know what was there before a correction, or that the last one of a file is undone."""
        if not undone:
            self._done.append((file, before))
        elif (at := next((n for n in reversed(range(len(self._done))) if self._done[n][0] == file), None)) is not None:
            del self._done[at]
        self.changed.emit()

    def _restore(self, side: Side, file: Path, content: bytes | None, undoes: bool) -> None:
        model = self._predictor.model_of(side)
        if model is not None and model.info.file == file:  # else another one was loaded since
            self._change(side, lambda _, load: restored(file, content, load), "{} is again what it was", undoes)


def _loaded(file: Path) -> LoadJob:
    return load_steps(file, "auto", THREADS, trusted())
