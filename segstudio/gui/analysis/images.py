"""The table of images: every scored one with its numbers, sorted by any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout

from segstudio.core.wording import counted
from segstudio.gui.analysis.distribution import NOTHING, DistributionPlot
from segstudio.gui.analysis.images_file import ask_and_save
from segstudio.gui.analysis.images_model import ImagesModel
from segstudio.gui.analysis.images_table import ColumnsButton, ImagesTable
from segstudio.gui.analysis.page import Page
from segstudio.gui.jobs import Background
from segstudio.gui.panels.confusion_choice import nothing_scored
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.plots.saving import save_button
from segstudio.gui.widgets import label, tool_button
from segstudio.services.image_columns import Column, Kind, spelled, unit

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FIRST = ("mean_iou", "mean_dice", "pixel_accuracy", "errors")
LAST = ("size", "state")
MOST_CLASSES = 12
"""Classes with columns of their own before somebody chooses."""


class ImagesPage(Page):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._images = window.scored_images
        self._offered: dict[str, Column] | None = None
        self._arranged: tuple[object, ...] = ()
        self._current: int | None = None
        self.model = ImagesModel(self._images, ())
        self.table = ImagesTable(self.model)
        self.distribution = DistributionPlot(window.theme)
        self.columns = ColumnsButton()
        self.note = label("", "note")
        self.list_chosen = QPushButton("List the chosen")
        self.list_chosen.setToolTip("List only the chosen images on the left")
        self.save = tool_button(window.theme, "download-outline", "Save the table, or the histogram")
        self.save_table = QAction("Save the table (CSV) ...", self)
        self._background = Background(1, "table", self)
        self._lay_out(window)
        self._connect()

    def _connect(self) -> None:
        window = self.window_shown
        self._images.advanced.connect(self._show)
        self.table.opened.connect(lambda place: self._images.open(int(self.model.rows[place])))
        self.table.selectionModel().selectionChanged.connect(lambda _: self._show_chosen())
        self.model.headerDataChanged.connect(lambda *_: self._show_spread())
        self.columns.chosen.connect(self._choose_columns)
        self.distribution.clicked.connect(self._go_to_bar)
        self.distribution.ranged.connect(self._list_range)
        self.list_chosen.clicked.connect(self._list_chosen)
        self.save_table.triggered.connect(lambda: ask_and_save(self.model, self._images, self._background, window))
        window.samples.arranged.connect(self.refresh)

    def refresh(self) -> None:
        if not self.isVisible():
            return
        self.distribution.say(nothing_scored(self.window_shown.session.run))
        columns = self._images.columns
        if columns is not self._offered:
            self._offered = columns
            project = self.window_shown.session.project
            chosen = self.window_shown.bench.settings.columns(project.root) if project is not None else ()
            self._set_columns([key for key in chosen or self.model.keys if key in columns] or self._default())
        else:
            self._images.want("images", self.model.keys)

    def leave(self) -> None:
        self._arranged = ()  # what changes meanwhile is sorted in when the page is shown again
        self._images.want("images", ())

    def close_page(self) -> None:
        self._background.close()

    def _default(self) -> list[str]:
        by_class = [key for key in self._images.columns if key.startswith("iou:")][:MOST_CLASSES]
        second = ["mean_iou_b", "difference"]
        return [key for key in (*FIRST, *second, *by_class, *LAST) if key in self._images.columns]

    def _choose_columns(self, keys: list[str]) -> None:
        """Show other columns, also the next time that the project is open."""
        self._set_columns(keys)
        if (project := self.window_shown.session.project) is not None:
            self.window_shown.bench.settings.keep_columns(project.root, keys)

    def _set_columns(self, keys: list[str]) -> None:
        self.model.set_keys(keys)
        self.columns.offer(self._images.columns, keys)
        self.table.fit_columns()
        self._arranged = ()
        self._images.want("images", keys)

    def _show(self) -> None:
        if not self.isVisible() or any(key not in self._images.columns for key in self.model.keys):
            return
        scores, current = self._images.values.images.scores, self._images.current()
        arranged = scores, len(scores), len(self._images.outlines.found)
        anew, self._arranged = arranged != self._arranged, arranged
        self.model.arrange(anew)
        if (anew or current != self._current) and not self.table.hasFocus():
            self.table.show_row(self.model.place_of(current))
        self._current = current
        self._show_spread()
        self._show_chosen()

    def _show_spread(self) -> None:
        key = self.model.sorted_by
        column = self._images.columns.get(key)
        if column is None or column.kind is Kind.STATE or key not in self.model.keys:
            self.distribution.show_values(None, NOTHING, np.nan)
            self.distribution.say("Sort by a number to see how it is spread.")
            return
        values, current = self._images.values.all_values(key), self._images.current()
        rows = self.model.rows[self.model.rows < len(values)]
        self.distribution.show_values(column, values[rows], np.nan if current is None else float(values[current]))

    def _show_chosen(self) -> None:
        chosen, scored = len(self.table.chosen()), len(self._images.values.images.scores)
        listed = len(self.model.rows)
        images = f"{listed:,} of {scored:,} scored images" if listed < scored else f"{listed:,} scored images"
        going = self._images.outlines.going
        measuring = f", outlines: {going.text()}" if going.running and going.text() else ""
        self.note.setText(images + measuring)
        self.list_chosen.setEnabled(chosen > 1)
        self.list_chosen.setText(f"List the {chosen:,} chosen" if chosen > 1 else "List the chosen")

    def _in_range(self, low: float, high: float) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Return the rows shown whose values lie in a range, in their order."""
        values = self._images.values.all_values(self.model.sorted_by)[self.model.rows]
        found: np.ndarray[tuple[int], np.dtype[np.intp]] = self.model.rows[(values >= low) & (values <= high)]
        return found

    def _go_to_bar(self, low: float, high: float) -> None:
        rows = self._in_range(low, high)
        if len(rows):
            self.table.show_row(self.model.place_of(int(rows[0])))
            self.table.setFocus()

    def _list_range(self, low: float, high: float) -> None:
        column = self._images.columns[self.model.sorted_by]
        ends = " to ".join(spelled(column.kind, end) for end in (low, high))
        self._list(f"{column.text} {ends} {unit(column.kind)}".rstrip(), self._in_range(low, high).tolist())

    def _list_chosen(self) -> None:
        self._list("Chosen in the table", [int(self.model.rows[place]) for place in self.table.chosen()])

    def _list(self, text: str, rows: list[int]) -> None:
        ids = tuple(self._images.values.images.scores.id_at(row) for row in rows)
        self.window_shown.samples.show_found(Found(f"{text}: {counted(len(ids), 'image')}", ids))

    def _lay_out(self, window: MainWindow) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.note)
        head.addStretch(1)
        head.addWidget(self.list_chosen)
        head.addWidget(self.columns)
        head.addWidget(self.save)
        of_plot = save_button(self.distribution, window.theme, window.bench.messages)
        of_plot.setParent(self)  # one button is for both
        of_plot.hide()
        menu = QMenu(self.save)
        menu.addAction(self.save_table)
        menu.addActions(self.distribution.actions())
        self.save.setMenu(menu)
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.distribution)
        column.addWidget(self.table, 1)
