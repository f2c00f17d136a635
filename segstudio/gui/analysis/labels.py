"""What the labels hold, with no prediction at all: class frequencies, sizes, and which classes are together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from segstudio.core.records import Project
from segstudio.core.schema import LabelSchema
from segstudio.core.wording import counted
from segstudio.gui.analysis.label_columns import class_columns, size_columns, together_columns
from segstudio.gui.analysis.ranked_table import Column, RankedTable, ranked_table
from segstudio.gui.analysis.scoring_page import ScoringPage
from segstudio.gui.files import files_button
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.widgets import Segments, tip_of
from segstudio.metrics.label_counts import LabelCounts
from segstudio.services.each_pair import PairStep
from segstudio.services.evaluate import masks_of
from segstudio.services.label_report import to_csv, to_json
from segstudio.services.label_statistics import LabelStatistics, image_sizes, read_statistics
from segstudio.services.scoring import Pair

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

VIEWS = {
    "classes": ("Classes", "How much there is of each class; click one to list its images"),
    "together": ("Together", "How many images have both of two classes"),
    "sizes": ("Image sizes", "How large the labelled images are"),
}


class LabelsPage(ScoringPage):
    """A click on a class lists its images."""

    again_text, doing, nothing = "Count again", "Counting the labels on disk.", "Open a folder to count its labels."

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.found: LabelStatistics | None = None
        self.views = Segments()
        self.views.offer(VIEWS)
        self.views.choose("classes")
        files = {
            "csv": ("CSV, a row a class", lambda: to_csv(self._counted())),
            "json": ("JSON, images too", lambda: to_json(self._counted(), per_image=True)),
        }
        tip = "Save the statistics of the labels"
        self.save = files_button(window.theme, tip, lambda: "labels", files, window.bench.messages)
        self.tables: dict[str, RankedTable] = {}
        self._stack = QStackedWidget()
        self.content.addWidget(self._stack)
        self.lay_out(self.views, self.save)
        self.views.chosen.connect(self._show_view)

    def subject(self) -> tuple[Path, LabelSchema] | None:
        project = self.window_shown.session.project
        return None if project is None else (project.root, project.schema)

    def job_of(self) -> Callable[[], Generator[PairStep[LabelCounts], None, None]] | None:
        project = self.window_shown.session.project
        if project is None:
            return None
        self.found = LabelStatistics(project.schema)
        return lambda: _count(project)

    def take(self, step: PairStep[LabelCounts]) -> None:
        self._counted().add(step)
        self.progress(step.done, step.total)

    def _counted(self) -> LabelStatistics:
        assert self.found is not None
        return self.found

    def show_found(self) -> None:
        found = self.found
        shown = found is not None and bool(found.ids) and not self.running
        self.save.setEnabled(shown and self.whole)
        self._stack.setVisible(shown)
        if found is None:
            self.say("")
            return
        self.say(_told(found))
        self.note.setToolTip(tip_of(error.sentence() for error in found.failures.values()))
        if shown:
            classes = list(range(len(found.classes)))
            theme = self.window_shown.theme
            self._fill("classes", class_columns(found, theme), classes).picked.connect(self._list_images)
            self._fill("together", together_columns(found, theme), classes)
            self._fill("sizes", size_columns(), image_sizes(found.shapes))
            self._show_view(self.view)

    def _fill(self, view: str, columns: Sequence[Column], entries: Sequence[object]) -> RankedTable:
        """Make the table of a view anew: its columns may be others."""
        if (old := self.tables.pop(view, None)) is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        table = self.tables[view] = ranked_table(columns, entries, VIEWS[view][0])
        self._stack.addWidget(table)
        return table

    @property
    def view(self) -> str:
        """The view that is chosen."""
        return next(view for view in VIEWS if self.views.button(view).isChecked())

    def _show_view(self, view: str) -> None:
        if view in self.tables:
            self._stack.setCurrentWidget(self.tables[view])

    def _list_images(self, row: int) -> None:
        found = self._counted()
        ids = tuple(found.having(row))
        self.window_shown.samples.show_found(Found(f"With {found.classes[row].name}, most first", ids))


def _count(project: Project) -> Generator[PairStep[LabelCounts], None, None]:
    masks = masks_of(project.samples, project.sources)
    pairs = [Pair(sample_id, mask, None) for sample_id, mask in sorted(masks.items())]
    yield from read_statistics(pairs, project.schema, project.root)


def _told(found: LabelStatistics) -> str:
    if not found.ids and found.failures:
        return f"Nothing was counted: {counted(len(found.failures), 'label file')} could not be read."
    if not found.ids:
        return "No labels yet: draw some, or open a folder that has labels beside its images."
    other = f" {found.other:,} pixels have values that no class has." if found.other else ""
    failed = f" {len(found.failures):,} could not be read." if found.failures else ""
    labelled = counted(len(found.ids), "labelled image")
    return f"{labelled}, as they are on disk.{other}{failed} Click a class to list its images."
