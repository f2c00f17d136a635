"""What a cell of the confusion matrix leads to: the images with its pixels, and the pixels themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer

from segstudio.core.raster import Rect
from segstudio.core.wording import counted
from segstudio.gui.canvas.marked import Marked
from segstudio.gui.jobs import Background
from segstudio.gui.panels.confusion_choice import Of
from segstudio.gui.panels.samples_model import Found
from segstudio.services.confused_pixels import Pixels, confused_pixels
from segstudio.services.matrix import OUTSIDE

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

DRAWN_MS = 200
"""After the last stroke until the pixels of a cell are looked for again."""
DOCK_PART = 0.55
"""Of the middle of the window, that the matrix gets when it is enlarged."""


class Confusions(QObject):
    """Lists the images of a cell, most pixels first; its pixels flash in each that is opened, and stay marked."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._background = Background(1, "confusion", self)
        self._found: Found | None = None
        self._cell: tuple[int, int | None] = (0, None)  # the id of the true class, and of the predicted one
        self._of: Of = "A"  # whose cell it is
        self.marked = Marked(window.canvas)
        window.canvas.over.append(self.marked.draw)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(DRAWN_MS)
        self._soon.timeout.connect(lambda: self._find(self._mark))
        self._revision = -1  # of the labels in which the pixels were found
        window.confusion_panel.chosen.connect(self.show_cell)
        window.confusion_panel.enlarged.connect(self.enlarge)
        window.metrics.refreshed.connect(window.confusion_panel.refresh)
        window.metrics.refreshed.connect(self._follow_labels)
        window.presenter.changed.connect(self._on_mode)
        window.session.prediction_changed.connect(lambda _: self._on_prediction())
        window.session.sample_closed.connect(lambda _: self.marked.clear())
        window.bench.opener.shown.connect(lambda _: self._on_shown())
        window.samples.arranged.connect(self._on_arranged)

    def show_cell(self, row: int, column: int) -> None:
        """List the images with pixels in a cell, by the places of its classes, and let those of this one flash."""
        session = self._window.session
        if session.project is None:
            return
        scored = session.project.schema.scored
        inside = column < len(scored)
        self._cell = scored[row].id, scored[column].id if inside else None
        self._of = self._window.confusion_choice.of
        cell = (
            scored[row].name if row == column else f"{scored[row].name} as {scored[column].name if inside else OUTSIDE}"
        )
        scores = self._window.confusion_choice.scores
        session.live_total()  # what was painted since is counted
        if (counts := scores.counts) is not None:
            rows, pixels = counts.having(row, column)
            if not len(rows):
                self._say_empty(cell)
                return
            ids = tuple(scores.id_at(at) for at in rows.tolist())
            told = dict(zip(ids, (f"{count:,} px" for count in pixels.tolist()), strict=True))
            whose = f"{self._of}: " if self._window.confusion_choice.paired else ""
            self._found = Found(f"{whose}{cell}: {counted(len(ids), 'image')}", ids, told)
            self._window.samples.show_found(self._found)
        self._find(self._point_out)

    def _say_empty(self, cell: str) -> None:
        """Leave the list as it is: an empty one would say nothing."""
        self._window.confusion_panel.plot.pick(None)
        self._window.bench.messages.info(f"No image has pixels of {cell}.")

    def enlarge(self) -> None:
        """Show the whole matrix below the canvas, and give it room."""
        self._window.comparing.show_page("matrix")
        self._window.comparing.give_room(DOCK_PART)

    def close(self) -> None:
        self._soon.stop()
        self._background.close()

    def _on_arranged(self) -> None:
        """Other samples are listed: the cell is not what one looks at any more."""
        if self._found is not None and self._window.samples.found is not self._found:
            self._found = None
            self._window.confusion_panel.plot.pick(None)
            self.marked.clear()

    def _on_shown(self) -> None:
        self.marked.clear()
        if self._active:
            self._find(self._point_out)

    @property
    def _active(self) -> bool:
        """Whether the images of a cell are listed, in Compare."""
        listed = self._found is not None and self._window.samples.found is self._found
        return listed and self._window.presenter.mode == "compare"

    def _on_mode(self) -> None:
        if self._active:
            self._follow_labels()
        else:
            self._revision = -1
            self.marked.clear()

    def _on_prediction(self) -> None:
        self._revision = -1
        self._follow_labels()

    def _follow_labels(self) -> None:
        """Mark the pixels anew, a moment after the last stroke, where labels were drawn."""
        current = self._window.session.current
        if self._active and current is not None and current.document.revision != self._revision:
            self._soon.start()

    def _find(self, then: Callable[[Pixels | None], None]) -> None:
        """Find the pixels in the open image, in a worker, and do something with them if it is still open then."""
        current, project = self._window.session.current, self._window.session.project
        if current is None or project is None:
            return
        predicted = current.prediction if self._of == "A" else current.other
        if predicted is None:
            return
        self._revision = current.document.revision
        scored = frozenset(c.id for c in project.schema.scored)
        work = partial(confused_pixels, current.document.labels, predicted, *self._cell, scored)

        def done(found: Pixels | None) -> None:
            if self._window.session.current is current:
                then(found)

        self._background.run(work, done, self._window.bench.messages.fail)

    def _mark(self, found: Pixels | None) -> None:
        """Mark the pixels for as long as the images of the cell are listed."""
        if found is None or not self._active:
            self.marked.clear()
        else:
            self.marked.show(found.mask, found.at)

    def _point_out(self, found: Pixels | None) -> None:
        self._mark(found)
        if found is None:
            return
        canvas = self._window.canvas
        if not self._in_sight(found.at):
            canvas.fly_to(found.at)
        canvas.flash(found.mask, found.at)

    def _in_sight(self, rect: Rect) -> bool:
        """Whether any of a rectangle of the picture can be seen in a pane."""
        canvas = self._window.canvas
        first, last = canvas.view.to_screen(rect.x0, rect.y0), canvas.view.to_screen(rect.x1, rect.y1)
        return QRectF(QPointF(*first), QPointF(*last)).normalized().intersects(QRectF(0, 0, *canvas.pane_size()))
