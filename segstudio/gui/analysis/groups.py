"""The scores of groups of images: by folder, tag or state, and by how much of them a class takes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING

from segstudio.core.records import LabelSource, Project
from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.newest import Newest
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.analysis.scoring_page import ScoringPage
from segstudio.gui.files import files_button
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.widgets import Segments, percent
from segstudio.metrics import METRICS
from segstudio.services.documents import json_text
from segstudio.services.evaluate import Evaluation, ScoredStep, evaluate, project_pairs
from segstudio.services.group_report import UNNAMED, group_entries, group_tables
from segstudio.services.groups import Grouped, ImageGroup, group_images
from segstudio.services.score_cache import ScoreCache
from segstudio.services.tables import Table, to_latex, to_markdown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

NAME_WIDTH, NUMBER_WIDTH = 200, 84
WAYS = {
    "folder": ("Folder", "By the folder that an image lies in; pages of a stack are one group"),
    "tag": ("Tag", "By the tags of the samples' records"),
    "state": ("State", "By how far the work on a sample is"),
    "share": ("Share", "For each class, by how much of the image it takes"),
}
NO_RUN = "There is no prediction to score. Predict the data set first, or choose a run in Metrics."
NOTHING_SCORED = "No image could be scored: none has both labels and a prediction."


class GroupsPage(ScoringPage):
    """Groups what was scored in a worker: of many classes there are many groups by share."""

    again_text, doing, nothing = "Score again", "Scoring what is on disk.", NO_RUN

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._evaluation: Evaluation | None = None
        self._grouped: list[Grouped] = []
        self._rows: list[tuple[str, ImageGroup, int | None]] = []
        self._newest = Newest(window.bench.messages, self)
        self.ways = Segments()
        self.ways.offer(WAYS)
        self.ways.choose("folder")
        files = {
            "md": ("Markdown", lambda: to_markdown(self._tables())),
            "tex": ("LaTeX", lambda: to_latex(self._tables())),
            "json": ("JSON", self._entries),
        }
        self.save = files_button(window.theme, "Save the groups", lambda: "groups", files, window.bench.messages)
        self.lay_out(self.ways, self.save)
        self.ways.chosen.connect(lambda _: self.show_found())

    def close_page(self) -> None:
        super().close_page()
        self._newest.close()

    def subject(self) -> Compared | None:
        return compared(self.window_shown.session, self.window_shown.session.run)

    def job_of(self) -> Callable[[], Generator[ScoredStep, None, None]] | None:
        session = self.window_shown.session
        project, run = session.project, session.run
        if project is None or run is None:
            return None
        evaluation = self._evaluation = Evaluation(project.schema)
        return lambda: _scored(project, run, evaluation)

    def take(self, step: ScoredStep) -> None:
        self.progress(step.done, step.total)

    # What is shown

    @property
    def way(self) -> str:
        return next(way for way in WAYS if self.ways.button(way).isChecked())

    def show_found(self) -> None:
        evaluation, project, way = self._evaluation, self.window_shown.session.project, self.way
        scored = self.whole and evaluation is not None and bool(evaluation.ids)
        self.save.setEnabled(False)
        self.say("Scores of summed counts, in %. Click a group to list its images." if scored else NOTHING_SCORED)
        self._newest.forget()
        self.drop_table()
        if scored and evaluation is not None and project is not None:
            kept = self.window_shown.session.records
            records = {sample.id: kept.get(sample.id) for sample in project.samples}
            scores = evaluation.scores
            self._newest.ask(way, lambda: list(group_images(scores, way, records)), partial(self._fill, evaluation))

    def _fill(self, evaluation: Evaluation, grouped: list[Grouped]) -> None:
        self._grouped = grouped
        names = {c.id: c.name for c in evaluation.schema.classes}
        self._rows = [
            (_named(found, group, names), group, found.class_id) for found in grouped for group in found.groups
        ]
        self.show_table(_columns(evaluation), self._rows, "Scores of groups").picked.connect(self._list_images)
        self.save.setEnabled(self.whole)

    def _list_images(self, row: int) -> None:
        name, group, _ = self._rows[row]
        self.window_shown.samples.show_found(Found(f"{WAYS[self.way][0]}: {name}", group.ids))

    def _tables(self) -> list[Table]:
        assert self._evaluation is not None
        return group_tables(self._evaluation, self._grouped)

    def _entries(self) -> str:
        assert self._evaluation is not None
        return json_text({"groups": group_entries(self._evaluation, self._grouped)})


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


def _scored(project: Project, run: LabelSource, evaluation: Evaluation) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, evaluation.scoring)
    for step in evaluate(project_pairs(project, run), project.schema, evaluation.scoring, cache):
        evaluation.add(step)
        yield step
