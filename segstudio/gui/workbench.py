"""What works behind the window: the session, and those who read, save, predict and score for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.core.wording import counted
from segstudio.gui.agreeing import Agreeing
from segstudio.gui.autosave import Autosave
from segstudio.gui.carrier import Carrier
from segstudio.gui.correcting import Correcting
from segstudio.gui.dates import Dates
from segstudio.gui.discards import Discards
from segstudio.gui.disk_changes import DiskChanges
from segstudio.gui.edits import Edits
from segstudio.gui.error_finder import ErrorFinder
from segstudio.gui.folder_run import Run
from segstudio.gui.jobs import Background, JobRunner
from segstudio.gui.journaling import Journaling
from segstudio.gui.looking import Looking
from segstudio.gui.mappings import Mappings
from segstudio.gui.messages import Messages
from segstudio.gui.model.measures import ModelMeasures
from segstudio.gui.model_loading import Side
from segstudio.gui.opener import Opener
from segstudio.gui.predictor import Predictor
from segstudio.gui.recorder import Recorder
from segstudio.gui.recovering import Recovering
from segstudio.gui.scorer import Scorer
from segstudio.gui.settings import Settings
from segstudio.gui.unsaved_work import UnsavedWork
from segstudio.io.project import CONFIG_NAME
from segstudio.services.demo import MODEL, default_folder
from segstudio.services.linking import found_run, with_linked
from segstudio.services.model_paths import MODEL_SUFFIXES
from segstudio.services.numbering import Numbering
from segstudio.services.open_sample import OpenSample
from segstudio.services.resources import resource
from segstudio.services.sample_project import IMAGES, make_sample_project
from segstudio.services.session import Session


class Workbench(QObject):
    """Made once for a window. Knows no widget."""

    sample_progress = Signal(int, int)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.session = Session()
        self.numbering = Numbering(self.session)
        self.messages = Messages(self)
        self.edits = Edits(self.messages, self)
        self.looking = Looking(self.messages, self)
        self.journaling = Journaling(self.session, self.messages, self)
        self.autosave = Autosave(self.session, self.messages, self.journaling, self)
        self.disk_changes = DiskChanges(self.session, self.messages, self.edits, self.autosave, self.journaling, self)
        self.discards = Discards(self.messages, self)
        self.recovering = Recovering(
            self.session,
            self.messages,
            self.edits,
            self.autosave,
            self.journaling,
            self.disk_changes,
            self.discards,
            self,
        )
        self.unsaved_work = UnsavedWork(self.session, self.messages, self.autosave, self.discards, self)
        self.recorder = Recorder(self.session, self.messages, self)
        self.dates = Dates(self.messages, self)
        self.carrier = Carrier(self.session, self.messages, self.edits, self)
        self.opener = Opener(self.session, self.messages, self.autosave, self)
        self.unsaved_work.wanted.connect(self.opener.go)
        self.mappings = Mappings(self.session, settings, self)
        self.predictor = Predictor(self.session, self.messages, self.autosave, self.mappings, self)
        self.predictor.replaced.connect(self.opener.drop_unstored)
        self.correcting = Correcting(self.predictor, self.messages, self)
        self.measures = ModelMeasures(self.messages, self)
        self.scorer = Scorer(self.session, self.messages, self)
        self.errors = ErrorFinder(self.session, self.messages, self)
        self.other_scorer = Scorer(self.session, self.messages, self, second=True)
        self.agreeing = Agreeing(self.session, self.messages, self)
        self._linking = Background(1, "link", self)
        self._maker = JobRunner(self)
        self._maker.stepped.connect(lambda done: self.sample_progress.emit(done, IMAGES))
        self._maker.ended.connect(self._open_sample)
        self._maker.failed.connect(self.messages.fail)
        self.session.project_opened.connect(self._remember)
        self.session.sample_opened.connect(self._remember_sample)
        self.session.run_changed.connect(lambda _: self._remember_compared())
        self.session.other_run_changed.connect(lambda _: self._remember_compared())
        self.opener.last_sample = settings.last_sample
        self.session.scores_dropped.connect(lambda _: self.scorer.score())
        self.session.other_scores_dropped.connect(lambda _: self.other_scorer.score())
        self.predictor.run_ended.connect(self._score_run)
        self.predictor.loading.loaded.connect(lambda loading, _: self._remember_model(loading.path))
        self.opener.model_found.connect(self._load_found)
        self._beside: Path | None = None

    def open(self, path: Path, beside: Path | None = None) -> None:
        """Open what a path holds: a model is loaded, and a second one ``beside`` it; anything else is opened."""
        self._beside = beside
        if path.suffix.casefold() in MODEL_SUFFIXES and path.is_file():
            self._load_found(path)
            return
        self.opener.open(path)

    def _load_found(self, path: Path) -> None:
        """Load what turned out to be a model."""
        self.predictor.load(path)
        if self._beside is not None:
            self.predictor.load(self._beside, "b")
            self._beside = None

    def open_sample_project(self) -> None:
        """Make the sample project where it is missing, and open it with the sample model."""
        folder = default_folder()
        if (folder / CONFIG_NAME).is_file():
            self._open_sample()
        elif not self._maker.running:
            self._maker.start(make_sample_project(folder))

    def load_sample_model(self) -> None:
        """Load the model that comes with the program."""
        self.predictor.load(resource(MODEL))

    def _open_sample(self) -> None:
        if (default_folder() / CONFIG_NAME).is_file():  # else making it failed, and that was said
            self.open(default_folder())
            if self.predictor.model is None and self.predictor.loading.current is None:
                self.load_sample_model()

    def change_schema(self, schema: LabelSchema) -> None:
        """Take over the class table as the user changed it, and save it."""
        project = self.session.project
        if project is None:
            return
        if schema.dtype is project.schema.dtype:
            self.session.update_project(replace(project, schema=schema))
            self.autosave.save_now()
        else:
            self._read_anew(project, lambda now: replace(now, schema=schema), "The class table was not changed.")

    def link_predictions(self, folder: Path, side: Side | None = None) -> None:
        """Compare with the masks in a folder, wherever it lies, and remember it with the project.

        They become A or B as ``side`` says; without it what is free, A first, and A where neither is.
        """
        project = self.session.project
        if project is not None:
            self._linking.run(
                lambda: found_run(project, folder), lambda run: self._link(project, run, side), self.messages.fail
            )

    def _link(self, project: Project, found: LabelSource, side: Side | None) -> None:
        now = self.session.project
        if now is None or now.root != project.root:
            return
        try:
            linked = with_linked(now, found)  # as it is now: the same folder may have been dropped twice
        except SegstudioError as error:
            self.messages.fail(error)
            return
        run = linked.runs[-1]
        self.session.update_project(linked)
        second = side == "b" or (side is None and self.session.run is not None and self.session.other_run is None)
        (self.session.choose_other if second else self.session.choose_run)(run)
        self.messages.info(
            f"{run.name} is now {'B' if second else 'A'}: "
            f"predictions for {len(run.files):,} of {counted(len(now.samples), 'image')}.",
            _told_of(run),
        )
        self.autosave.when_configured(self.autosave.save_now)

    def change_pixel_size(self, spacing: Spacing | None, unit: str) -> None:
        """Take over the size of a pixel, and save it."""
        if self.session.project is not None:
            self.session.update_project(replace(self.session.project, spacing=spacing, unit=unit))
            self.autosave.save_now()

    def tell_apart(self, apart: bool) -> None:
        """Tell the objects of the open project apart, or no more, and save that."""
        project = self.session.project
        task: Literal["semantic", "instances"] = "instances" if apart else "semantic"
        if project is not None and project.task != task:
            refused = "Instances are not told apart yet." if apart else "Instances are still told apart."
            self._read_anew(project, lambda now: replace(now, task=task), refused)

    def _read_anew(self, project: Project, change: Callable[[Project], Project], refused: str) -> None:
        """Save, then take over a change of the project after which labels in memory are of another kind than needed."""

        def go_on(saved: bool) -> None:
            if not saved:
                self.messages.warn(refused, "There are labels that could not be saved.")
                if self.session.project is not None:
                    self.session.update_project(self.session.project)  # who asked may show it as changed already
            elif self.session.project is not None and self.session.project.root == project.root:
                self.session.forget_documents()
                self.session.update_project(change(self.session.project))
                self.autosave.save_now()
                self.opener.reload()

        self.autosave.when_saved(go_on)

    @property
    def kept_for_next_start(self) -> bool:
        """True while all that is not saved is in journals: labels are, classes and records are not."""
        session = self.session
        return self.journaling.safe and not (session.classes_unsaved or session.records.unsaved())

    def close(self) -> None:
        """Stop everything and wait for it. Work must have been saved before."""
        self.looking.close()
        self.edits.close()
        self.unsaved_work.close()
        self.discards.close()
        self.disk_changes.close()
        self.recorder.close()
        self.dates.close()
        self.scorer.close()
        self.errors.close()
        self.other_scorer.close()
        self.agreeing.close()
        self.predictor.close()
        self.measures.close()
        self._maker.close()
        self._linking.close()
        self.opener.close()
        self.autosave.close()
        self.journaling.close()

    def _score_run(self, run: Run) -> None:
        if self.predictor.display.shows(run):  # else another run, or another project, is looked at
            (self.other_scorer if run.second else self.scorer).score()

    def _remember_model(self, path: Path) -> None:
        if path != resource(MODEL):
            self.settings.add_recent_model(path)

    def _remember(self, project: Project) -> None:
        self.settings.add_recent(project.root)
        self.session.displays = self.settings.displays(project.root)
        self._compare_again(project)

    def _compare_again(self, project: Project) -> None:
        """Choose the predictions that were compared the last time, as far as they are still there."""
        known = {str(source.folder): source for source in (*project.sources[1:], *project.runs)}
        first, second = map(known.get, self.settings.compared(project.root))
        if first is not None and first in project.runs and first is not self.session.run:
            self.session.choose_run(first)
        if second is not None and second is not self.session.run:
            self.session.choose_other(second)

    def _remember_compared(self) -> None:
        session = self.session
        if session.project is not None:
            first, second = (str(run.folder) if run is not None else "" for run in (session.run, session.other_run))
            self.settings.keep_compared(session.project.root, first, second)

    def keep_displays(self) -> None:
        """Remember how the pictures of the open project are shown."""
        if self.session.project is not None:
            self.settings.keep_displays(self.session.project.root, self.session.displays)

    def _remember_sample(self, opened: OpenSample) -> None:
        if self.session.project is not None:
            self.settings.keep_last_sample(self.session.project.root, opened.sample.id)


def _told_of(run: LabelSource) -> str:
    """Return what is to be told of how the files of a run are read."""
    if run.holds == "instances":
        return "Its masks number objects: they are of one class."
    return f"Its pictures number the segments of {run.folder.name}.json." if run.holds == "panoptic" else ""
