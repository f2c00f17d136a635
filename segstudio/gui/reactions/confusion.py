"""What a cell of the confusion matrix leads to: the images with its pixels, and the pixels themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF

from segstudio.core.raster import Rect
from segstudio.gui.jobs import Background
from segstudio.gui.panels.confusion_choice import Of
from segstudio.gui.panels.samples_model import Found
from segstudio.services.confused_pixels import Pixels, confused_pixels
from segstudio.services.matrix import OUTSIDE

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

DOCK_PART = 0.55
"""Of the middle of the window, that the matrix gets when it is enlarged."""


class Confusions(QObject):
    """Lists the images of a cell, most pixels first, and has its pixels flash in each that is opened from the list."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._background = Background(1, "confusion", self)
        self._found: Found | None = None
        self._cell: tuple[int, int | None] = (0, None)  # the id of the true class, and of the predicted one
        self._of: Of = "A"  # whose cell it is
        window.confusion_panel.chosen.connect(self.show_cell)
        window.confusion_panel.enlarged.connect(self.enlarge)
        window.metrics.refreshed.connect(window.confusion_panel.refresh)
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
        told = (
            scored[row].name if row == column else f"{scored[row].name} as {scored[column].name if inside else OUTSIDE}"
        )
        scores = self._window.confusion_choice.scores
        session.live_total()  # what was painted since is counted
        if (counts := scores.counts) is not None:
            ids = tuple(scores.id_at(at) for at in counts.having(row, column)[0].tolist())
            whose = f"{self._of}: " if self._window.confusion_choice.paired else ""
            self._found = Found(f"{whose}{told}: {len(ids):,} image{'s' if len(ids) != 1 else ''}", ids)
            self._window.samples.show_found(self._found)
        self._flash()

    def enlarge(self) -> None:
        """Show the whole matrix below the canvas, and give it room."""
        self._window.comparing.show_page("matrix")
        self._window.comparing.give_room(DOCK_PART)

    def close(self) -> None:
        self._background.close()

    def _on_arranged(self) -> None:
        """Other samples are listed: the cell is not what one looks at any more."""
        if self._found is not None and self._window.samples.found is not self._found:
            self._found = None
            self._window.confusion_panel.plot.pick(None)

    def _on_shown(self) -> None:
        if self._found is not None and self._window.samples.found is self._found:
            self._flash()

    def _flash(self) -> None:
        """Find the pixels in the open image, in a worker, and let them flash if it is still open then."""
        current, project = self._window.session.current, self._window.session.project
        if current is None or project is None:
            return
        predicted = current.prediction if self._of == "A" else current.other
        if predicted is None:
            return
        scored = frozenset(c.id for c in project.schema.scored)
        work = partial(confused_pixels, current.document.labels, predicted, *self._cell, scored)

        def done(found: Pixels | None) -> None:
            if self._window.session.current is current and found is not None:
                self._point_out(found)

        self._background.run(work, done, self._window.bench.messages.fail)

    def _point_out(self, found: Pixels) -> None:
        canvas = self._window.canvas
        if not self._in_sight(found.at):
            canvas.fly_to(found.at)
        canvas.flash(found.mask, found.at)

    def _in_sight(self, rect: Rect) -> bool:
        """Whether any of a rectangle of the picture can be seen in a pane."""
        canvas = self._window.canvas
        first, last = canvas.view.to_screen(rect.x0, rect.y0), canvas.view.to_screen(rect.x1, rect.y1)
        return QRectF(QPointF(*first), QPointF(*last)).normalized().intersects(QRectF(0, 0, *canvas.pane_size()))
