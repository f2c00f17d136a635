"""Predict with the loaded models in a thread of their own; the window only hears of it."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import UntrustedFile
from segstudio.core.records import LABELS_ONLY, Keep, LabelSource, Sample
from segstudio.gui.autosave import Autosave
from segstudio.gui.folder_run import Run, RunDisplay
from segstudio.gui.jobs import JobRunner
from segstudio.gui.live_prediction import LivePrediction
from segstudio.gui.mappings import Mappings
from segstudio.gui.messages import Messages
from segstudio.gui.model_loading import Loading, ModelLoading, Side
from segstudio.gui.unmapped import Unmapped
from segstudio.models import Interrupted, Segmenter
from segstudio.services.adopting import adopt_classes
from segstudio.services.class_mapping import map_classes
from segstudio.services.predict import Step, predict_folder, run_folder
from segstudio.services.session import Session

LOADING = "loading"
"""What messages about models that could not be loaded are about."""


class Predictor(QObject):
    """One job at a time: one image, or a folder. ``model`` predicts; ``other`` is a second one beside it, B."""

    busy_changed = Signal(str)  # what is being done, or ""
    model_changed = Signal()
    replaced = Signal(bool)  # another model is A now, or B where this is True
    untrusted = Signal(object, object)  # a Loading, and an UntrustedFile
    run_began = Signal(int)  # images
    stepped = Signal(object)  # a Step
    run_ended = Signal(object)  # a Run

    def __init__(
        self,
        session: Session,
        messages: Messages,
        autosave: Autosave,
        mappings: Mappings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._autosave, self._mappings = session, messages, autosave, mappings
        self._unmapped = Unmapped(session, messages, mappings)
        self.display = RunDisplay(session)
        self._live = LivePrediction(session, messages, mappings, self._side_of, self)
        self._runner = JobRunner(self)
        self._on_step: Callable[[Any], None] = lambda _: None
        self._on_end: Callable[[], None] = lambda: None
        self._cancelled = self._anew = False
        self._asked: tuple[Segmenter, ...] = ()
        self._at_once = 1  # images that go through the model together, until which it cannot be cancelled
        self.model: Segmenter | None = None
        self.other: Segmenter | None = None
        self.busy = ""
        self.loading = ModelLoading(self)
        self.loading.loaded.connect(self._loaded)
        self.loading.failed.connect(self._load_failed)
        self._runner.stepped.connect(lambda step: self._on_step(step))
        self._runner.failed.connect(self._failed)
        self._runner.ended.connect(self._ended)

    def load(self, path: Path, side: Side = "a") -> None:
        """Load a model file, as the one that predicts or beside it; what was there stays until it is ready."""
        self.loading.load(path, side)

    def model_of(self, side: Side) -> Segmenter | None:
        return self.model if side == "a" else self.other

    def _side_of(self, model: Segmenter) -> Side | None:
        return "a" if model is self.model else "b" if model is self.other else None

    def take(self, side: Side, model: Segmenter | None) -> None:
        """Predict with a model from now on, or with none. Where only a second one is left, it becomes the first."""
        first, second = (model, self.other) if side == "a" else (self.model, model)
        self._become(*((first, second) if first is not None else (second, None)))

    def swap(self) -> None:
        """Let A be B, and B be A."""
        if self.model is not None and self.other is not None:
            self._become(self.other, self.model)

    def _become(self, model: Segmenter | None, other: Segmenter | None) -> None:
        """Let these be A and B."""
        gone = (self.model is not model, self.other is not other)
        if _classes(model, other) != _classes(self.model, self.other):
            self._unmapped.take_back()
        self.model, self.other = model, other
        for second in (False, True):
            if gone[second]:
                self.replaced.emit(second)
        self.model_changed.emit()

    def predict_current(self) -> None:
        """Predict the open image with each model; the results are shown and not written."""
        current, model = self._session.current, self.model
        if current is None or model is None or not adopt_classes(self._session, model.info):
            self._say_what_is_missing()
            return
        models = [each for each in (model, self.other) if each is not None]
        for each in models:
            self._unmapped.warn_of(each)
        job = self._live.predict(current, models)
        self.start(job, f"Predicting {current.sample.name}", self._live.show, models=models)

    def predict_all(
        self, samples: tuple[Sample, ...], batch: int, keep: Keep = LABELS_ONLY, sides: Sequence[Side] = ("a",)
    ) -> None:
        """Predict samples into a new run of the project; ``keep`` more than labels.

        It is shown as it grows where none is chosen; else what is looked at stays, and it can be chosen. With both
        ``sides`` there are two runs, one after the other: A and B in Compare.
        """
        models = [model for side in sides if (model := self.model_of(side)) is not None]
        if not models or not samples or not adopt_classes(self._session, models[0].info):
            self._say_what_is_missing()
            return
        project = self._session.project
        assert project is not None

        if not self._refuse_second():
            for model in models:
                self._unmapped.warn_of(model)
            self._autosave.when_configured(lambda: self._begin(project.root, models, samples, batch, keep))

    def _begin(
        self,
        root: Path,
        models: Sequence[Segmenter],
        samples: tuple[Sample, ...],
        batch: int,
        keep: Keep,
        second: bool = False,
    ) -> None:
        """Begin with the first of the models; the others follow once it is through."""
        project = self._session.project
        if project is None or project.root != root or self._refuse_second():
            return
        model, others = models[0], models[1:]
        folder = run_folder(project, model.info.file)
        files: dict[str, Path] = {}
        source = LabelSource(folder.name, folder, "run", read_only=True, files=files)
        mapping = self._mappings.of(model.info)
        run = Run(root, source, files, samples, map_classes(model.info, project.schema, mapping).schema.classes, second)
        steps = predict_folder(samples, model, project.schema, folder, batch, keep, mapping)

        def ended() -> None:
            self._folder_ended(run)
            if others and run.done and not self._cancelled:
                self._begin(root, others, samples, batch, keep, second=True)

        self.start(steps, "Predicting", lambda step: self._folder_step(run, step), ended, [model])
        self._at_once = min(batch, len(samples))
        self.run_began.emit(len(samples))

    def _say_what_is_missing(self) -> None:
        loading = self.loading.current
        if loading is not None and self.model is None and self._session.current is not None:
            self._messages.info(f"{loading.path.name} is still being loaded.", "Predict once its card is there.")
        else:
            self._messages.info(*_MISSING)

    def cancel(self) -> None:
        """Stop after the images under way; those that are done stay. Said twice, stop these too, where that can be."""
        if self._cancelled:
            self._interrupt()
        self._cancelled = True
        self._runner.cancel()
        if self.busy:
            at_work = f"the {self._at_once} images" if self._at_once > 1 else "what is"
            self.busy_changed.emit(f"Cancelling, after {at_work} at work")

    def _interrupt(self) -> None:
        for model in self._asked:
            model.interrupt()

    def close(self) -> None:
        self._runner.cancel()
        self._interrupt()
        self._live.close()
        self.loading.close()
        self._runner.close()

    def _loaded(self, loading: Loading, model: Segmenter) -> None:
        self._messages.over.emit(LOADING)
        self._mappings.note(model.info.file, loading.digest)
        self._anew = loading.corrects and (self._live.said_by(loading.side) or self._predicts_one)
        self.take(loading.side, model)
        self._predict_anew()

    @property
    def _predicts_one(self) -> bool:
        """Whether what is under way is the open image alone."""
        return bool(self.busy) and self._on_step == self._live.show

    def _predict_anew(self) -> None:
        """Predict the open image once more where its model was corrected since, as soon as nothing else goes on."""
        if self._anew and not self.busy:
            self._anew = False
            if self._session.current is not None:
                self.predict_current()

    def _load_failed(self, loading: Loading, error: Exception) -> None:
        """Say why a file was not loaded, or ask whether it may; what was loaded before stays."""
        if isinstance(error, UntrustedFile):
            self.untrusted.emit(loading, error)
        else:
            self._messages.fail(error, about=LOADING, passing=True)

    def _refuse_second(self) -> bool:
        """Say so and return True where something is still going on."""
        if self._runner.running:
            self._messages.info(f"{self.busy} is still going on.", "Wait for it, or cancel it.", "Cancel", self.cancel)
        return self._runner.running

    def start(
        self,
        job: Generator[Any, None, None],
        what: str,
        on_step: Callable[[Any], None],
        on_end: Callable[[], None] = lambda: None,
        models: Sequence[Segmenter] = (),
    ) -> bool:
        """Run a job with models, ``what`` in words, each of whose steps goes to ``on_step``.

        Where one is under way that is said, and False is returned.
        """
        if self._refuse_second():
            return False
        self._on_step, self._on_end, self._cancelled = on_step, on_end, False
        self._asked, self._at_once = tuple(models), 1
        for model in models:
            model.resume()
        self.busy = what
        self.busy_changed.emit(what)
        self._runner.start(job)
        return True

    def _ended(self) -> None:
        self.busy, self._asked = "", ()
        self.busy_changed.emit("")
        self._on_end()
        self._anew = self._anew and not self._cancelled
        self._predict_anew()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Interrupted):  # whoever asked for that knows
            self._messages.fail(error)

    def _folder_step(self, run: Run, step: Step) -> None:
        self.display.step(run, step)  # first: whoever hears of a step counts what the run has by then
        self.stepped.emit(step)

    def _folder_ended(self, run: Run) -> None:
        self.display.end(run, self._cancelled)
        self.run_ended.emit(run)


def _classes(*models: Segmenter | None) -> list[int]:
    """Tell the classes of models apart: a correction of something else leaves them the same."""
    return [id(model.info.classes) if model is not None else 0 for model in models]


_MISSING = ("There is nothing to predict yet.", "It takes an image that is open, and a model that is loaded.")
