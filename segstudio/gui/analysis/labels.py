"""What the labels hold, with no prediction at all: class frequencies, sizes, and which classes are together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from segstudio.core.records import Project
from segstudio.gui.analysis.label_columns import class_columns, size_columns, together_columns
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.ranked_table import Column, RankedModel, RankedTable
from segstudio.gui.files import files_button
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.widgets import Segments, label
from segstudio.metrics.label_counts import LabelCounts
from segstudio.services.each_pair import PairStep
from segstudio.services.evaluate import masks_of
from segstudio.services.label_report import to_csv, to_json
from segstudio.services.label_statistics import LabelStatistics, image_sizes, read_statistics
from segstudio.services.scoring import Pair

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 300
VIEWS = {
    "classes": ("Classes", "How much there is of each class; click one to list its images"),
    "together": ("Together", "How many images have both of two classes"),
    "sizes": ("Image sizes", "How large the labelled images are"),
}


class LabelsPage(Page):
    """Counts what is on disk, when the page is first shown and when that is asked for again."""

    text = "Labels"
    tip = "What the truth holds: class frequencies, sizes of regions, which classes are together"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._project: Project | None = None
        self.found: LabelStatistics | None = None
        self.views = Segments()
        self.views.offer(VIEWS)
        self.views.choose("classes")
        self.again = QPushButton("Count again")
        self.job = PageJob(window.bench.messages)
        self.note = label("", "note", wrap=True)
        files = {
            "csv": ("CSV, a row a class", lambda: to_csv(self._counted())),
            "json": ("JSON, images too", lambda: to_json(self._counted(), per_image=True)),
        }
        tip = "Save the statistics of the labels"
        self.save = files_button(window.theme, tip, lambda: "labels", files, window.bench.messages)
        self.tables: dict[str, RankedTable] = {}
        self._stack = QStackedWidget()
        self._lay_out()
        self.views.chosen.connect(self._show_view)
        self.again.clicked.connect(self._begin)
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(lambda _: self._show_found())

    def refresh(self) -> None:
        project = self.window_shown.session.project
        if project is None:
            return
        if self._project is None or (project.root, project.schema) != (self._project.root, self._project.schema):
            self._begin()

    def close_page(self) -> None:
        self.job.close_runner()

    def _begin(self) -> None:
        """Count once everything that was drawn is on disk: that is what is read."""
        self._project = self.window_shown.session.project
        self.window_shown.bench.autosave.when_saved(lambda _: self._start())

    def _start(self) -> None:
        project = self._project = self.window_shown.session.project
        if project is None:
            return
        self.found = LabelStatistics(project.schema)
        masks = masks_of(project.samples, project.sources)
        pairs = [Pair(sample_id, mask, None) for sample_id, mask in sorted(masks.items())]
        self._show_found()
        self.job.start(lambda: read_statistics(pairs, project.schema, project.root))

    def _on_step(self, step: PairStep[LabelCounts]) -> None:
        assert self.found is not None
        self.found.add(step)
        self.job.show_progress(step.done, step.total, "images")

    def _counted(self) -> LabelStatistics:
        assert self.found is not None
        return self.found

    def _show_found(self) -> None:
        found = self._counted()
        counting = self.job.running
        self.save.setEnabled(bool(found.ids))
        self.note.setText("Counting the labels on disk." if counting else _told(found))
        self.note.setToolTip("\n".join(error.sentence() for error in list(found.failures.values())[:20]))
        self._stack.setVisible(bool(found.ids) and not counting)
        if found.ids and not counting:
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
        model = RankedModel(columns)
        model.show_entries(entries)
        table = self.tables[view] = RankedTable(model, VIEWS[view][0])
        model.setParent(table)
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
        column.addWidget(self.views)
        column.addWidget(self.note)
        column.addWidget(self.job)
        column.addLayout(line)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self._stack, 1)


def _told(found: LabelStatistics) -> str:
    if not found.ids:
        return "No labels yet: draw some, or open a folder that has labels beside its images."
    other = f" {found.other:,} pixels have values that no class has." if found.other else ""
    failed = f" {len(found.failures):,} could not be read." if found.failures else ""
    return f"{len(found.ids):,} labelled images, as they are on disk.{other}{failed} Click a class to list its images."
