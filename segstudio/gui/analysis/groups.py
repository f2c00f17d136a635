"""The scores of groups of images: by folder, tag or state, and by how much of them a class takes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.ranked_table import Column, RankedModel, RankedTable
from segstudio.gui.files import files_button
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.widgets import Segments, label, percent
from segstudio.metrics import METRICS
from segstudio.services.documents import json_text
from segstudio.services.evaluate import Evaluation, ScoredStep, evaluate, project_pairs
from segstudio.services.group_report import UNNAMED, group_entries, group_tables
from segstudio.services.groups import Grouped, ImageGroup, group_images
from segstudio.services.score_cache import ScoreCache
from segstudio.services.tables import Table, to_latex, to_markdown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 300
NAME_WIDTH, NUMBER_WIDTH = 200, 84
WAYS = {
    "folder": ("Folder", "By the folder that an image lies in; pages of a stack are one group"),
    "tag": ("Tag", "By the tags of the samples' records"),
    "state": ("State", "By how far the work on a sample is"),
    "share": ("Share", "For each class, by how much of the image it takes"),
}
NO_RUN = "There is no prediction to score. Predict the data set first, or choose a run in Metrics."


class GroupsPage(Page):
    """Scores what is on disk, when the page is first shown for a run and when that is asked for again."""

    text = "Groups"
    tip = "Scores by folder, tag or state, and by how much of an image a class takes"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asked: object = None
        self._evaluation: Evaluation | None = None
        self._way, self._grouped, self._stopped = "", list[Grouped](), False
        self._rows: list[tuple[str, ImageGroup, int | None]] = []
        self.ways = Segments()
        self.ways.offer(WAYS)
        self.ways.choose("folder")
        self.again, self.note = QPushButton("Score again"), label("", "note", wrap=True)
        self.job = PageJob(window.bench.messages)
        files = {
            "md": ("Markdown", lambda: to_markdown(self._tables())),
            "tex": ("LaTeX", lambda: to_latex(self._tables())),
            "json": ("JSON", self._entries),
        }
        self.save = files_button(window.theme, "Save the groups", lambda: "groups", files, window.bench.messages)
        self.table: RankedTable | None = None
        self._row = QHBoxLayout(self)
        self._lay_out()
        self.ways.chosen.connect(lambda _: self._group())
        self.again.clicked.connect(self._begin)
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(self._on_end)

    def refresh(self) -> None:
        if self._wanted() != self._asked:
            self._begin()

    def leave(self) -> None:
        if self.job.running:
            self.job.stop()
            self._asked = None

    def close_page(self) -> None:
        self.job.close_runner()

    def _wanted(self) -> object:
        session = self.window_shown.session
        if session.project is None or session.run is None:
            return None
        return session.project.root, session.project.schema, session.run.read_as

    def _begin(self) -> None:
        """Score once everything that was drawn is on disk: that is what is read."""
        self._asked, self._evaluation, self._stopped = self._wanted(), None, False
        self._way, self._grouped = "", []
        self._show()
        self.window_shown.bench.autosave.when_saved(lambda _: self._start())

    def _start(self) -> None:
        session = self.window_shown.session
        project, run = session.project, session.run
        if project is not None and run is not None:
            evaluation = self._evaluation = Evaluation(project.schema)
            self.job.start(lambda: _scored(project, run, evaluation))
            self._show()

    def _group(self) -> None:
        """Group what was scored as is chosen now, unless that is done: in the worker too, once it has scored."""
        evaluation, session, way = self._evaluation, self.window_shown.session, self.way
        if self.job.running or self._stopped or evaluation is None or session.project is None or way == self._way:
            return
        records = {sample.id: session.records.get(sample.id) for sample in session.project.samples}
        self._way, self._grouped = way, []
        self.job.start(lambda: group_images(evaluation.scores, way, records))
        self._show()

    def _on_step(self, step: ScoredStep | Grouped) -> None:
        if isinstance(step, Grouped):
            self._grouped.append(step)
        else:
            self.job.show_progress(step.done, step.total, "images")

    def _on_end(self, stopped: bool) -> None:
        self._stopped = stopped
        self._group()
        self._show()

    # What is shown

    @property
    def way(self) -> str:
        return next(way for way in WAYS if self.ways.button(way).isChecked())

    def _show(self) -> None:
        if self.table is not None:
            self._row.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None
        evaluation, running = self._evaluation, self.job.running
        scored = evaluation is not None and bool(evaluation.ids) and not running and not self._stopped
        self.save.setEnabled(scored)
        self.note.setText(_told(self._asked is not None, scored, running, self._stopped))
        if not scored or evaluation is None:
            return
        names = {c.id: c.name for c in evaluation.schema.classes}
        self._rows = [
            (_named(found, group, names), group, found.class_id) for found in self._grouped for group in found.groups
        ]
        model = RankedModel(_columns(evaluation))
        model.show_entries(self._rows)
        self.table = RankedTable(model, "Scores of groups")
        model.setParent(self.table)
        self.table.picked.connect(self._list_images)
        self._row.addWidget(self.table, 1)

    def _list_images(self, row: int) -> None:
        name, group, _ = self._rows[row]
        self.window_shown.samples.show_found(Found(f"{WAYS[self.way][0]}: {name}", group.ids))

    def _tables(self) -> list[Table]:
        assert self._evaluation is not None
        return group_tables(self._evaluation, self._grouped)

    def _entries(self) -> str:
        assert self._evaluation is not None
        return json_text({"groups": group_entries(self._evaluation, self._grouped)})

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.addWidget(self.again)
        line.addStretch(1)
        line.addWidget(self.save)
        column.addWidget(self.ways)
        column.addWidget(self.note)
        column.addWidget(self.job)
        column.addLayout(line)
        column.addStretch(1)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(side)


def _named(found: Grouped, group: ImageGroup, names: dict[int, str]) -> str:
    name = group.name or UNNAMED.get(found.way, "")
    return name if found.class_id is None else f"{names[found.class_id]}, {name}"


def _columns(evaluation: Evaluation) -> list[Column]:
    """Return the columns: means over the classes; of a group by the share of a class, the scores of that class."""

    places = {c.id: place for place, c in enumerate(evaluation.schema.scored)}

    def score(key: str, row: tuple[str, ImageGroup, int | None]) -> str:
        _, group, class_id = row
        values = METRICS[key].by_class(group.total)
        return percent(evaluation.mean(values) if class_id is None else float(values[places[class_id]]))

    def told(key: str) -> Column:
        tip = f"{METRICS[key].title}, %: the mean of the classes, or that of the class"
        return Column(METRICS[key].title, tip, lambda row: score(key, row), NUMBER_WIDTH, number=True)

    return [
        Column("Group", "Click a group to list its images", lambda row: row[0], NAME_WIDTH),
        Column("Images", "Images of the group", lambda row: f"{len(row[1].ids):,}", NUMBER_WIDTH, number=True),
        *map(told, METRICS),
        Column("", "", lambda row: ""),
    ]


def _told(chosen: bool, scored: bool, running: bool, stopped: bool) -> str:
    if not chosen:
        return NO_RUN
    if running:
        return "Scoring what is on disk."
    if stopped:
        return "Stopped before all images were scored. Score again to see their groups."
    return "Scores of summed counts, in %. Click a group to list its images." if scored else "No image could be scored."


def _scored(project: Project, run: LabelSource, evaluation: Evaluation) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, evaluation.scoring)
    for step in evaluate(project_pairs(project, run), project.schema, evaluation.scoring, cache):
        evaluation.add(step)
        yield step
