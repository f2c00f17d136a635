"""Correct what a model file does not tell: written beside it, and the loaded model with it."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject

from segstudio.gui.messages import Messages
from segstudio.gui.model_loading import THREADS, LoadJob, Side
from segstudio.gui.predictor import Predictor
from segstudio.models import Segmenter, load_steps
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.services.corrections import Correction, corrected, forgotten, restored, sidecar_content
from segstudio.services.trust import trusted

Change: TypeAlias = Callable[[Segmenter, Callable[[], LoadJob]], LoadJob]
"""Takes a model and what begins to load its file anew; makes the changed model."""


class Correcting(QObject):
    """Everything it does can be taken back: what stood in the sidecar before is kept until then.

    One change after the other: what is asked for while one is under way follows it. What waits for a model that is
    then not there is dropped.
    """

    def __init__(self, predictor: Predictor, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._predictor, self._messages = predictor, messages
        self._waiting: list[tuple[Side, Path, Change, str]] = []
        predictor.loading.changed.connect(self._go_on)

    def correct(self, side: Side, correction: Correction) -> None:
        """Say something else of a model from now on."""
        self._change(side, lambda model, load: corrected(model, correction, load), "Written to {}")

    def forget(self, side: Side) -> None:
        """Take back all that was said of a model: it is then what its file tells, and what is assumed."""
        self._change(side, forgotten, "{} says nothing of the model any more")

    def _change(self, side: Side, change: Change, said: str) -> None:
        if (model := self._predictor.model_of(side)) is not None:
            self._waiting.append((side, model.info.file, change, said))
            self._go_on()

    def _go_on(self) -> None:
        if self._waiting and self._predictor.loading.current is None:
            side, file, change, said = self._waiting.pop(0)
            model = self._predictor.model_of(side)
            if model is not None and model.info.file == file:
                self._begin(side, model, change, said)
            else:
                self._go_on()

    def _begin(self, side: Side, model: Segmenter, change: Change, said: str) -> None:
        file, before = model.info.file, list[bytes | None]()

        def job() -> LoadJob:
            before.append(sidecar_content(file))
            yield from change(model, lambda: _loaded(file))

        def tell() -> None:
            name = sidecar_of(file).name
            self._messages.info(said.format(name), "", "Undo", lambda: self._restore(side, file, before[0]))

        self._predictor.loading.start(file, side, job, tell)

    def _restore(self, side: Side, file: Path, content: bytes | None) -> None:
        model = self._predictor.model_of(side)
        if model is not None and model.info.file == file:  # else another one was loaded since
            self._change(side, lambda _, load: restored(file, content, load), "{} is again what it was")


def _loaded(file: Path) -> LoadJob:
    return load_steps(file, "auto", THREADS, trusted())
