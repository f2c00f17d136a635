"""Objects of the prediction against those of the truth: which is which, what is missed, false, merged and split."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from segstudio.core.errors import listed
from segstudio.core.schema import UNKNOWN_COLOR, LabelClass
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.analysis.object_finder import ObjectFinder, Seen
from segstudio.gui.analysis.object_marks import ObjectMarks
from segstudio.gui.analysis.object_rows import ObjectRow, rows_of
from segstudio.gui.analysis.object_side import ObjectSide
from segstudio.gui.analysis.object_totals import ObjectQuestion, ObjectTotals
from segstudio.gui.analysis.object_views import ObjectViews
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.side_choice import SideSwitch
from segstudio.gui.widgets import percent
from segstudio.metrics.object_worth import Quality
from segstudio.services.instance_scores import ImageObjects
from segstudio.services.open_objects import ObjectTotal

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class ObjectsPage(Page):
    """Marks the objects on the canvas while it is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        messages = window.bench.messages
        self.finder = ObjectFinder(window.session, window.analysis.sides, messages, self)
        self.totals = ObjectTotals(window.session, window.analysis.sides, messages, self)
        self.asked = ObjectQuestion()
        self.image_total: ObjectTotal | None = None
        """What the open image has come to, None while that is not known."""
        self._newest = Newest(messages, self)
        self.marks = ObjectMarks()
        self.side = ObjectSide(SideSwitch(window.analysis.sides, window.session, self))
        self.views = ObjectViews(window.theme, messages, self._class_of)
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
        self._ask(replace(self.asked, class_id=window.presenter.focus, averaged=self._averaged()))
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
        self._newest.close()
        self.totals.close()

    # What is asked for

    def set_thresholds(self, iou: float, score: float) -> None:
        """Match at another IoU, or leave out predictions below another score; both 0..1."""
        self._ask(replace(self.asked, threshold=iou, least_score=score))

    def _ask(self, asked: ObjectQuestion) -> None:
        if asked != self.asked:
            self.asked = asked
            self.totals.ask(asked)
            self._show()
            self._show_totals()

    def _move_score(self, score: float) -> None:
        self.side.score.set_value(int(100 * score))
        self.set_thresholds(self.asked.threshold, score)

    # What is seen

    def _show(self) -> None:
        """Show the open image; what it comes to is found in a worker, for a slider asks at each step."""
        seen, asked = self.finder.seen, self.asked
        if seen is None:
            self._newest.forget()
            self._show_image(None, [], None)
            return
        self.totals.put(seen.subject.opened.sample.id, seen.objects.found)
        work = partial(_matched, seen.objects.found, asked)
        self._newest.ask((Same(seen), asked), work, lambda found: self._show_image(seen, *found))

    def _show_image(self, seen: Seen | None, rows: list[ObjectRow], total: ObjectTotal | None) -> None:
        self.image_total = total
        self.views.show_rows(rows)
        self.marks.show(seen, rows)
        self.window_shown.canvas.update()
        self.window_shown.action_states.refresh_soon()
        self._show_totals()

    def _show_totals(self) -> None:
        total = self.totals.total
        self.side.show_totals(self.image_total, total if total.images else None)
        self.views.show_total(total, self.asked.least_score)
        averaged = self.asked.averaged if self.asked.class_id is None else {self.asked.class_id}
        image = self.image_total.by_class if self.image_total is not None else {}
        worths = Quality(image, averaged), Quality(total.by_class, averaged)
        self.views.show_worths(*(worths if self._apart() else (Quality({}), Quality({}))))
        self._show_note()

    def _show_note(self) -> None:
        notes = []
        if (seen := self.finder.seen) is not None:
            sides = zip(("truth", "prediction"), seen.objects.found.numbered, strict=True)
            if bare := [side for side, numbered in sides if not numbered]:
                notes.append(f"{' and '.join(bare).capitalize()} without numbers: each connected area is an object.")
        notes += self._quality_notes()
        self.side.note.setText(" ".join(notes))
        self.views.say(reading=self.finder.reading or (seen is not None and self.image_total is None))
        self.side.show_pass(self.totals.going)

    def _averaged(self) -> frozenset[int] | None:
        """Return the classes that PQ is a mean over: where objects are told apart, stuff would hide how these do."""
        project = self.window_shown.session.project
        return project.schema.things if project is not None and project.task == "instances" else None

    def _quality_notes(self) -> list[str]:
        """Say what PQ is a mean over, and what it is by class."""
        by_class = self.totals.total.by_class
        if self.asked.class_id is not None or len(by_class) < 2:
            return []
        over = "classes of objects" if self.asked.averaged is not None else "all classes, stuff too"
        values = [f"{self._class_of(i).name} {percent(of.pq)}" for i, of in sorted(by_class.items())]
        whole = "" if self._apart() else " No class is marked as one of things: all of a class is one segment of PQ."
        return [f"PQ: a mean over {over}.{whole} Set: {listed(values)}."]

    def _apart(self) -> bool:
        """Whether objects are segments of PQ, so that putting one right is worth something of it."""
        return self.finder.seen is None or self.finder.seen.objects.found.apart

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

    def _class_of(self, class_id: int) -> LabelClass:
        project = self.window_shown.session.project
        found = project.schema.get(class_id) if project is not None else None
        return found or LabelClass(class_id, str(class_id), UNKNOWN_COLOR)


def _matched(found: ImageObjects, asked: ObjectQuestion) -> tuple[list[ObjectRow], ObjectTotal]:
    """Match the objects of an image, and return what became of each and of all together."""
    matched = asked.match(found)
    return rows_of(matched.found, matched.kept), asked.total([matched])
