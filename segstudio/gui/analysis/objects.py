"""Objects of the prediction against those of the truth: which is which, what is missed, false, merged and split."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from segstudio.gui.analysis.object_finder import ObjectFinder
from segstudio.gui.analysis.object_marks import ObjectMarks
from segstudio.gui.analysis.object_rows import ObjectRow, rows_of
from segstudio.gui.analysis.object_side import ObjectSide
from segstudio.gui.analysis.object_totals import Asked, ObjectTotals
from segstudio.gui.analysis.object_views import ObjectViews
from segstudio.gui.analysis.page import Page
from segstudio.metrics.matching import match
from segstudio.services.open_objects import ObjectTotal, total_of

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class ObjectsPage(Page):
    """Marks the objects on the canvas while it is shown."""

    text = "Objects"
    tip = "Which objects were found, missed, made up, merged and split"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        messages = window.bench.messages
        self.finder = ObjectFinder(window.session, messages, self)
        self.totals = ObjectTotals(window.session, messages, self)
        self.asked = Asked()
        self.marks = ObjectMarks()
        self.side = ObjectSide()
        self.views = ObjectViews(window.theme, messages, self._name_of)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 8)
        line.setSpacing(16)
        line.addWidget(self.side)
        line.addWidget(self.views, 1)
        self.finder.changed.connect(self._show)
        self.totals.changed.connect(self._show_totals)
        self.side.moved.connect(self.set_thresholds)
        self.views.picked.connect(self._go)
        self.views.score_moved.connect(self._move_score)
        window.canvas.pointed.connect(self._point)

    # As a page

    def refresh(self) -> None:
        window = self.window_shown
        if self.marks.draw not in window.canvas.over:
            window.canvas.over.append(self.marks.draw)
        self._ask(Asked(self.asked.threshold, self.asked.least_score, window.presenter.focus))
        self.finder.follow()
        self.totals.follow()
        self._show_note()

    def leave(self) -> None:
        canvas = self.window_shown.canvas
        if self.marks.draw in canvas.over:
            canvas.over.remove(self.marks.draw)
            canvas.update()
        self.totals.stop()

    def close_page(self) -> None:
        self.finder.close()
        self.totals.close()

    # What is asked for

    def set_thresholds(self, iou: float, score: float) -> None:
        """Match at another IoU, or leave out predictions below another score; both 0..1."""
        self._ask(Asked(iou, score, self.asked.class_id))

    def _ask(self, asked: Asked) -> None:
        if asked != self.asked:
            self.asked = asked
            self.totals.ask(asked)
            self._show()

    def _move_score(self, score: float) -> None:
        self.side.score.set_value(int(100 * score))
        self.set_thresholds(self.asked.threshold, score)

    # What is seen

    def image_total(self) -> ObjectTotal | None:
        """Return what the open image has come to, None while that is not known."""
        if (seen := self.finder.seen) is None:
            return None
        asked = self.asked
        return total_of([seen.objects.found], asked.threshold, asked.least_score, asked.class_id)

    def _show(self) -> None:
        """Show the open image."""
        seen, rows = self.finder.seen, list[ObjectRow]()
        if seen is not None:
            found = seen.objects.found.overlap
            found = found if self.asked.class_id is None else found.of_class(self.asked.class_id)
            rows = rows_of(found, match(found, self.asked.threshold, self.asked.least_score))
            self.totals.put(seen.subject.opened.sample.id, seen.objects.found)
        self.views.show_rows(rows)
        self.marks.show(seen, rows)
        self.window_shown.canvas.update()
        self.window_shown.action_states.refresh_soon()
        self._show_totals()

    def _show_totals(self) -> None:
        total = self.totals.total
        self.side.show_totals(self.image_total(), total if total.images else None)
        self.views.show_curve(total, self.asked.least_score)
        self._show_note()

    def _show_note(self) -> None:
        notes = []
        if (seen := self.finder.seen) is not None:
            sides = zip(("truth", "prediction"), seen.objects.found.numbered, strict=True)
            if bare := [side for side, numbered in sides if not numbered]:
                notes.append(f"{' and '.join(bare).capitalize()} without numbers: each connected area is an object.")
        if self.totals.done < self.totals.of:
            notes.append(f"{self.totals.done:,} of {self.totals.of:,} images read.")
        if self.totals.failures:
            notes.append(f"{len(self.totals.failures):,} images could not be read.")
        self.side.note.setText(" ".join(notes))
        self.side.note.setToolTip("\n".join(list(self.totals.failures.values())[:20]))

    # On the canvas

    def _go(self, row: ObjectRow) -> None:
        self.window_shown.canvas.fly_to(row.rect)
        self._choose(row)

    def _point(self, place: tuple[float, float] | None) -> None:
        if self.isVisible() and (row := self.marks.at(place)) is not self.marks.chosen:
            self._choose(row)

    def _choose(self, row: ObjectRow | None) -> None:
        self.marks.chosen = row
        self.window_shown.canvas.update()

    def _name_of(self, class_id: int) -> str:
        project = self.window_shown.session.project
        found = project.schema.get(class_id) if project is not None else None
        return found.name if found is not None else str(class_id)
