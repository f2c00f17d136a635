"""Load a model and predict with it, in the one thread that models have; the window only hears of it."""

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import LabelSource, Prediction, Project, Sample
from segstudio.core.schema import LabelClass
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.models import Segmenter, load_model
from segstudio.services.opening import configure
from segstudio.services.predict import Step, predict_folder, predict_one, run_folder
from segstudio.services.run_record import map_classes
from segstudio.services.session import Session


@dataclass(slots=True, eq=False)
class Run:
    """A folder run under way: the project it belongs to, the classes it writes, and the masks written so far."""

    root: Path
    classes: tuple[LabelClass, ...]
    files: dict[str, Path] = field(default_factory=dict)
    source: LabelSource | None = None


class Predictor(QObject):
    """One job at a time: loading, one image, or a folder."""

    busy_changed = Signal(str)  # what is being done, or ""
    model_changed = Signal()
    run_began = Signal(int)  # images
    stepped = Signal(object)  # a Step
    run_ended = Signal(bool)  # whether it was cancelled

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._runner = JobRunner(self)
        self._on_step: Callable[[Any], None] = lambda _: None
        self._on_end: Callable[[], None] = lambda: None
        self._cancelled = False
        self.model: Segmenter | None = None
        self.busy = ""
        self._runner.stepped.connect(lambda step: self._on_step(step))
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._ended)

    def load(self, path: Path, then: Callable[[], None] = lambda: None) -> None:
        """Load a model file; the one loaded before stays until this one is ready."""
        # A core is left for the window where there is more than one.
        threads = max((os.cpu_count() or 2) - 1, 1)

        def job() -> Generator[Segmenter, None, None]:
            yield load_model(path, "auto", threads)

        def loaded(model: Segmenter) -> None:
            self.model = model
            self.model_changed.emit()

        self._start(job(), f"Loading {path.name}", loaded, then)

    def predict_current(self) -> None:
        """Predict the open image; the result is shown and not written."""
        current, model = self._session.current, self.model
        if current is None or model is None or not self._adopt_classes(model):
            self._messages.info(*_MISSING)
            return
        assert self._session.project is not None
        schema = self._session.project.schema

        def job() -> Generator[Prediction, None, None]:
            yield predict_one(current.image, model, schema)

        def predicted(prediction: Prediction) -> None:
            if self._session.current is current:
                self._session.set_prediction(prediction.labels, map_classes(model.info, schema).schema.classes)

        self._start(job(), f"Predicting {current.sample.name}", predicted)

    def predict_all(self, samples: tuple[Sample, ...], batch: int) -> None:
        """Predict samples into a new run of the project, which becomes the chosen one."""
        model = self.model
        if model is None or not samples or not self._adopt_classes(model):
            self._messages.info(*_MISSING)
            return
        project = self._session.project
        assert project is not None

        def job() -> Generator[Project | Path | Step, None, None]:
            configured = project if project.configured else configure(project)
            yield configured
            folder = run_folder(configured, model.info.file)
            steps = predict_folder(samples, model, configured.schema, folder, batch)
            yield folder
            yield from steps

        run = Run(project.root, map_classes(model.info, project.schema).schema.classes)
        if self._start(job(), "Predicting", lambda step: self._folder_step(run, step), self._folder_ended):
            self.run_began.emit(len(samples))

    def cancel(self) -> None:
        """Stop after the images under way; those that are done stay."""
        self._cancelled = True
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()

    def _start(
        self,
        job: Generator[Any, None, None],
        what: str,
        on_step: Callable[[Any], None],
        on_end: Callable[[], None] = lambda: None,
    ) -> bool:
        if self._runner.running:
            self._messages.info(f"{self.busy} is still going on.", "Wait for it, or cancel it.", "Cancel", self.cancel)
            return False
        self._on_step, self._on_end, self._cancelled = on_step, on_end, False
        self.busy = what
        self.busy_changed.emit(what)
        self._runner.start(job)
        return True

    def _ended(self) -> None:
        self.busy = ""
        self.busy_changed.emit("")
        self._on_end()

    def _adopt_classes(self, model: Segmenter) -> bool:
        """Take the model's classes over where nobody has chosen any yet; return False where no project is open."""
        project = self._session.project
        if project is None:
            return False
        untouched = not project.configured and not any(source.files for source in project.sources)
        if untouched and not self._session.edited and "classes" not in model.info.assumed:
            self._session.update_project(replace(project, schema=model.info.classes.with_background()))
        return True

    def _folder_step(self, run: Run, step: Project | Path | Step) -> None:
        project = self._session.project
        if isinstance(step, Step):
            self.stepped.emit(step)
        if project is None or project.root != run.root:
            return  # another project was opened meanwhile; the run goes on and is found in its folder
        if isinstance(step, Project):
            if not project.configured:
                self._session.update_project(replace(project, configured=True, sources=step.sources))
        elif isinstance(step, Path):
            run.source = LabelSource(step.name, step, "run", read_only=True, files=run.files)
            self._session.add_run(run.source)
            self._session.predicted = run.classes
        elif step.prediction is not None and run.source is not None:
            self._book(run, run.source, step.sample, step.prediction)

    def _book(self, run: Run, source: LabelSource, sample: Sample, prediction: Prediction) -> None:
        run.files[sample.id] = source.target(sample.id)
        current = self._session.current
        if current is not None and current.sample.id == sample.id and self._session.run is source:
            self._session.set_prediction(prediction.labels, run.classes)

    def _folder_ended(self) -> None:
        self.run_ended.emit(self._cancelled)


_MISSING = ("There is nothing to predict with yet.", "Open a folder of images and load a model first.")
