"""The state of the running program: what is open, and what is chosen."""

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from segstudio.core.confusion import Confusion
from segstudio.core.display import Display, Kind
from segstudio.core.events import Event
from segstudio.core.raster import Confidence, InstancePlane, LabelPlane
from segstudio.core.records import LabelSource, Project, Spacing
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.editing.moving import Piece
from segstudio.services.open_sample import OpenSample
from segstudio.services.paint_rules import PaintRules
from segstudio.services.records import Records
from segstudio.services.run_record import written_classes
from segstudio.services.scores import DatasetScores
from segstudio.services.writes import Writes
from segstudio.tools.options import ToolOptions

KEPT_BYTES = 256 << 20
"""Labels and undo steps of samples that are not shown: beyond this the oldest go, but never unsaved ones."""


_Declared: TypeAlias = tuple[LabelSchema, Spacing | None, str, str, tuple[Path, ...]]


class Session:
    """Lives in the GUI thread. Panels read it, call its methods and hear its events."""

    def __init__(self) -> None:
        self.project: Project | None = None
        self.current: OpenSample | None = None
        self.run: LabelSource | None = None
        self.other_run: LabelSource | None = None
        self.predicted: tuple[LabelClass, ...] = ()
        self._predicted_by_run: tuple[LabelClass, ...] = ()
        self.scores = DatasetScores()
        self.other_scores = DatasetScores()
        self.options = ToolOptions()
        self.displays: dict[Kind, Display] = {}
        self.rules = PaintRules()
        self.clipboard: Piece | None = None
        self.records = Records()
        self.edited: set[str] = set()
        self.writes = Writes()
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self.project_opened: Event[Project] = Event()
        self.project_changed: Event[Project] = Event()
        self.sample_opened: Event[OpenSample] = Event()
        self.sample_closed: Event[None] = Event()
        self.prediction_changed: Event[OpenSample] = Event()
        self.run_changed: Event[LabelSource | None] = Event()
        self.other_run_changed: Event[LabelSource | None] = Event()
        self.scores_dropped: Event[None] = Event()
        self.other_scores_dropped: Event[None] = Event()
        self.rules_changed: Event[None] = Event()
        self._saved: _Declared | None = None

    def open_project(self, project: Project) -> None:
        """Put another project in place of the open one, whose work must have been saved before."""
        assert not self.has_work
        if self.current is not None:
            self.current.close()
        self.project, self.current, self.scores = project, None, DatasetScores()
        self._set_run(project.runs[-1] if project.runs else None)
        self.other_run, self.other_scores = None, DatasetScores()
        # Where the labels came from elsewhere, those in the folder that edits go to are edited ones.
        self.edited = set(project.sources[0].files) if len(project.sources) > 1 else set()
        self._documents.clear()
        self.records.start()
        self._saved = _declared(project)
        self._choose_defaults(project.schema)
        self.rules, self.clipboard = PaintRules(), None
        self.project_opened.emit(project)
        self.scores_dropped.emit(None)
        self.other_scores_dropped.emit(None)

    def show(self, opened: OpenSample) -> None:
        """Make a sample that was read the current one."""
        assert self.project is not None
        opened.follow(self.project.schema)
        self.options.fit(opened.document.labels.shape, anew=not self._documents)
        self._keep_score()
        if self.current is not None:
            self.current.close()
        self.current, self.predicted = opened, self._predicted_by_run
        self.records.visit(opened.sample.id)
        self.apply_rules()
        self._keep(opened.sample.id, opened.document)
        self.sample_opened.emit(opened)

    def document_of(self, sample_id: str) -> Document | None:
        """Return a sample's document where it is still in memory."""
        return self._documents.get(sample_id)

    def unsaved(self) -> list[tuple[str, Document]]:
        """Return the ids and documents with work that is not on disk, a stroke under way included."""
        return [(i, d) for i, d in self._documents.items() if d.history.dirty or d.editing]

    @property
    def classes_unsaved(self) -> bool:
        """True while what the project's file declares is not on disk: its classes, pixel size, task, linked runs."""
        return self.project is not None and _declared(self.project) != self._saved

    @property
    def has_work(self) -> bool:
        """True while anything is not on disk."""
        return self.classes_unsaved or bool(self.unsaved()) or bool(self.records.unsaved())

    def mark_classes_saved(self, project: Project) -> None:
        """Say that what a project declares is on disk, or that nobody would miss it."""
        self._saved = _declared(project)

    def settle(self) -> None:
        """Commit the stroke under way, if there is one, and put the time worked into the record."""
        if self.current is not None:
            self.current.document.settle()
        self.records.settle()

    def forget_documents(self) -> None:
        """Drop the labels in memory, all saved, to be read anew: their class ids need wider planes, or objects numbers.

        The open sample is closed: what was drawn on it until then would be lost.
        """
        assert not self.unsaved()
        self._documents.clear()
        if self.current is not None:
            self.current.close()
            self.current = None
            self.sample_closed.emit(None)

    def update_project(self, project: Project) -> None:
        """Take over a change of the open project: its classes, its runs, or that it now has a file of its own."""
        before, self.project = self.project, project
        self.project_changed.emit(project)
        if before is None or before.schema == project.schema:
            return
        if not {c.id for c in before.schema.classes} <= {c.id for c in project.schema.classes}:
            self.clipboard = None  # it may hold a class that is no more
        self._choose_defaults(project.schema)
        self.set_rules(self.rules.known(project.schema))
        if self.current is not None:
            self.current.compare(self.current.prediction, project.schema)
            self.current.compare_other(self.current.other, project.schema)
            self.prediction_changed.emit(self.current)
        if [(c.id, c.ignore) for c in before.schema.classes] != [(c.id, c.ignore) for c in project.schema.classes]:
            self.scores, self.other_scores = DatasetScores(), DatasetScores()
            self.scores_dropped.emit(None)
            self.other_scores_dropped.emit(None)

    def set_rules(self, rules: PaintRules) -> None:
        """Let something else be drawn over."""
        self.rules = rules
        self.apply_rules()
        self.rules_changed.emit(None)

    def toggle_lock(self, class_id: int) -> None:
        """Lock a class, or unlock it."""
        self.set_rules(replace(self.rules, locked=self.rules.locked ^ {class_id}))

    def apply_rules(self) -> None:
        """Tell the open document what may be drawn over, as it follows from how the picture is looked at now."""
        if self.current is not None and self.project is not None:
            document, rule = self.current.document, self.rules.rule(self.project.schema, self.current.seen)
            if not (rule.free and document.rule.free):  # else what is being computed by the old one stays good
                document.rule = rule

    def add_run(self, run: LabelSource) -> None:
        """Add a run, or what it has become, to those of the project that can be chosen."""
        assert self.project is not None
        others = tuple(r for r in self.project.runs if r.folder != run.folder)
        self.update_project(replace(self.project, runs=(*others, run)))

    def choose_run(self, run: LabelSource | None) -> None:
        """Compare with another run. The prediction of the open sample is read anew by whoever hears the event."""
        if self.current is not None and self.project is not None:
            self.current.try_labels(None, self.project.schema)  # whoever reads the run anew looks for what was stored
        self.scores = DatasetScores()
        self._set_run(run)
        self.run_changed.emit(run)
        self.scores_dropped.emit(None)

    def choose_other(self, other: LabelSource | None) -> None:
        """Show a second prediction beside the first, a run's or a person's; it is read by whoever hears the event."""
        self.other_run, self.other_scores = other, DatasetScores()
        self.other_run_changed.emit(other)
        self.other_scores_dropped.emit(None)

    def resize(self, run: LabelSource) -> None:
        """Compare masks of a run that are of another size than the labels from now on, resized to them."""
        assert self.project is not None
        resized = replace(run, resized=True)
        known = tuple(resized if other.folder == run.folder else other for other in self.project.runs)
        self.update_project(replace(self.project, runs=known))
        if self.run is run:
            self.choose_run(resized)
        elif self.other_run is run:
            self.choose_other(resized)

    @property
    def seen_schema(self) -> LabelSchema:
        """The project's classes, and after them those that only the prediction holds: all that can be on the screen."""
        assert self.project is not None
        return self.project.schema.with_beside(self.predicted)

    def set_prediction(
        self,
        prediction: LabelPlane | None,
        predicted: tuple[LabelClass, ...] | None = None,
        confidence: Confidence | None = None,
        found: InstancePlane | None = None,
        by: str = "",
    ) -> None:
        """Give the open sample another prediction, of the size of its labels, and say which classes it holds.

        None are those of the run. ``found`` numbers its objects; ``by`` names the model of what is in no file.
        """
        assert self.project is not None
        assert self.current is not None
        self.predicted = self._predicted_by_run if predicted is None else predicted
        self.current.confidence, self.current.stored = confidence, None
        self.current.found, self.current.predicted_by = found, by
        self.current.compare(prediction, self.project.schema)
        self.prediction_changed.emit(self.current)

    def try_prediction(self, labels: LabelPlane | None) -> None:
        """Show other labels in the place of the open sample's prediction; None brings back what was there.

        They count for this image, and not in the data set: nobody has stored them.
        """
        assert self.project is not None
        if self.current is not None and not (labels is None and self.current.stored is None):
            self.current.try_labels(labels, self.project.schema)
            self.prediction_changed.emit(self.current)

    def set_other(
        self,
        other: LabelPlane | None,
        predicted: tuple[LabelClass, ...] = (),
        sure: Confidence | None = None,
        found: InstancePlane | None = None,
        by: str = "",
    ) -> None:
        """Give the open sample another second prediction, with what ``set_prediction`` is told of the first."""
        assert self.project is not None
        assert self.current is not None
        self.current.other_by, self.current.other_confidence, self.current.other_found = by, sure, found
        self.current.other_classes = predicted
        self.current.compare_other(other, self.project.schema)
        self.prediction_changed.emit(self.current)

    def live_total(self) -> Confusion | None:
        """Return the counts of the data set with the open sample as it is now; None before any image was scored."""
        self._keep_score()
        return self.scores.total

    def live_other_total(self) -> Confusion | None:
        """Return ``live_total`` of the second prediction."""
        self._keep_score()
        return self.other_scores.total

    def _keep_score(self) -> None:
        """Put the open sample's live counts in place of those it was scored with, if it was."""
        if (opened := self.current) is None:
            return
        stored = opened.scored if opened.stored is None else None
        for scores, live in ((self.scores, stored), (self.other_scores, opened.other_scored)):
            known = scores.get(opened.sample.id)
            if live is not None and known is not None and known is not live.confusion:
                scores.put(opened.sample.id, live.confusion)

    def _set_run(self, run: LabelSource | None) -> None:
        self.run = run
        self.predicted = self._predicted_by_run = written_classes(run.folder) if run is not None else ()

    def _choose_defaults(self, schema: LabelSchema) -> None:
        chosen, background = self.options.class_id, schema.background
        if schema.get(chosen) is None or chosen == background:
            drawn = (c.id for c in schema.classes if not c.ignore and c.id != background)
            chosen = next(drawn, background)
        self.options.start(chosen, background, frozenset(c.id for c in schema.classes))

    def _keep(self, sample_id: str, document: Document) -> None:
        self._documents[sample_id] = document
        self._documents.move_to_end(sample_id)
        for old in list(self._documents)[:-1]:  # the last is shown, and will be edited
            if sum(document.nbytes for document in self._documents.values()) <= KEPT_BYTES:
                break
            if not (self._documents[old].history.dirty or self._documents[old].editing):
                del self._documents[old]


def _declared(project: Project) -> _Declared:
    return project.schema, project.spacing, project.unit, project.task, tuple(run.folder for run in project.linked)
